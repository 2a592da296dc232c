import { sql } from 'kysely';
import type { TenantTransaction } from './tenant-database.ts';
import { query } from './tenant-scope.ts';

/**
 * Has the transaction's further statements planned for the tables as they are. A kept plan may stem from when they were nearly empty:
 * one that compared each of 10,000 contacts with each of a campaign took 10 s. For rare statements over many rows.
 */
export async function planAnew(tx: TenantTransaction): Promise<void> {
  await tx.run(query.selectNoFrom(sql`set_config('plan_cache_mode', 'force_custom_plan', true)`.as('mode')));
}
