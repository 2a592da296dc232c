/**
 * `/graphql` over HTTP: bodies, sign-in, and what is allowed without it. Apollo and the operations
 * do the rest.
 */
import type { ApolloServer } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import type { HttpContext } from '../graphql/http-context.ts';
import type { KeptAnswer } from '../graphql/kept-answers.ts';
import {
  countingStatements,
  newStatistics,
  type StatementStatistics,
} from '../platform/database/statements.ts';
import type { Platform } from '../platform/platform.ts';
import { traced } from '../platform/tracing.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { ANONYMOUS, unauthenticated } from '../tenancy/index.ts';
import { apolloHandler } from './apollo-handler.ts';
import { limitAnonymous } from './body-limits.ts';
import { JSON_LIMITS, JsonBodyError, parseJsonBody, parseJsonText } from './json-body.ts';
import { sendKept } from './kept-response.ts';
import { asksForEvents } from './live/sse.ts';
import { refuseOtherMethods } from './refusals.ts';
import { whenOver } from './request-end.ts';
import { sendBatchRefusal, sendError } from './responses.ts';
import { MAX_NAME_CHARACTERS } from './server-limits.ts';
import { signIn } from './session.ts';

/** What the log line of a request reports. */
export interface Measured {
  statistics: StatementStatistics;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request did, once its operation has begun. */
    measured: Measured | null;
    /** The name of the operation that was run, where it has one. */
    operationName: string | null;
    /** The response, where it is a kept answer. */
    kept: KeptAnswer | null;
  }
}

/** Parses JSON bodies, strictly; the limit for signed-in users is the route's `bodyLimit`. */
export function addJsonParser(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (_request, body: Buffer, done) => {
      try {
        done(null, parseJsonBody(body, JSON_LIMITS));
      } catch (error) {
        done(error instanceof JsonBodyError ? error : new JsonBodyError('Expected a JSON body.'));
      }
    },
  );
}

/** What the route needs; `apollo` has been started. */
export interface GraphQLRoute {
  platform: Platform;
  apollo: ApolloServer<HttpContext>;
  /** Answers with events, for clients that ask for nothing else. */
  stream: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
}

/** Adds GET and POST /graphql. */
export function addGraphQLRoute(
  app: FastifyInstance,
  { platform, apollo, stream }: GraphQLRoute,
): void {
  const run = apolloHandler(apollo, (request, reply) => {
    const context = new RequestContext(platform, request, reply);
    // V8 puts a function that is written as the value of an assignment into the old generation; each
    // request would then stay in memory until the next full collection.
    const signal = () => context.signal;
    if (request.measured) request.measured.statistics.signal = signal;
    return context;
  });
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.method === 'GET') checkParameters(request);
    if (Array.isArray(request.body) && sendBatchRefusal(reply, request.body)) return reply;
    if (request.session === null && !bringsDocument(request))
      return sendError(reply, unauthenticated('NO_TOKEN'), platform.log);
    if (request.session && asksForEvents(request.headers.accept)) return stream(request, reply);
    const measured: Measured = { statistics: newStatistics(platform.config, request.id) };
    request.measured = measured;
    const answer = traced(
      `${request.method} /graphql`,
      { 'http.request.method': request.method, 'sheaf.request.id': request.id },
      () => countingStatements(measured.statistics, () => run(request, reply)),
    );
    const text = await answer;
    if (request.kept) return sendKept(reply, request.kept);
    return request.headers['accept-encoding'] === undefined ? text : reply.compress(text);
  };
  const options = { onRequest: signIn(platform), bodyLimit: platform.config.BODY_LIMIT_BYTES };
  app.get('/graphql', options, handler);
  app.post('/graphql', { ...options, preParsing: limitStrangers }, handler);
  refuseOtherMethods(app, '/graphql', 'GET, POST');
}

/** Cuts off a body that is too large for a client without a token; it is not parsed. */
// biome-ignore lint/complexity/useMaxParams: Fastify's signature of a hook without a promise.
function limitStrangers(
  request: FastifyRequest,
  _reply: FastifyReply,
  body: RequestPayload,
  done: (error: null, body: RequestPayload) => void,
): void {
  done(null, request.session === null ? limitAnonymous(body) : body);
}

/**
 * The context of one HTTP request. Its signal is made only when it is read. Apollo passes on a copy
 * of the context's own properties, which lacks private names.
 */
class RequestContext implements HttpContext {
  readonly platform: Platform;
  readonly viewer: Viewer;
  readonly measured: boolean;
  readonly startedAt = performance.now();
  readonly loaded = new Map<unknown, object>();
  private readonly request: FastifyRequest;
  private readonly reply: FastifyReply;
  private over: AbortSignal | undefined;

  constructor(platform: Platform, request: FastifyRequest, reply: FastifyReply) {
    this.platform = platform;
    this.viewer = request.session?.viewer ?? ANONYMOUS;
    this.measured = request.headers['x-performance'] === '1';
    this.request = request;
    this.reply = reply;
  }

  get operationName(): string | null {
    return this.request.operationName;
  }

  /** Stored on the request itself: a value set on the copy that Apollo passes on would be lost. */
  set operationName(name: string | null | undefined) {
    this.request.operationName = name?.slice(0, MAX_NAME_CHARACTERS) ?? null;
  }

  /** As the name, stored on the request itself. */
  set kept(kept: KeptAnswer | null) {
    this.request.kept = kept;
  }

  get signal(): AbortSignal {
    this.over ??= whenOver(this.reply.raw, this.request.raw.socket);
    return this.over;
  }
}

/** The JSON in a query's parameters follows the same rules as bodies. */
function checkParameters(request: FastifyRequest): void {
  const { variables, extensions } = request.query as Record<string, unknown>;
  for (const text of [variables, extensions])
    if (typeof text === 'string') parseJsonText(text, JSON_LIMITS);
}

/**
 * Whether an operation is sent as text. A hash may stand for anything, and whether it is known is
 * not revealed to strangers.
 */
function bringsDocument(request: FastifyRequest): boolean {
  const { query, extensions } = (
    request.method === 'GET' ? request.query : (request.body ?? {})
  ) as { query?: unknown; extensions?: unknown };
  return typeof query === 'string' || extensions === undefined;
}
