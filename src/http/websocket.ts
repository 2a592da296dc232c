/**
 * WS /graphql (graphql-transport-ws): subscriptions only, with the limits, masking and sign-in of HTTP.
 * The token comes in connection_init, or in each subscribe's extensions.headers as GraphiQL sends it.
 */
import type { Server } from 'node:http';
import type { ExecutionArgs, ExecutionResult, FormattedExecutionResult, GraphQLError } from 'graphql';
import type { Context as SocketContext } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { codedError, maskErrors } from '../graphql/errors.ts';
import type { Operations, ReadyOperation } from '../graphql/operations.ts';
import { asGraphQLError, subscribeTo } from '../graphql/subscriptions.ts';
import type { TrustedDocuments } from '../graphql/trusted-documents.ts';
import { RequestError } from '../platform/errors.ts';
import type { Platform } from '../platform/platform.ts';
import { SECOND } from '../platform/time.ts';
import type { Context } from '../schema-builder/context.ts';
import { authenticate, type Session, unauthenticated } from '../tenancy/index.ts';
import { JSON_LIMITS } from './json-body.ts';
import { watchSession } from './session-watch.ts';

const MAX_SUBSCRIPTIONS = 50;
const MAX_MESSAGE_BYTES = 256 * 1_024;
const UNAUTHORIZED = 4401;
const TRY_AGAIN_LATER = 1013;
/** A client that does not answer the closing of its socket is not waited for. */
const CLOSING_LIMIT_MS = 2 * SECOND;

type SocketState = {
  /** By the Authorization they came with; each subscription keeps the one it was started with. */
  sessions?: Map<string, Session>;
  /** Of subscriptions that bring no token of their own. */
  session?: Session;
  controller?: AbortController;
  unwatch?: (() => void)[];
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
    socket.on('error', () => socket.destroy());
    if (request.url?.split('?')[0] !== '/graphql') return socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  });
  const { platform } = transport;
  const disposable = useServer<Record<string, unknown>, SocketState>(
    {
      connectionInitWaitTimeout: 5_000,
      isProd: true,
      jsonMessageReviver: strictJson,
      onConnect: (ctx) => connect(platform, ctx as SheafSocket),
      onDisconnect: (ctx) => disconnect((ctx as SheafSocket).extra),
      onSubscribe: (ctx, id, payload) => subscribe(transport, ctx as SheafSocket, { id, payload }),
      subscribe: (args) => (args as Subscription).start(),
      onError: (_ctx, _id, _payload, errors) => maskErrors(errors, platform.log),
    },
    sockets,
  );
  return async () => {
    const limit = setTimeout(() => {
      for (const client of sockets.clients) client.terminate();
    }, CLOSING_LIMIT_MS);
    await disposable.dispose();
    clearTimeout(limit);
  };
}

/** Refuses what bodies may not hold either; graphql-ws then closes the socket with 4400. Values come innermost first, the message itself last, as ''. */
function strictJson(this: unknown, key: string, value: unknown): unknown {
  const reachesPrototype = key === '__proto__' || (key === 'constructor' && typeof value === 'object' && value !== null && 'prototype' in value);
  if (reachesPrototype) throw new SyntaxError('A key of the message is not allowed.');
  if (key === '' && isDeeper(value, JSON_LIMITS.maxDepth)) throw new SyntaxError('The message nests too deep.');
  return value;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

type Events = AsyncIterableIterator<FormattedExecutionResult>;

/** graphql-ws calls the toJSON of each error; ours are what is sent already. */
function sendable(result: FormattedExecutionResult): ExecutionResult {
  return { ...result, errors: result.errors?.map((error) => ({ ...error, toJSON: () => error })) } as ExecutionResult;
}

function withSendableErrors(events: Events): AsyncIterableIterator<ExecutionResult> {
  return {
    next: async () => {
      const event = await events.next();
      return event.done || !event.value.errors ? (event as IteratorResult<ExecutionResult>) : { done: false, value: sendable(event.value) };
    },
    return: () => (events.return as NonNullable<Events['return']>)() as Promise<IteratorResult<ExecutionResult>>,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Results are masked already where graphql-ws expects them unmasked; it only passes them on. */
interface Subscription extends ExecutionArgs {
  start: () => Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
}

async function connect(platform: Platform, ctx: SheafSocket): Promise<boolean> {
  const authorization = headerIn(ctx.connectionParams);
  return authorization === undefined || (await signInSocket(platform, ctx, authorization)) !== null;
}

/** The session of a token; a bad one closes the socket with 4401. */
async function signInSocket(platform: Platform, { extra }: SheafSocket, authorization: string | undefined): Promise<Session | null> {
  const known = extra.sessions?.get(authorization ?? '');
  if (known) return known;
  try {
    const session = await authenticate(platform, authorization);
    if (session === null || authorization === undefined) throw unauthenticated();
    extra.session ??= session;
    extra.sessions ??= new Map();
    extra.sessions.set(authorization, session);
    extra.unwatch ??= [];
    extra.unwatch.push(watchSession(platform, { authorization, session }, () => extra.socket.close(UNAUTHORIZED, 'Unauthorized')));
    if (extra.socket.readyState >= extra.socket.CLOSING) disconnect(extra);
    return session;
  } catch (error) {
    // Clients give up for good at 4401, so that is for tokens that are bad and not for a database that is away.
    const bad = error instanceof RequestError && error.code === 'UNAUTHENTICATED';
    extra.socket.close(bad ? UNAUTHORIZED : TRY_AGAIN_LATER, bad ? 'Unauthorized' : 'Try again later');
    return null;
  }
}

function disconnect(state: SocketState): void {
  for (const stop of state.unwatch?.splice(0) ?? []) stop();
  state.controller?.abort();
}

export interface SubscribeMessage {
  id: string;
  payload: { query: string; operationName?: string | null; variables?: Record<string, unknown> | null; extensions?: Record<string, unknown> | null };
}

async function subscribe(
  { platform, operations, trusted }: SubscriptionTransport,
  ctx: SheafSocket,
  { payload }: SubscribeMessage,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  if (Object.keys(ctx.subscriptions).length > MAX_SUBSCRIPTIONS)
    return [codedError('BAD_REQUEST', `A socket carries at most ${MAX_SUBSCRIPTIONS} subscriptions.`)];
  const authorization = headerIn(payload.extensions?.['headers'] as Record<string, unknown> | undefined);
  const session = (authorization === undefined && ctx.extra.session) || (await signInSocket(platform, ctx, authorization));
  if (!session) return [codedError('UNAUTHENTICATED', 'Send a valid token.')];
  const ready = readySubscription({ platform, operations, trusted }, payload);
  if (ready.errors) return ready.errors;
  ctx.extra.controller ??= new AbortController();
  const { signal } = ctx.extra.controller;
  const newContext = (): Context => ({ platform, viewer: session.viewer, signal, loaded: new Map() });
  const start = async () => {
    const events = await subscribeTo({ operations, ready, newContext, log: platform.log });
    return Symbol.asyncIterator in events ? withSendableErrors(events) : sendable(events);
  };
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
  if (!ready.errors && ready.operation.operation !== 'subscription')
    return { errors: [codedError('BAD_REQUEST', 'Only subscriptions run here: send queries and mutations by POST to /graphql.')] };
  return ready;
}

/** The Authorization header in a bag of headers, whatever its case. */
function headerIn(headers: Record<string, unknown> | undefined): string | undefined {
  for (const [name, value] of Object.entries(headers ?? {})) if (name.toLowerCase() === 'authorization' && typeof value === 'string') return value;
  return undefined;
}
