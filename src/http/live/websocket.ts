/**
 * WS /graphql (graphql-transport-ws): subscriptions only, with the limits, masking and sign-in of
 * HTTP. The token, and the tenant of a person who works for several, comes in connection_init, in
 * the headers of the upgrade request, or in each subscribe's extensions.headers, as GraphiQL sends
 * it. A bad token closes the socket with 4401. A session that ends, or a tenant that the token is
 * not valid for, closes it with 4403: clients then get a new token and reconnect. 1013 asks them to
 * try again later.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type {
  ExecutionArgs,
  ExecutionResult,
  FormattedExecutionResult,
  GraphQLError,
} from 'graphql';
import { handleProtocols, makeServer, type ServerOptions } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { asGraphQLError, codedError, maskErrors } from '../../graphql/errors.ts';
import { subscribeTo } from '../../graphql/subscriptions.ts';
import { RequestError } from '../../platform/errors.ts';
import { SECOND } from '../../platform/time.ts';
import type { Context } from '../../schema-builder/context.ts';
import { unauthenticated } from '../../tenancy/index.ts';
import { refuseForbiddenKeys } from '../json-body.ts';
import { mayOpenSocket, namesLoopback } from '../origins.ts';
import { credentialsIn } from '../session.ts';
import { SocketPeer } from './socket-peer.ts';
import {
  awaitSignIn,
  connect,
  leave,
  type SheafSocket,
  type SocketState,
  signInSocket,
} from './socket-session.ts';
import {
  readySubscription,
  type SubscribeMessage,
  type SubscriptionTransport,
} from './subscription.ts';

const MAX_SUBSCRIPTIONS = 50;
/** Each event repeats it. */
const MAX_ID_CHARACTERS = 128;
const MAX_MESSAGE_BYTES = 256 * 1_024;
/** A message arrives in few pieces: one of 256 KiB in 500 of the smallest packets. */
const MAX_FRAGMENTS = 1_024;
const BAD_REQUEST = 4400;
/** Maximum wait for a client to confirm that its socket is closing. */
const CLOSING_LIMIT_MS = 2 * SECOND;

const SOCKET_OPTIONS = {
  noServer: true,
  autoPong: false,
  maxPayload: MAX_MESSAGE_BYTES,
  maxFragments: MAX_FRAGMENTS,
  maxBufferedChunks: MAX_FRAGMENTS,
  closeTimeout: CLOSING_LIMIT_MS,
  handleProtocols: (protocols: Set<string>) => handleProtocols(protocols),
};

/**
 * Whether a request asks for a WebSocket. Other upgrades, such as the h2c of `curl --http2` and
 * Java's HttpClient, are offers that a server may ignore.
 */
export function asksForWebSocket(request: IncomingMessage): boolean {
  return /^websocket$/i.test(request.headers.upgrade ?? '');
}

/** Serves WebSockets on the path /graphql; the returned function closes them all with 1001. */
export function serveWebSockets(
  server: Server,
  transport: SubscriptionTransport,
): () => Promise<void> {
  const sockets = new WebSocketServer(SOCKET_OPTIONS);
  const graphql = makeServer<Record<string, unknown>, SocketState>(serverOptions(transport));
  const waiting = new Set<SocketPeer>();
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = refusalOf(request, transport);
    if (refusal !== null) return refuseUpgrade(socket, refusal);
    sockets.handleUpgrade(request, socket, head, (client) => {
      const peer = new SocketPeer(client, transport.platform.log);
      const state: SocketState = {
        peer,
        request,
        stopWaiting: awaitSignIn(waiting, peer),
        sessions: new Map(),
        controller: new AbortController(),
        unwatch: [],
      };
      const closed = graphql.opened(peer, state);
      client.once('close', (code, reason) => {
        leave(transport, state);
        void closed(code, String(reason));
      });
    });
  });
  return () => closeAll(sockets);
}

