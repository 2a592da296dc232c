/** The HTTP server: routes, headers, request ids, log lines, and orderly shutdown. */
import { randomUUID } from 'node:crypto';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import { type FastifyError, type FastifyInstance, fastify } from 'fastify';
import { createApollo } from '../graphql/apollo.ts';
import { LiveQueries } from '../graphql/live-queries.ts';
import { Operations } from '../graphql/operations.ts';
import { schemas } from '../graphql/schema.ts';
import { trustedDocuments } from '../graphql/trusted-documents.ts';
import type { Config } from '../platform/config.ts';
import { RequestError } from '../platform/errors.ts';
import type { Platform } from '../platform/platform.ts';
import { SECOND } from '../platform/time.ts';
import { addDownloadRoutes } from './download-routes.ts';
import { addDocuments } from './explore/documents.ts';
import { addExampleApp } from './explore/example-app.ts';
import type { ExploreStart } from './explore/explore-start.ts';
import { addFrontPage } from './explore/front-page.ts';
import { addGraphiQL, sendGraphiQL } from './explore/graphiql.ts';
import { prefersPage } from './explore/page.ts';
import { addGraphQLRoute, addJsonParser } from './graphql-route.ts';
import { addHealth, type ReadinessCheck } from './health.ts';
import { LiveConnections } from './live/live-connections.ts';
import { addStreamRoute, streamHandler } from './live/sse.ts';
import { asksForWebSocket, serveWebSockets } from './live/websocket.ts';
import { addMetrics, startMetrics } from './metrics-route.ts';
import { addObservation } from './observation.ts';
import { addPersonFileRoute } from './person-file-route.ts';
import { refuseOtherHosts, refuseUnknownPaths } from './refusals.ts';
import { sendCode, sendError } from './responses.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import {
  COMPRESSED_FROM_BYTES,
  HTTP_LIMITS,
  OTHER_CONNECTIONS,
  STANDSTILL_MS,
} from './server-limits.ts';
import { addUploadRoute } from './upload-route.ts';
import { addWebhookRoute } from './webhook-route.ts';

/** What to serve, and how to tell that the process is ready. */
export interface HttpOptions {
  checks: readonly ReadinessCheck[];
  graphiql: ExploreStart;
  /** False in a worker, which serves health and metrics only. */
  api: boolean;
  /** Whether only requests that name this machine as itself are served (Host). */
  loopbackOnly: boolean;
}

/** A server that listens. */
export interface HttpServer {
  /** Where it listens, such as http://127.0.0.1:4000. */
  url: string;
  /** Where the metrics are, when METRICS_PORT is set. */
  metricsUrl: string | null;
  /** Finishes the requests in flight, closes sockets with 1001 and streams; resolves within 8 s. */
  stop: () => Promise<void>;
}

const DRAIN_LIMIT_MS = 8 * SECOND;

/** Starts listening on HOST and PORT. */
export async function startHttp(platform: Platform, options: HttpOptions): Promise<HttpServer> {
  const { config } = platform;
  const app = fastify({
    ...HTTP_LIMITS,
    // An operation may run this long before the first byte of its response.
    connectionTimeout: Math.max(STANDSTILL_MS, config.REQUEST_TIMEOUT_MS + 10 * SECOND),
    // Node 24.9 and newer; older ones hand every upgrade to the listener of WebSockets, which
    // refuses others.
    http: {
      ...HTTP_LIMITS.http,
      shouldUpgradeCallback: (request) => options.api && asksForWebSocket(request),
    },
    genReqId: (request) => requestId(request.headers['x-request-id']),
    exposeHeadRoutes: false,
    return503OnClosing: false,
  });
  app.server.maxConnections = config.LIVE_CONNECTIONS + OTHER_CONNECTIONS;
  await addHeaders(app, config);
  app.decorateRequest('session', null);
  app.decorateRequest('signInFault', null);
  app.decorateRequest('measured', null);
  app.decorateRequest('operationName', null);
  app.decorateRequest('kept', null);
  addJsonParser(app);
  addObservation(app, platform);
  if (options.loopbackOnly) refuseOtherHosts(app);
  refuseUnknownPaths(app, 'There is nothing here. GraphQL is at /graphql.');
  addErrorAnswers(app, platform);
  addHealth(app, platform, options.checks);
  addMetrics(app, platform);
  addFrontPage(app, {
    version: platform.version,
    api: options.api,
    graphiql: config.GRAPHIQL,
  });
  const closeSockets = options.api ? await addApi(app, platform, options) : async () => undefined;
  const url = await app.listen({ port: config.PORT, host: config.HOST });
  const metrics = await startMetrics(platform);
  const stop = async () => void (await Promise.all([stopHttp(app, closeSockets), metrics?.stop()]));
  return { url, metricsUrl: metrics?.url ?? null, stop };
}

