/** Writes rows, thousands in a statement. */
import type pg from 'pg';
import type { Advance } from './agency.ts';

const ROWS_PER_STATEMENT = 5_000;

/** The tables, each after those that its rows point at. */
export const DEMO_TABLES = [
  'tenant',
  'user',
  'organization',
  'contact',
  'activity',
  'deal',
  'work_package',
  'work_package_phase',
  'work_package_item',
  'collateral',
  'blog',
  'persona',
  'template',
  'deck',
  'page',
  'question_block',
  'question',
  'intake_path',
  'intake_path_block',
  'packet_template',
  'client',
  'intake_progress',
  'packet',
  'whatsapp_number',
  'campaign',
  'campaign_template',
  'campaign_contact',
  'campaign_figures',
  'campaign_counter',
  'send_queue',
  'message',
  'message_status_log',
  'workflow',
  'workflow_version',
  'property',
  'asset',
  'technician',
  'maintenance_request',
] as const;
/** One of DEMO_TABLES. */
export type DemoTable = (typeof DEMO_TABLES)[number];

/**
 * Inserts rows that all have the same columns, named as in the table. They travel as one JSON text,
 * which PostgreSQL reads by the types of the table itself, so that neither the limit of parameters
 * nor the types of arrays matter.
 */
export async function insertRows(
  client: pg.Client,
  table: DemoTable,
  rows: Iterable<object>,
): Promise<void> {
  for (const part of parts(rows)) {
    const columns = Object.keys(part[0] ?? {}).map((column) => `"${column}"`);
    const text = `
      insert into "${table}" (${columns.join(', ')})
      select ${columns.join(', ')} from json_populate_recordset(null::"${table}", $1)`;
    await client.query(text, [JSON.stringify(part)]);
  }
}

/** Inserts the rows of several tables, in the order in which they may point at each other. */
export async function insertTables(
  client: pg.Client,
  rows: { [Table in DemoTable]?: Iterable<object> },
): Promise<void> {
  for (const table of DEMO_TABLES) await insertRows(client, table, rows[table] ?? []);
}

/** The same rows; each is reported as it is taken. */
export function* counted<Row>(rows: Iterable<Row>, advance: Advance): Generator<Row> {
  for (const row of rows) {
    advance(1);
    yield row;
  }
}

function* parts(rows: Iterable<object>): Generator<object[]> {
  let part: object[] = [];
  for (const row of rows) {
    part.push(row);
    if (part.length < ROWS_PER_STATEMENT) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
