/** The HTTP server: routes, headers, request ids, log lines, and its orderly end. */
import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { createApollo } from '../graphql/apollo.ts';
import { Operations } from '../graphql/operations.ts';
import { schemas } from '../graphql/schema.ts';
import { trustedDocuments } from '../graphql/trusted-documents.ts';
import { RequestError } from '../platform/errors.ts';
import { httpRequestSeconds } from '../platform/metrics.ts';
import type { Platform } from '../platform/platform.ts';
import { SECOND } from '../platform/time.ts';
import { addGraphiQL, type GraphiQLStart, sendGraphiQL, wantsPage } from './graphiql.ts';
import { addGraphQLRoute, addJsonParser } from './graphql-route.ts';
import { addHealth, type ReadinessCheck } from './health.ts';
import { LiveConnections } from './live-connections.ts';
import { sendCode, sendError } from './responses.ts';
import { addStreamRoute } from './sse.ts';
import { addWebhookRoute } from './webhook-route.ts';
import { serveWebSockets } from './websocket.ts';

export interface HttpOptions {
  checks: readonly ReadinessCheck[];
  graphiql: GraphiQLStart;
  /** A worker answers health and metrics only. */
  api: boolean;
  /** Whether only requests that name this machine as itself are served (Host). */
  loopbackOnly: boolean;
}

export interface HttpServer {
  /** Where it listens, such as http://127.0.0.1:4000. */
  url: string;
  /** Finishes the requests in flight, closes sockets with 1001 and streams; resolves within 8 s. */
  stop: () => Promise<void>;
}

const DRAIN_LIMIT_MS = 8 * SECOND;

/** Starts listening on HOST and PORT. */
export async function startHttp(platform: Platform, options: HttpOptions): Promise<HttpServer> {
  const { config } = platform;
  const app = fastify({
    bodyLimit: 256 * 1_024,
    requestTimeout: 30 * SECOND,
    keepAliveTimeout: 72 * SECOND,
    genReqId: (request) => requestId(request.headers['x-request-id']),
    // A proxy's or client's slow body must not hold a connection for ever; the answer's time is limited per operation.
    connectionTimeout: 0,
    exposeHeadRoutes: false,
    return503OnClosing: false,
  });
  await app.register(helmet, { contentSecurityPolicy: false, crossOriginResourcePolicy: false });
  await app.register(cors, { origin: config.CORS_ORIGINS.length > 0 ? config.CORS_ORIGINS : false, methods: ['GET', 'POST'], maxAge: 600 });
  app.decorateRequest('session', null);
  app.decorateRequest('measured', null);
  addJsonParser(app);
  addObservation(app, platform);
  addErrorAnswers(app, platform);
  addHealth(app, platform, options.checks);
  const closeSockets = options.api ? await addApi(app, platform, options) : async () => undefined;
  const url = await app.listen({ port: config.PORT, host: config.HOST });
  return { url, stop: () => stopHttp(app, closeSockets) };
}

function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
}

async function addApi(app: FastifyInstance, platform: Platform, options: HttpOptions): Promise<() => Promise<void>> {
  const operations = new Operations(schemas, platform.config);
  const trusted = trustedDocuments(platform.config);
  const apollo = createApollo(platform, operations, trusted);
  await apollo.start();
  if (platform.config.GRAPHIQL) {
    addGraphiQL(app, options.graphiql);
    app.addHook('onRequest', async (request, reply) => {
      if (request.method === 'GET' && request.url.split('?')[0] === '/graphql' && wantsPage(request.headers.accept, request.query)) return sendGraphiQL(reply);
      return undefined;
    });
  }
  addGraphQLRoute(app, { platform, apollo, operations });
  const transport = { platform, operations, trusted, connections: new LiveConnections(platform.config), loopbackOnly: options.loopbackOnly };
  addStreamRoute(app, transport);
  await addWebhookRoute(app, platform);
  const closeSockets = serveWebSockets(app.server, transport);
  return async () => {
    await closeSockets();
    await apollo.stop();
  };
}

const QUIET_ROUTES = new Set(['/healthz', '/readyz', '/metrics']);

/** One log line and one metric a request; health checks and metrics are not worth a line. */
function addObservation(app: FastifyInstance, platform: Platform): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    httpRequestSeconds.observe({ route, status: String(reply.statusCode) }, reply.elapsedTime / SECOND);
    if (!QUIET_ROUTES.has(route) && platform.log.isLevelEnabled?.('info') !== false) platform.log.info(logLine(request, reply), 'request');
    done();
  });
}

function logLine(request: FastifyRequest, reply: FastifyReply): object {
  const { measured } = request;
  const viewer = request.session?.viewer;
  return {
    id: request.id,
    method: request.method,
    route: request.routeOptions.url,
    status: reply.statusCode,
    operation: measured?.context?.operationName,
    user: viewer?.userId,
    tenant: viewer?.tenantId,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    statements: measured?.statistics.statements,
    bytes: Number(reply.getHeader('content-length') ?? 0),
  };
}

function addErrorAnswers(app: FastifyInstance, platform: Platform): void {
  app.setNotFoundHandler((_request, reply) => sendCode(reply, 'NOT_FOUND', { message: 'Nothing is here. GraphQL is at /graphql.', status: 404 }));
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error instanceof RequestError) return sendError(reply, error, platform.log);
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return sendCode(reply, 'PAYLOAD_TOO_LARGE', { message: 'The body is larger than this server takes.' });
    if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
      return sendCode(reply, 'BAD_REQUEST', { message: 'Expected the content type application/json.', status: 415 });
    if (error.statusCode !== undefined && error.statusCode < 500)
      return sendCode(reply, 'BAD_REQUEST', { message: 'The request could not be read.', status: error.statusCode });
    return sendError(reply, error, platform.log);
  });
}

async function stopHttp(app: FastifyInstance, closeSockets: () => Promise<void>): Promise<void> {
  // Keep-alive connections would hold the end up until they time out.
  const idle = setInterval(() => app.server.closeIdleConnections(), 50);
  const limit = setTimeout(() => app.server.closeAllConnections(), DRAIN_LIMIT_MS);
  try {
    await Promise.all([closeSockets(), app.close()]);
  } finally {
    clearInterval(idle);
    clearTimeout(limit);
  }
}
