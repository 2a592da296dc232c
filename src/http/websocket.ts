/**
 * WS /graphql (graphql-transport-ws): subscriptions only, with the limits, masking and sign-in of HTTP.
 * The token comes in connection_init, or in each subscribe's extensions.headers as GraphiQL sends it.
 */
import type { Server } from 'node:http';
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import type { Context as SocketContext } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { codedError, maskErrors } from '../graphql/errors.ts';
import type { Operations, ReadyOperation } from '../graphql/operations.ts';
import { asGraphQLError, subscribeTo } from '../graphql/subscriptions.ts';
import type { TrustedDocuments } from '../graphql/trusted-documents.ts';
import type { Platform } from '../platform/platform.ts';
import type { Context } from '../schema-builder/context.ts';
import { authenticate, type Session, USER_CHANGED } from '../tenancy/index.ts';

const MAX_SUBSCRIPTIONS = 50;
const MAX_MESSAGE_BYTES = 256 * 1_024;
const UNAUTHORIZED = 4401;
/** Longer timers overflow in Node; a socket that lives longer is checked again then. */
const MAX_TIMER_MS = 2 ** 31 - 1;

type SocketState = {
  session?: Session;
  authorization?: string;
  controller?: AbortController;
  expiry?: NodeJS.Timeout;
  unwatch?: () => void;
};
type SheafSocket = SocketContext<Record<string, unknown>, Extra & SocketState>;

export interface SubscriptionTransport {
  platform: Platform;
  operations: Operations;
  trusted: TrustedDocuments;
}

/** Serves WebSockets on the path /graphql; the returned function closes them all with 1001. */
export function serveWebSockets(server: Server, transport: SubscriptionTransport): () => Promise<void> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  server.on('upgrade', (request, socket, head) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== '/graphql') return socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  });
  const { platform } = transport;
  const disposable = useServer<Record<string, unknown>, SocketState>(
    {
      connectionInitWaitTimeout: 5_000,
      isProd: true,
      jsonMessageReviver: strictKeys,
      onConnect: (ctx) => connect(platform, ctx as SheafSocket),
      onDisconnect: (ctx) => disconnect(ctx as SheafSocket),
      onSubscribe: (ctx, id, payload) => subscribe(transport, ctx as SheafSocket, { id, payload }),
      subscribe: (args) => (args as Subscription).start(),
      onError: (_ctx, _id, _payload, errors) => maskErrors(errors, platform.log),
    },
    sockets,
  );
  return async () => {
    await disposable.dispose();
    sockets.close();
  };
}

/** Refuses keys that could reach an object's prototype; graphql-ws then closes the socket with 4400. */
function strictKeys(this: unknown, key: string, value: unknown): unknown {
  const reachesPrototype = key === '__proto__' || (key === 'constructor' && typeof value === 'object' && value !== null && 'prototype' in value);
  if (reachesPrototype) throw new SyntaxError('A key of the message is not allowed.');
  return value;
}

/** Results are masked already where graphql-ws expects them unmasked; it only passes them on. */
interface Subscription extends ExecutionArgs {
  start: () => Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
}

async function connect(platform: Platform, ctx: SheafSocket): Promise<boolean> {
  const authorization = headerIn(ctx.connectionParams);
  return authorization === undefined || (await signInSocket(platform, ctx, authorization));
}

/** Whether the token is good; a bad one closes the socket with 4401. */
async function signInSocket(platform: Platform, ctx: SheafSocket, authorization: string | undefined): Promise<boolean> {
  const { extra } = ctx;
  try {
    const session = await authenticate(platform, authorization);
    if (session === null) throw new Error('no token');
    extra.session = session;
    extra.authorization = authorization;
    extra.controller ??= new AbortController();
    extra.unwatch ??= watchUser(platform, ctx);
    expireWith(platform, ctx, session.expiresAt);
    return true;
  } catch {
    extra.socket.close(UNAUTHORIZED, 'Unauthorized');
    return false;
  }
}

