/** Who sends a request: checked once, before its body is read. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Platform } from '../platform/platform.ts';
import { authenticate, type Session } from '../tenancy/index.ts';
import { sendError } from './responses.ts';

const sessions = new WeakMap<FastifyRequest, Session | null>();

/** A hook that finds the session of a request, and answers a bad token with 401. */
export function signIn(platform: Platform) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    try {
      sessions.set(request, await authenticate(platform, request.headers.authorization));
    } catch (error) {
      await sendError(reply, error, platform.log);
    }
  };
}

/** The session of a request that passed `signIn`; null without a token. */
export function sessionOf(request: FastifyRequest): Session | null {
  return sessions.get(request) ?? null;
}
