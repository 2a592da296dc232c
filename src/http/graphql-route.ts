/** `/graphql` over HTTP: bodies, sign-in, and what may be asked without it; the rest is Apollo's and the operations'. */

import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpContext } from '../graphql/apollo.ts';
import { isIntrospectionOnly } from '../graphql/introspection.ts';
import type { Operations } from '../graphql/operations.ts';
import { countingStatements, newStatistics, type StatementStatistics } from '../platform/database/statements.ts';
import { RequestError } from '../platform/errors.ts';
import type { Platform } from '../platform/platform.ts';
import { traced } from '../platform/tracing.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { ANONYMOUS, unauthenticated } from '../tenancy/index.ts';
import { JSON_LIMITS, JsonBodyError, parseJsonBody, parseJsonText } from './json-body.ts';
import { sendCode, sendError } from './responses.ts';
import { signIn } from './session.ts';

/** What somebody who is not signed in may send. */
const ANONYMOUS_BODY_BYTES = 256 * 1_024;

/** What the log line of a request is made of. */
export interface Measured {
  statistics: StatementStatistics;
  context?: HttpContext;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request did, once its operation began. */
    measured: Measured | null;
  }
}

/** Parses JSON bodies, strictly; the limit for signed-in users is the route's `bodyLimit`. */
export function addJsonParser(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (body.length > ANONYMOUS_BODY_BYTES && request.session === null) {
      return done(new RequestError('PAYLOAD_TOO_LARGE', `Without a token a body has at most ${ANONYMOUS_BODY_BYTES} bytes.`));
    }
    try {
      done(null, parseJsonBody(body, JSON_LIMITS));
    } catch (error) {
      done(error instanceof JsonBodyError ? error : new JsonBodyError('Expected a JSON body.'));
    }
  });
}

export interface GraphQLRoute {
  platform: Platform;
  apollo: ApolloServer<HttpContext>;
  operations: Operations;
}

/** Adds GET and POST /graphql. */
export function addGraphQLRoute(app: FastifyInstance, { platform, apollo, operations }: GraphQLRoute): void {
  const run = fastifyApolloHandler(apollo, {
    context: async (request, reply) => {
      const context = new RequestContext(platform, request, reply);
      if (request.measured) request.measured.context = context;
      return context;
    },
  });
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.method === 'GET') checkParameters(request);
    if (request.session === null && !mayRunAnonymously(request, operations)) return sendError(reply, unauthenticated(), platform.log);
    const measured: Measured = { statistics: newStatistics() };
    request.measured = measured;
    return traced(`${request.method} /graphql`, { 'http.request.method': request.method }, () =>
      countingStatements(measured.statistics, () => run.call(app, request, reply) as Promise<unknown>),
    );
  };
  const options = { onRequest: signIn(platform), bodyLimit: platform.config.BODY_LIMIT_BYTES };
  app.get('/graphql', options, handler);
  app.post('/graphql', options, handler);
  refuseOtherMethods(app, '/graphql', 'GET, POST');
}

/** Answers the methods that a path does not serve with 405, before any body is read. */
export function refuseOtherMethods(app: FastifyInstance, url: string, allow: string): void {
  const served = allow.split(', ');
  const method = (['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const).filter((name) => !served.includes(name));
  const refuse = (_request: FastifyRequest, reply: FastifyReply) =>
    sendCode(reply.header('allow', allow), 'BAD_REQUEST', { message: `This path serves ${allow}.`, status: 405 });
  app.route({ method, url, onRequest: async (request, reply) => refuse(request, reply), handler: refuse });
}

/**
 * The context of one HTTP request. Its signal is only made when somebody asks for it. Apollo hands on a copy of the own
 * properties, in which private names would be missing.
 */
class RequestContext implements HttpContext {
  readonly platform: Platform;
  readonly viewer: Viewer;
  readonly measured: boolean;
  readonly startedAt = performance.now();
  readonly loaded = new Map<unknown, object>();
  operationName?: string | null;
  private readonly reply: FastifyReply;
  private controller: AbortController | undefined;

  constructor(platform: Platform, request: FastifyRequest, reply: FastifyReply) {
    this.platform = platform;
    this.viewer = request.session?.viewer ?? ANONYMOUS;
    this.measured = request.headers['x-performance'] === '1';
    this.reply = reply;
  }

  get signal(): AbortSignal {
    this.controller ??= abortedOnClose(this.reply);
    return this.controller.signal;
  }
}

function abortedOnClose(reply: FastifyReply): AbortController {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  return controller;
}

/** The JSON in a query's parameters is held to the rules of bodies. */
function checkParameters(request: FastifyRequest): void {
  const { variables, extensions } = request.query as Record<string, unknown>;
  for (const text of [variables, extensions]) if (typeof text === 'string') parseJsonText(text, JSON_LIMITS);
}

/** Without a token only `__typename` and introspection are answered; what is no valid document gets its own error. */
function mayRunAnonymously(request: FastifyRequest, operations: Operations): boolean {
  const { query, extensions } = (request.method === 'GET' ? request.query : (request.body ?? {})) as { query?: unknown; extensions?: unknown };
  // A hash may stand for anything, and whether it is known is no affair of strangers.
  if (typeof query !== 'string') return extensions === undefined;
  const { prepared, errors } = operations.prepare(query);
  if (prepared) return isIntrospectionOnly(prepared.document);
  // A document that is invalid against the schema would tell names of it; syntax and limits tell nothing.
  return errors?.every((error) => error.extensions['code'] !== 'GRAPHQL_VALIDATION_FAILED') ?? true;
}
