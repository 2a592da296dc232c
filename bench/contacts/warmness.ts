/** Computing the warmness of all contacts of a tenant, as of a time when most of them change. */
import { recomputeAllWarmness } from '../../src/contacts/index.ts';
import type { DemoBench } from '../demo.ts';
import { startLocalApp } from '../servers/local-app.ts';
import { timed } from '../timing.ts';

/** By then every activity of the last 30 days is too old to count. */
const LATER_MS = 31 * 24 * 3_600_000;

export interface WarmnessFindings {
  seconds: number;
  contacts: number;
  /** How many of them have changed. */
  changed: number;
}

export async function measureWarmness({
  client,
  tenantId,
  databaseUrl,
}: DemoBench): Promise<WarmnessFindings> {
  const { rows } = await client.query<{ contacts: number }>(
    'select count(*)::int as contacts from contact where "tenantId" = $1',
    [tenantId],
  );
  const app = await startLocalApp({ databaseUrl });
  try {
    const now = new Date(Date.now() + LATER_MS);
    const { result, ms } = await timed(() => recomputeAllWarmness(app.platform, { tenantId, now }));
    return { seconds: ms / 1_000, contacts: rows[0]?.contacts ?? 0, changed: result };
  } finally {
    await app.stop();
  }
}
