/** What is kept of each request: a log line and a metric. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Platform } from '../platform/platform.ts';
import { SECOND } from '../platform/time.ts';
import { httpRequestSeconds, observeOperation } from './metrics.ts';

const QUIET_ROUTES = new Set(['/healthz', '/readyz', '/metrics']);
/** As nginx counts requests whose client went before there was a response. */
const CLIENT_GONE = 499;

/**
 * One log line and one metric per request; health checks and metrics get no line. Fastify's hook is
 * not called where the client goes first, as each one does that ends a stream.
 */
export function addObservation(app: FastifyInstance, platform: Platform): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) observeGone(platform, request, reply);
    });
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    measure(request, reply, reply.statusCode);
    writeLine(platform, request, { ...timing(reply), status: reply.statusCode });
    done();
  });
}

/** How long somebody listened to a stream says nothing about how fast requests are. */
function observeGone(platform: Platform, request: FastifyRequest, reply: FastifyReply): void {
  const { headersSent, statusCode } = reply.raw;
  if (!headersSent) measure(request, reply, CLIENT_GONE);
  writeLine(platform, request, {
    ...timing(reply),
    status: headersSent ? statusCode : CLIENT_GONE,
  });
}

function measure(request: FastifyRequest, reply: FastifyReply, status: number): void {
  const labels = { route: routeOf(request), status: String(status) };
  const seconds = reply.elapsedTime / SECOND;
  httpRequestSeconds.observe(labels, seconds);
  if (request.session && labels.route === '/graphql')
    observeOperation(request.operationName, seconds);
}

interface Outcome {
  status: number;
  ms: number;
  bytes: number;
}

function timing(reply: FastifyReply): Omit<Outcome, 'status'> {
  return {
    ms: Math.round(reply.elapsedTime * 10) / 10,
    bytes: Number(reply.getHeader('content-length') ?? 0),
  };
}

function writeLine(platform: Platform, request: FastifyRequest, outcome: Outcome): void {
  if (QUIET_ROUTES.has(routeOf(request)) || platform.log.isLevelEnabled?.('info') === false) return;
  const viewer = request.session?.viewer;
  const line = {
    id: request.id,
    method: request.method,
    route: request.routeOptions.url,
    operation: request.operationName ?? undefined,
    signIn: outcome.status === 401 ? (request.signInFault ?? 'NO_TOKEN') : undefined,
    user: viewer?.userId,
    tenant: viewer?.tenantId,
    statements: request.measured?.statistics.statements,
  };
  platform.log.info({ ...line, ...outcome }, 'request');
}

function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none';
}
