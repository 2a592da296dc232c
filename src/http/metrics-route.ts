/**
 * `/metrics`, which covers all tenants at once: on a port of its own (METRICS_PORT), or for clients
 * that send METRICS_TOKEN. With neither, it exists only in development.
 */
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import type { Config } from '../platform/config.ts';
import { queueJobs, registry } from '../platform/metrics.ts';
import type { Platform } from '../platform/platform.ts';
import { isSameText } from '../platform/secrets.ts';
import { refuseUnknownPaths } from './refusals.ts';
import { sendCode } from './responses.ts';
import { HTTP_LIMITS } from './server-limits.ts';

/** A metrics server on a port of its own. */
export interface MetricsServer {
  /** Where the metrics are. */
  url: string;
  stop: () => Promise<void>;
}

/** Adds the metrics to the API's own port, if the settings allow it. */
export function addMetrics(app: FastifyInstance, platform: Platform): void {
  const { METRICS_PORT, METRICS_TOKEN, NODE_ENV } = platform.config;
  if (METRICS_PORT === undefined && (METRICS_TOKEN !== undefined || NODE_ENV !== 'production'))
    addRoute(app, platform);
}

/** Serves the metrics on METRICS_PORT; null if it is not set. */
export async function startMetrics(platform: Platform): Promise<MetricsServer | null> {
  const { METRICS_PORT: port, HOST: host } = platform.config;
  if (port === undefined) return null;
  const app = fastify({ ...HTTP_LIMITS, exposeHeadRoutes: false });
  refuseUnknownPaths(app, 'There is nothing here but /metrics.');
  addRoute(app, platform);
  const url = await app.listen({ port, host });
  const stop = async () => {
    app.server.closeAllConnections();
    await app.close();
  };
  return { url: `${url}/metrics`, stop };
}

function addRoute(app: FastifyInstance, platform: Platform): void {
  const onRequest = async (
    { headers }: { headers: { authorization?: string | undefined } },
    reply: FastifyReply,
  ) => {
    if (!mayRead(platform.config, headers.authorization))
      await sendCode(reply.header('www-authenticate', 'Bearer'), 'UNAUTHENTICATED', {
        message: 'Expected METRICS_TOKEN as a bearer token.',
      });
  };
  app.get('/metrics', { onRequest }, async (_request, reply) => {
    await countQueues(platform);
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

function mayRead({ METRICS_TOKEN }: Config, authorization: string | undefined): boolean {
  return (
    METRICS_TOKEN === undefined ||
    isSameText(/^Bearer +(.+)$/i.exec(authorization ?? '')?.[1] ?? '', METRICS_TOKEN)
  );
}

/** While the database is unreachable, the other metrics matter even more. */
async function countQueues(platform: Platform): Promise<void> {
  try {
    for (const { name: queue, ...states } of await platform.jobs.statistics()) {
      for (const [state, count] of Object.entries(states)) queueJobs.set({ queue, state }, count);
    }
  } catch {
    queueJobs.reset();
  }
}
