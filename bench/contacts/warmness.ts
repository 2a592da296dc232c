/** Computing the warmness of all contacts of a tenant anew, at a time when most of them change. */
import { recomputeAllWarmness } from '../../src/contacts/index.ts';
import type { DemoBench } from '../demo.ts';
import { startLocalApp } from './local-app.ts';

/** Every activity of the last 30 days has grown too old by then. */
const LATER_MS = 31 * 24 * 3_600_000;

export async function measureWarmness(
  bench: DemoBench,
): Promise<{ seconds: number; contacts: number; changed: number }> {
  const { rows } = await bench.client.query<{ contacts: number }>(
    'select count(*)::int as contacts from contact where "tenantId" = $1',
    [bench.tenantId],
  );
  const app = await startLocalApp(bench);
  try {
    const startedAt = performance.now();
    const changed = await recomputeAllWarmness(app.platform, {
      tenantId: bench.tenantId,
      now: new Date(Date.now() + LATER_MS),
    });
    return {
      seconds: (performance.now() - startedAt) / 1_000,
      contacts: rows[0]?.contacts ?? 0,
      changed,
    };
  } finally {
    await app.stop();
  }
}