/** Closes the socket when its token expires. */
function expireWith(platform: Platform, ctx: SheafSocket, expiresAt: number): void {
  clearTimeout(ctx.extra.expiry);
  const timer = setTimeout(() => void signInSocket(platform, ctx, ctx.extra.authorization), Math.min(Math.max(expiresAt + 61_000 - Date.now(), 0), MAX_TIMER_MS));
  ctx.extra.expiry = timer.unref();
}

/** Signs in again when the user changed: what it may no longer do ends at once. */
function watchUser(platform: Platform, ctx: SheafSocket): () => void {
  return platform.pubsub.subscribe((change) => {
    const { session, authorization } = ctx.extra;
    if (change.topic !== USER_CHANGED || change.id !== session?.viewer.userId) return;
    void signInSocket(platform, ctx, authorization).then((signedIn) => {
      const viewer = ctx.extra.session?.viewer;
      if (signedIn && viewer?.role !== session.viewer.role) ctx.extra.socket.close(UNAUTHORIZED, 'Unauthorized');
    });
  });
}

function disconnect({ extra }: SheafSocket): void {
  clearTimeout(extra.expiry);
  extra.unwatch?.();
  extra.controller?.abort();
}

interface SubscribeMessage {
  id: string;
  payload: { query: string; operationName?: string | null; variables?: Record<string, unknown> | null; extensions?: Record<string, unknown> | null };
}

async function subscribe({ platform, operations, trusted }: SubscriptionTransport, ctx: SheafSocket, { payload }: SubscribeMessage): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const headers = payload.extensions?.['headers'];
  const authorization = headerIn(headers as Record<string, unknown> | undefined);
  if ((authorization !== undefined || !ctx.extra.session) && !(await signInSocket(platform, ctx, authorization))) return [codedError('UNAUTHENTICATED', 'Send a valid token.')];
  if (Object.keys(ctx.subscriptions).length > MAX_SUBSCRIPTIONS) return [codedError('BAD_REQUEST', `A socket carries at most ${MAX_SUBSCRIPTIONS} subscriptions.`)];
  const ready = readySubscription({ platform, operations, trusted }, payload);
  if (ready.errors) return ready.errors;
  const newContext = (): Context => ({ platform, viewer: (ctx.extra.session as Session).viewer, signal: (ctx.extra.controller as AbortController).signal });
  const start = () => subscribeTo({ operations, ready, newContext, log: platform.log }) as ReturnType<Subscription['start']>;
  const args: Subscription = { schema: operations.schema, document: ready.prepared.document, operationName: ready.operation.name?.value, start };
  return args;
}

/** A subscription that may start: other operations belong on HTTP. */
export function readySubscription({ operations, trusted }: SubscriptionTransport, payload: SubscribeMessage['payload']): ReadyOperation {
  const extensions = payload.extensions as { persistedQuery?: { sha256Hash?: unknown } } | null | undefined;
  const hash = extensions?.persistedQuery?.sha256Hash;
  const source = payload.query || (typeof hash === 'string' ? trusted.find(hash) : undefined);
  if (source === undefined) return { errors: [codedError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound')] };
  try {
    trusted.check(source);
  } catch (error) {
    return { errors: [asGraphQLError(error)] };
  }
  const ready = operations.ready(source, payload.operationName, payload.variables);
  if (!ready.errors && ready.operation.operation !== 'subscription') return { errors: [codedError('BAD_REQUEST', 'Only subscriptions run here: send queries and mutations by POST to /graphql.')] };
  return ready;
}

/** The Authorization header in a bag of headers, whatever its case. */
function headerIn(headers: Record<string, unknown> | undefined): string | undefined {
  for (const [name, value] of Object.entries(headers ?? {})) if (name.toLowerCase() === 'authorization' && typeof value === 'string') return value;
  return undefined;
}