function serverOptions(
  transport: SubscriptionTransport,
): ServerOptions<Record<string, unknown>, SocketState> {
  return {
    // The time until sign-in is limited, not the time until connection_init.
    connectionInitWaitTimeout: 0,
    // graphql-ws closes the socket with 4400 if it throws; SocketPeer has checked the depth.
    jsonMessageReviver: refuseForbiddenKeys,
    onConnect: (ctx) => connect(transport, ctx),
    onSubscribe: (ctx, id, payload) => subscribe(transport, ctx, { id, payload }),
    subscribe: (args) => (args as Subscription).start(),
    // A query with @live.
    execute: (args) => (args as Subscription).start(),
    onError: (_ctx, _id, _payload, errors) => maskErrors(errors, transport.platform.log),
  };
}

async function closeAll(sockets: WebSocketServer): Promise<void> {
  const limit = setTimeout(() => {
    for (const client of sockets.clients) client.terminate();
  }, CLOSING_LIMIT_MS);
  for (const client of sockets.clients) client.close(1001, 'Going away');
  await new Promise<void>((resolve) => sockets.close(() => resolve()));
  clearTimeout(limit);
}

/** The status line with which an upgrade is refused; null if the socket may open. */
function refusalOf(
  request: IncomingMessage,
  { platform, loopbackOnly }: SubscriptionTransport,
): string | null {
  if (loopbackOnly && !namesLoopback(request.headers.host)) return '421 Misdirected Request';
  if (request.url?.split('?')[0] !== '/graphql') return '404 Not Found';
  return mayOpenSocket(request.headers, platform.config.CORS_ORIGINS) ? null : '403 Forbidden';
}

function refuseUpgrade(socket: Duplex, status: string): void {
  // A peer that never ends its side would keep the connection.
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

type Events = AsyncIterableIterator<FormattedExecutionResult>;

/** graphql-ws calls the toJSON of each error; ours are formatted already. */
function sendable(result: FormattedExecutionResult): ExecutionResult {
  return {
    ...result,
    errors: result.errors?.map((error) => ({ ...error, toJSON: () => error })),
  } as ExecutionResult;
}

function withSendableErrors(events: Events): AsyncIterableIterator<ExecutionResult> {
  return {
    next: async () => {
      const event = await events.next();
      return event.done || !event.value.errors
        ? (event as IteratorResult<ExecutionResult>)
        : { done: false, value: sendable(event.value) };
    },
    return: () =>
      (events.return as NonNullable<Events['return']>)() as Promise<
        IteratorResult<ExecutionResult>
      >,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Its results are masked already; graphql-ws expects unmasked ones, but only passes them on. */
interface Subscription extends ExecutionArgs {
  start: () => Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
}

async function subscribe(
  transport: SubscriptionTransport,
  ctx: SheafSocket,
  { id, payload }: SubscribeMessage,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const { platform, operations, live } = transport;
  if (id.length > MAX_ID_CHARACTERS) {
    ctx.extra.peer.close(
      BAD_REQUEST,
      `The id of a subscription has at most ${MAX_ID_CHARACTERS} characters`,
    );
    return [codedError('BAD_REQUEST', 'The socket is closing.')];
  }
  if (Object.keys(ctx.subscriptions).length > MAX_SUBSCRIPTIONS)
    return [
      codedError('BAD_REQUEST', `A socket carries at most ${MAX_SUBSCRIPTIONS} subscriptions.`),
    ];
  const session = await signInSocket(
    transport,
    ctx,
    credentialsIn(headersIn(payload.extensions), ctx.extra.credentials),
  );
  if (session instanceof RequestError) return [asGraphQLError(session)];
  if (session === null) return [asGraphQLError(unauthenticated('NO_TOKEN'))];
  const { signal } = ctx.extra.controller;
  const newContext = (): Context => ({
    platform,
    viewer: session.viewer,
    signal,
    loaded: new Map(),
  });
  const ready = await readySubscription(transport, newContext(), payload);
  if (ready.errors) return ready.errors;
  const start = async () => {
    const events = await subscribeTo({ operations, live, ready, newContext, log: platform.log });
    return Symbol.asyncIterator in events ? withSendableErrors(events) : sendable(events);
  };
  const args: Subscription = {
    schema: operations.schema,
    document: ready.prepared.document,
    operationName: ready.operation.name?.value,
    start,
  };
  return args;
}

function headersIn(extensions: SubscribeMessage['payload']['extensions']): object | null {
  const headers = extensions?.['headers'];
  return typeof headers === 'object' ? headers : null;
}
