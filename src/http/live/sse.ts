/**
 * POST /graphql/stream (graphql-sse, distinct connections): a subscription or live query for clients
 * that can't open WebSockets; by POST to /graphql too, for those that ask for events there. Events are pulled as fast as the client reads; graphql-sse's own handler would
 * queue them without limit.
 */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { asGraphQLError, maskErrors } from '../../graphql/errors.ts';
import { withRawJson } from '../../graphql/raw-json.ts';
import { subscribeTo } from '../../graphql/subscriptions.ts';
import { RequestError } from '../../platform/errors.ts';
import { isRecord } from '../../platform/records.ts';
import { SECOND } from '../../platform/time.ts';
import type { Context } from '../../schema-builder/context.ts';
import type { Credentials, Session } from '../../tenancy/index.ts';
import { JSON_LIMITS, parseJsonText } from '../json-body.ts';
import { refuseOtherMethods } from '../refusals.ts';
import { whenOver } from '../request-end.ts';
import { sendCode, sendError } from '../responses.ts';
import { MAX_NAME_CHARACTERS } from '../server-limits.ts';
import { requireSession } from '../session.ts';
import type { LiveConnection, Refusal } from './live-connections.ts';
import { watchSession } from './session-watch.ts';
import {
  readySubscription,
  type SubscribeMessage,
  type SubscriptionTransport,
} from './subscription.ts';

const KEEP_ALIVE_MS = 12 * SECOND;
type Events = AsyncIterableIterator<FormattedExecutionResult>;

/**
 * Adds the route. Streams end when the client disconnects, when its session ends, and when the
 * process stops.
 */
export function addStreamRoute(app: FastifyInstance, transport: SubscriptionTransport): void {
  const options = { onRequest: requireSession(transport.platform), bodyLimit: 256 * 1_024 };
  app.post('/graphql/stream', options, streamHandler(transport));
  refuseOtherMethods(app, '/graphql/stream', 'POST');
}

/** Whether a client wants nothing but events, as GraphiQL does for live queries. */
export function asksForEvents(accept: string | undefined): boolean {
  return accept?.trim() === 'text/event-stream';
}

/** Answers a request that has a session with a stream. */
export function streamHandler(transport: SubscriptionTransport) {
  const { platform } = transport;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const session = request.session as Session;
    const payload = subscriptionIn(request.method === 'GET' ? bodyIn(request.query) : request.body);
    if (payload === null)
      return sendCode(reply, 'BAD_REQUEST', {
        message:
          'Expected a JSON object with the query of a subscription, and variables that are an object.',
      });
    if (!acceptsEvents(request.headers.accept))
      return sendCode(reply, 'BAD_REQUEST', {
        message: 'Expected the header "Accept: text/event-stream".',
        status: 406,
      });
    const { socket } = request.raw;
    const connection: LiveConnection = { viewer: session.viewer, close: () => socket.destroy() };
    const refusal = transport.connections.enter(connection);
    if (refusal !== null) return sendError(reply, refusalError(refusal), platform.log);
    const over = whenOver(reply.raw, socket);
    over.addEventListener('abort', () => transport.connections.leave(connection));
    if (over.aborted) transport.connections.leave(connection);
    const events = await start(transport, request, payload);
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    return stream(
      transport,
      {
        events,
        session,
        credentials: { authorization: request.headers.authorization },
        socket,
        over,
      },
      reply.raw,
    );
  };
}

function refusalError(refusal: Refusal): RequestError {
  return new RequestError(
    refusal === 'too many for this user' ? 'RATE_LIMITED' : 'SERVICE_UNAVAILABLE',
    `Close a WebSocket or stream: there are ${refusal}.`,
  );
}

/** The body that the parameters of a GET stand for. */
function bodyIn(parameters: unknown): unknown {
  const { query, operationName, variables, extensions } = parameters as Record<string, unknown>;
  return { query, operationName, variables: jsonIn(variables), extensions: jsonIn(extensions) };
}

function jsonIn(text: unknown): unknown {
  return typeof text === 'string' ? parseJsonText(text, JSON_LIMITS) : text;
}

function subscriptionIn(body: unknown): SubscribeMessage['payload'] | null {
  if (!isRecord(body)) return null;
  const { query = '', operationName, variables, extensions } = body;
  if (typeof query !== 'string' || !(operationName == null || typeof operationName === 'string'))
    return null;
  if (!(variables == null || isRecord(variables)) || !(extensions == null || isRecord(extensions)))
    return null;
  return query === '' && extensions == null
    ? null
    : { query, operationName, variables, extensions };
}

function acceptsEvents(accept: string | undefined): boolean {
  return accept === undefined || /text\/event-stream|text\/\*|\*\/\*/.test(accept);
}

async function start(
  transport: SubscriptionTransport,
  request: FastifyRequest,
  payload: SubscribeMessage['payload'],
): Promise<Events | FormattedExecutionResult> {
  const { platform, operations, live } = transport;
  const { viewer } = request.session as Session;
  const newContext = (): Context => ({
    platform,
    viewer,
    signal: platform.stopping,
    loaded: new Map(),
  });
  const ready = await readySubscription(transport, newContext(), payload);
  if (ready.errors) return { errors: maskErrors(ready.errors, platform.log) };
  request.operationName = ready.operation.name?.value.slice(0, MAX_NAME_CHARACTERS) ?? null;
  try {
    return await subscribeTo({ operations, live, ready, newContext, log: platform.log });
  } catch (error) {
    return { errors: maskErrors([asGraphQLError(error)], platform.log) };
  }
}

interface Streaming {
  events: Events | FormattedExecutionResult;
  session: Session;
  credentials: Credentials;
  socket: Socket;
  over: AbortSignal;
}

async function stream(
  { platform }: SubscriptionTransport,
  streaming: Streaming,
  response: ServerResponse,
): Promise<void> {
  const { events, session, credentials, socket, over } = streaming;
  const write = (text: string) => response.writable && response.write(text);
  if (!(Symbol.asyncIterator in events)) {
    response.end(nextEvent(events) + COMPLETE);
    return;
  }
  let complete = true;
  const end = () => {
    complete = false;
    void events.return?.();
    // The server does not wait for a client that does not read.
    if (response.writableNeedDrain) socket.destroy();
  };
  const unwatch = watchSession(platform, { credentials, session }, end);
  const keepAlive = setInterval(() => !response.writableNeedDrain && write(':\n\n'), KEEP_ALIVE_MS);
  over.addEventListener('abort', end);
  if (over.aborted) end();
  platform.stopping.addEventListener('abort', end);
  // Some browsers report a stream as open only after its first byte.
  write(':\n\n');
  try {
    for await (const event of events) if (!write(nextEvent(event))) await drained(response, over);
    // Clients reopen a stream that ends without `complete`: with a new token, or in another
    // process.
    response.end(complete ? COMPLETE : '');
  } finally {
    clearInterval(keepAlive);
    unwatch();
    platform.stopping.removeEventListener('abort', end);
  }
}

const COMPLETE = 'event: complete\ndata: \n\n';

function nextEvent(result: FormattedExecutionResult): string {
  return `event: next\ndata: ${withRawJson(JSON.stringify(result))}\n\n`;
}

/** Resolves when the client has read more, or is gone. */
async function drained(response: ServerResponse, over: AbortSignal): Promise<void> {
  if (!response.writable || response.destroyed) return;
  await once(response, 'drain', { signal: over }).catch(() => undefined);
}
