/** Whether the process is up, and whether it can serve. */
import type { FastifyInstance } from 'fastify';
import { unlessAborted } from '../platform/aborts.ts';
import type { Platform } from '../platform/platform.ts';
import { SECOND } from '../platform/time.ts';

/** A part that the process needs in order to serve; `check` rejects when it does not respond. */
export interface ReadinessCheck {
  name: string;
  check: () => Promise<unknown>;
}

const CHECK_LIMIT_MS = 2 * SECOND;

async function answers({ check }: ReadinessCheck): Promise<boolean> {
  try {
    await unlessAborted(check(), AbortSignal.timeout(CHECK_LIMIT_MS));
    return true;
  } catch {
    return false;
  }
}

/** Adds /healthz and /readyz. */
export function addHealth(
  app: FastifyInstance,
  platform: Platform,
  checks: readonly ReadinessCheck[],
): void {
  app.get('/healthz', async () => ({ status: 'up' }));
  let checking: Promise<(readonly [name: string, ok: boolean])[]> | undefined;
  app.get('/readyz', async (_request, reply) => {
    // Anybody may ask, so concurrent requests share one check, which takes a database connection.
    checking ??= Promise.all(
      checks.map(async (check) => [check.name, await answers(check)] as const),
    ).finally(() => {
      checking = undefined;
    });
    const results = await checking;
    const ready = !platform.stopping.aborted && results.every(([, ok]) => ok);
    const failing = results.filter(([, ok]) => !ok).map(([name]) => name);
    return reply.code(ready ? 200 : 503).send({
      status: ready ? 'ready' : platform.stopping.aborted ? 'stopping' : 'not ready',
      failing,
    });
  });
}
