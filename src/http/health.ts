/** Whether the process is up, whether it can serve, and what it counts. */
import type { FastifyInstance } from 'fastify';
import { queueJobs, registry } from '../platform/metrics.ts';
import type { Platform } from '../platform/platform.ts';
import { SECOND } from '../platform/time.ts';

/** A part that the process needs in order to serve; `check` rejects when it does not answer. */
export interface ReadinessCheck {
  name: string;
  check: () => Promise<unknown>;
}

const CHECK_LIMIT_MS = 2 * SECOND;

async function answers({ check }: ReadinessCheck): Promise<boolean> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_LIMIT_MS);
  try {
    await Promise.race([check(), promise]);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Adds /healthz, /readyz and /metrics. */
export function addHealth(app: FastifyInstance, platform: Platform, checks: readonly ReadinessCheck[]): void {
  app.get('/healthz', async () => ({ status: 'up' }));
  app.get('/readyz', async (_request, reply) => {
    const results = await Promise.all(checks.map(async (check) => [check.name, await answers(check)] as const));
    const ready = !platform.stopping.aborted && results.every(([, ok]) => ok);
    const failing = results.filter(([, ok]) => !ok).map(([name]) => name);
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : platform.stopping.aborted ? 'stopping' : 'not ready', failing });
  });
  app.get('/metrics', async (_request, reply) => {
    await countQueues(platform);
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

/** Without a database the other metrics are all the more wanted. */
async function countQueues(platform: Platform): Promise<void> {
  try {
    for (const { name: queue, ...states } of await platform.jobs.statistics()) {
      for (const [state, count] of Object.entries(states)) queueJobs.set({ queue, state }, count);
    }
  } catch {
    queueJobs.reset();
  }
}
