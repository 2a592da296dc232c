/** Who sends a request: checked once, before its body is read. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Platform } from '../platform/platform.ts';
import {
  authenticate,
  type Credentials,
  type Session,
  type SignInFault,
  unauthenticated,
} from '../tenancy/index.ts';
import { sendError } from './responses.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in; null without a token. Set by `signIn`. */
    session: Session | null;
    /** Why nobody is, for the log line. */
    signInFault: SignInFault | null;
  }
}

/**
 * Reads token and tenant from headers or connectionParams, in any case of their names:
 * Authorization, and x-tenant or tenant. `others` supplies what is missing.
 */
export function credentialsIn(given: object | null | undefined, others?: Credentials): Credentials {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(given ?? {}))
    if (typeof value === 'string') texts.set(name.toLowerCase(), value);
  const tenant = texts.get('x-tenant') ?? texts.get('tenant') ?? others?.tenant;
  return { authorization: texts.get('authorization') ?? others?.authorization, tenant };
}

/**
 * A hook that finds the session of a request. Responds with 401 to a bad token, and with 403 to a
 * tenant that the token is not valid for.
 */
export function signIn(platform: Platform) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    try {
      const { authorization, 'x-tenant': tenant } = request.headers;
      request.session = await authenticate(platform, {
        authorization,
        tenant: typeof tenant === 'string' ? tenant : undefined,
      });
    } catch (error) {
      await sendError(reply, error, platform.log);
    }
  };
}

/** A hook that responds with 401 before the body is read, unless the client is signed in. */
export function requireSession(platform: Platform) {
  const find = signIn(platform);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    await find(request, reply);
    if (!reply.sent && request.session === null)
      await sendError(reply, unauthenticated('NO_TOKEN'), platform.log);
  };
}
