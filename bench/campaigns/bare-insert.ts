/**
 * The limit that ingesting is held against: inserting the same events into a table with the shape of
 * message_status_log (its columns, its primary key, its other index, the same rows to begin with).
 * pg inserts 100 rows a statement over four connections, one array a column, ON CONFLICT DO NOTHING;
 * every statement is prepared and commits. The rows are in memory. Nothing else is done: no HTTP, no
 * signature, no JSON, no look-up of messages, no counters.
 */
import pg from 'pg';
import type { CampaignBench } from './bench.ts';
import type { StatusEvent } from './events.ts';

const CONNECTIONS = 4;
const ROWS = 100;
const TABLE = 'bare_status_log';
const INSERT = `
  insert into ${TABLE} ("tenantId", "whatsappMessageId", status, at, error)
  select $1, e.id, e.status::"DeliveryStatus", to_timestamp(e.second), e.error
  from unnest($2::text[], $3::text[], $4::bigint[], $5::text[]) as e(id, status, second, error)
  on conflict do nothing`;

/** Creates the table as a copy of message_status_log. */
export async function makeBareTable({ client }: CampaignBench): Promise<void> {
  await client.query(`drop table if exists ${TABLE}`);
  await client.query(`create table ${TABLE} (like message_status_log including all)`);
  await client.query(`insert into ${TABLE} select * from message_status_log`);
  await client.query(`vacuum (analyze) ${TABLE}`);
}

/** How many events a second it inserts. */
export async function bareInsertRate(
  { databaseUrl, tenantId }: CampaignBench,
  events: readonly StatusEvent[],
): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS });
  await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.query('select pg_sleep(0.05)')));
  const rows = events.map(({ message, status, second }) => ({
    id: message.id,
    status: status.toUpperCase(),
    second,
    error: null,
  }));
  let next = 0;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (next < rows.length) {
        const part = rows.slice(next, next + ROWS);
        next += ROWS;
        await pool.query({
          name: 'bare insert',
          text: INSERT,
          values: [
            tenantId,
            part.map(({ id }) => id),
            part.map((row) => row.status),
            part.map(({ second }) => second),
            part.map(({ error }) => error),
          ],
        });
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  await pool.end();
  return rows.length / seconds;
}
