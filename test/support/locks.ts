/** For tests that hold a lock until somebody wants it. */
import type pg from 'pg';
import { eventually } from './live.ts';

/** Resolves once another connection to the client's database waits for a lock. */
export async function waitsForLock(client: pg.Client): Promise<void> {
  await eventually('somebody waits for the lock', async () => {
    const { rowCount } = await client.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return rowCount;
  });
}