/**
 * What every response has: headers that protect browsers, its id, CORS headers, and compression for
 * clients that ask.
 */
async function addHeaders(app: FastifyInstance, { CORS_ORIGINS }: Config): Promise<void> {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    done();
  });
  if (CORS_ORIGINS.length > 0)
    await app.register(cors, {
      origin: CORS_ORIGINS,
      methods: ['GET', 'HEAD', 'POST', 'PATCH'],
      exposedHeaders: [
        'x-request-id',
        'retry-after',
        'content-disposition',
        'tus-resumable',
        'upload-length',
        'upload-offset',
      ],
      maxAge: 600,
    });
  // Only responses of /graphql ask for it (graphql-route.ts). As a hook of every route it cost each
  // request 8 µs. The page may hold a token and is not compressed; these responses hold no secret,
  // and a foreign page cannot cause one, since tokens are not cookies.
  await app.register(compress, {
    global: false,
    encodings: ['gzip'],
    threshold: COMPRESSED_FROM_BYTES,
    globalDecompression: false,
  });
}

function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
}

async function addApi(
  app: FastifyInstance,
  platform: Platform,
  options: HttpOptions,
): Promise<() => Promise<void>> {
  const operations = new Operations(schemas, platform.config);
  const trusted = trustedDocuments(platform.config);
  const apollo = createApollo(platform, operations, { trusted });
  await apollo.start();
  if (platform.config.GRAPHIQL) {
    addGraphiQL(app);
    addDocuments(app);
    await addExampleApp(app, options.graphiql, platform.config);
    app.addHook('onRequest', (request, reply, done) => {
      if (
        request.method === 'GET' &&
        request.url.split('?')[0] === '/graphql' &&
        prefersPage(request.headers.accept)
      )
        void sendGraphiQL(reply, options.graphiql, platform.config);
      else done();
    });
  }
  const transport = {
    platform,
    operations,
    live: new LiveQueries(platform, operations),
    trusted,
    connections: new LiveConnections(platform.config),
    loopbackOnly: options.loopbackOnly,
  };
  addGraphQLRoute(app, { platform, apollo, stream: streamHandler(transport) });
  addStreamRoute(app, transport);
  addPersonFileRoute(app, platform);
  await addWebhookRoute(app, platform);
  await addUploadRoute(app, platform);
  addDownloadRoutes(app, platform);
  const closeSockets = serveWebSockets(app.server, transport);
  return async () => {
    await closeSockets();
    await apollo.stop();
  };
}

function addErrorAnswers(app: FastifyInstance, platform: Platform): void {
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error instanceof RequestError) return sendError(reply, error, platform.log);
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
      return sendCode(reply, 'PAYLOAD_TOO_LARGE', {
        message: 'The request body is too large.',
      });
    if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
      return sendCode(reply, 'BAD_REQUEST', {
        message: 'Expected the content type application/json.',
        status: 415,
      });
    if (error.statusCode !== undefined && error.statusCode < 500)
      return sendCode(reply, 'BAD_REQUEST', {
        message: 'The request could not be read.',
        status: error.statusCode,
      });
    return sendError(reply, error, platform.log);
  });
}

async function stopHttp(app: FastifyInstance, closeSockets: () => Promise<void>): Promise<void> {
  // Keep-alive connections would delay the shutdown until they time out.
  const idle = setInterval(() => app.server.closeIdleConnections(), 50);
  const limit = setTimeout(() => app.server.closeAllConnections(), DRAIN_LIMIT_MS);
  try {
    await Promise.all([closeSockets(), app.close()]);
  } finally {
    clearInterval(idle);
    clearTimeout(limit);
  }
}
