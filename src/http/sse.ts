/** POST /graphql/stream (graphql-sse, distinct connections): a subscription for clients that can't open WebSockets. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/fastify';
import { asGraphQLError, subscribeTo } from '../graphql/subscriptions.ts';
import { maskErrors } from '../graphql/errors.ts';
import type { Context } from '../schema-builder/context.ts';
import { unauthenticated } from '../tenancy/index.ts';
import { sendError } from './responses.ts';
import { sessionOf, signIn } from './session.ts';
import { readySubscription, type SubscriptionTransport } from './websocket.ts';

/** Adds the route; streams end when the client goes, when its token expires, and when `stopping` aborts. */
export function addStreamRoute(app: FastifyInstance, transport: SubscriptionTransport): void {
  const { platform, operations } = transport;
  const handler = createHandler({
    // No token of its own: that disables the single connection mode.
    authenticate: () => null,
    onSubscribe: async (request, parameters) => {
      const ready = readySubscription(transport, { ...parameters, query: parameters.query });
      if (ready.errors) return { errors: maskErrors(ready.errors, platform.log) } as never;
      const session = sessionOf(request.raw as FastifyRequest);
      if (session === null) throw unauthenticated();
      const lifetime = AbortSignal.any([platform.stopping, AbortSignal.timeout(Math.min(Math.max(session.expiresAt - Date.now(), 0), 2 ** 31 - 1))]);
      const newContext = (): Context => ({ platform, viewer: session.viewer, signal: lifetime });
      try {
        const events = await subscribeTo({ operations, ready, newContext, log: platform.log });
        return (Symbol.asyncIterator in events ? until(events, lifetime) : events) as never;
      } catch (error) {
        return { errors: maskErrors([asGraphQLError(error)], platform.log) } as never;
      }
    },
  });
  const options = { onRequest: signIn(platform), bodyLimit: 256 * 1_024 };
  app.post('/graphql/stream', options, async (request: FastifyRequest, reply: FastifyReply) => {
    if (sessionOf(request) === null) return sendError(reply, unauthenticated(), platform.log);
    return handler(request, reply);
  });
}

/** The events until a signal aborts. */
function until(events: AsyncIterableIterator<FormattedExecutionResult>, signal: AbortSignal): AsyncIterableIterator<FormattedExecutionResult> {
  signal.addEventListener('abort', () => void events.return?.(), { once: true });
  return events;
}
