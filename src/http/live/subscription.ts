/** What WebSockets and streams share: which messages start a subscription. */
import { asGraphQLError, codedError } from '../../graphql/errors.ts';
import { asksToBeLive } from '../../graphql/live-directive.ts';
import type { LiveQueries } from '../../graphql/live-queries.ts';
import type { Operations, Ready, ReadyOperation } from '../../graphql/operations.ts';
import { checkingCost, spend } from '../../graphql/spending.ts';
import type { TrustedDocuments } from '../../graphql/trusted-documents.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Context } from '../../schema-builder/context.ts';
import type { LiveConnections } from './live-connections.ts';

/** What WebSocket and SSE share. */
export interface SubscriptionTransport {
  platform: Platform;
  operations: Operations;
  live: LiveQueries;
  trusted: TrustedDocuments;
  connections: LiveConnections;
  /**
   * Whether to serve only requests that name this machine as itself, so that no page can reach it
   * by another name (DNS rebinding).
   */
  loopbackOnly: boolean;
}

/** The `subscribe` message of the graphql-ws protocol; `id` is chosen by the client. */
export interface SubscribeMessage {
  id: string;
  payload: {
    query: string;
    operationName?: string | null;
    variables?: Record<string, unknown> | null;
    extensions?: Record<string, unknown> | null;
  };
}

function isLive(ready: Ready): boolean {
  return ready.operation.operation === 'subscription' || asksToBeLive(ready);
}

/**
 * Prepares a subscription or live query, or returns why it may not start; other operations belong on HTTP. As
 * over HTTP, checking an unknown document is charged first.
 */
export async function readySubscription(
  { operations, trusted }: SubscriptionTransport,
  context: Context,
  payload: SubscribeMessage['payload'],
): Promise<ReadyOperation> {
  const extensions = payload.extensions as
    | { persistedQuery?: { sha256Hash?: unknown } }
    | null
    | undefined;
  const hash = extensions?.persistedQuery?.sha256Hash;
  const source = payload.query || (typeof hash === 'string' ? trusted.find(hash) : undefined);
  if (source === undefined)
    return { errors: [codedError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound')] };
  try {
    trusted.check(source);
    if (!operations.isKnown(source)) await spend(context, checkingCost(source));
  } catch (error) {
    return { errors: [asGraphQLError(error)] };
  }
  const ready = operations.ready(source, payload.operationName, payload.variables);
  if (!ready.errors && !isLive(ready))
    return {
      errors: [
        codedError(
          'BAD_REQUEST',
          'Only subscriptions and queries with @live run here: send other queries and mutations by POST to /graphql.',
        ),
      ],
    };
  return ready;
}
