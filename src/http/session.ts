/** Who sends a request: checked once, before its body is read. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Platform } from '../platform/platform.ts';
import { authenticate, type Session, unauthenticated } from '../tenancy/index.ts';
import { sendError } from './responses.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in; null without a token. Set by `signIn`. */
    session: Session | null;
  }
}

/** A hook that finds the session of a request, and answers a bad token with 401. */
export function signIn(platform: Platform) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    try {
      request.session = await authenticate(platform, request.headers.authorization);
    } catch (error) {
      await sendError(reply, error, platform.log);
    }
  };
}

/** A hook that answers everybody who is not signed in with 401, before a body is read. */
export function requireSession(platform: Platform) {
  const find = signIn(platform);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    await find(request, reply);
    if (!reply.sent && request.session === null) await sendError(reply, unauthenticated(), platform.log);
  };
}
