/**
 * Reading a campaign's figures, beside the three ways of counting them that the kept counters stand
 * for.
 */
import type pg from 'pg';
import { countStatements } from '../database.ts';
import { median } from '../report.ts';
import { type Sheaf, startSheaf } from '../sheaf.ts';
import type { CampaignBench } from './part.ts';

const COUNTS = 'total sent delivered read replied failed deliveryRate readRate replyRate';
const ONE = `query ($id: ID!) { campaign(id: $id) { id name status stats { totals { ${COUNTS} } templates { templateName counts { ${COUNTS} } } } } }`;
const PAGE = `{ campaigns(first: 100) { nodes { id name status contactCount stats { totals { ${COUNTS} } templates { templateName counts { ${COUNTS} } } } } pageInfo { hasNextPage endCursor } } }`;
const WARM_UPS = 20;
const ROWS_AT_ONCE = 1_000;

export interface FiguresFindings {
  statements: number;
  /** In the database, of the campaign of the demo and of the one with ten times its messages. */
  onceMs: number;
  tenfoldMs: number;
  pageStatements: number;
  pageMs: number;
  countedMs: number;
  countedTenfoldMs: number;
  viewMs: number;
  queries: number;
  queriesMs: number;
}

export interface FiguresPlan {
  campaignId: string;
  tenfoldId: string;
  rounds: number;
  requests: number;
}

export async function measureFigures(
  bench: CampaignBench,
  plan: FiguresPlan,
): Promise<FiguresFindings> {
  const api = await startSheaf({ ...bench, role: 'api' });
  try {
    const once = globalId(plan.campaignId);
    const tenfold = globalId(plan.tenfoldId);
    for (let index = 0; index < WARM_UPS; index += 1)
      for (const id of [once, tenfold]) await api.run(ONE, { id });
    const times = {
      once: [] as number[],
      tenfold: [] as number[],
      counted: [] as number[],
      queries: [] as number[],
    };
    let queries = 0;
    await bench.client.query(VIEW);
    for (let round = 0; round < plan.rounds; round += 1) {
      times.once.push(
        await databaseMs(bench.client, plan.requests, () => api.run(ONE, { id: once })),
      );
      times.tenfold.push(
        await databaseMs(bench.client, plan.requests, () => api.run(ONE, { id: tenfold })),
      );
      times.counted.push(
        await msOf(() => bench.client.query(COUNT, [bench.tenantId, plan.campaignId])),
      );
      times.queries.push(
        await msOf(async () => (queries = await countByQueries(bench, plan.campaignId))),
      );
    }
    const countedTenfoldMs = await msOf(() =>
      bench.client.query(COUNT, [bench.tenantId, plan.tenfoldId]),
    );
    const viewMs = await msOf(() =>
      bench.client.query('refresh materialized view bench_campaign_stats'),
    );
    await bench.client.query('drop materialized view bench_campaign_stats');
    return {
      statements: await statementsOf(bench.client, () => api.run(ONE, { id: once })),
      onceMs: median(times.once),
      tenfoldMs: median(times.tenfold),
      ...(await readPage(bench, api, plan)),
      countedMs: median(times.counted),
      countedTenfoldMs,
      viewMs,
      queries,
      queriesMs: median(times.queries),
    };
  } finally {
    await api.server.stop();
  }
}

function globalId(uuid: string): string {
  return Buffer.from(`Campaign:${uuid}`).toString('base64');
}

async function msOf(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await act();
  return performance.now() - startedAt;
}

/** Milliseconds in PostgreSQL of a request, on average over some. */
async function databaseMs(
  client: pg.Client,
  requests: number,
  ask: () => Promise<unknown>,
): Promise<number> {
  await client.query('select pg_stat_statements_reset()');
  for (let index = 0; index < requests; index += 1) await ask();
  const { rows } = await client.query<{ ms: number }>(
    `select sum(total_exec_time + total_plan_time)::float8 as ms from pg_stat_statements
     where dbid = (select oid from pg_database where datname = current_database()) and (query like '%campaignStats%' or query like '%from "campaign"%')`,
  );
  return (rows[0]?.ms ?? Number.NaN) / requests;
}

/** The least of some requests: beside one the server may have looked for something. */
async function statementsOf(client: pg.Client, ask: () => Promise<unknown>): Promise<number> {
  const counts: number[] = [];
  for (let index = 0; index < 5; index += 1)
    counts.push(await countStatements(client, async () => void (await ask())));
  return Math.min(...counts);
}

async function readPage(
  { client }: CampaignBench,
  api: Sheaf,
  { requests }: FiguresPlan,
): Promise<{ pageStatements: number; pageMs: number }> {
  const read = async () => {
    const { campaigns } = await api.run<{ campaigns: { nodes: unknown[] } }>(PAGE);
    if (campaigns.nodes.length !== 100)
      throw new Error(`Expected 100 campaigns, found ${campaigns.nodes.length}`);
  };
  for (let index = 0; index < WARM_UPS; index += 1) await read();
  const times: number[] = [];
  for (let index = 0; index < requests; index += 1) times.push(await msOf(read));
  return { pageStatements: await statementsOf(client, read), pageMs: median(times) };
}

const COUNT = 'select * from "countCampaign"($1, $2)';

/**
 * The figures of all campaigns that have messages. Refreshing looks for tables in no schema but the
 * system's, unless a function says where.
 */
const VIEW = `
  create function bench_count(uuid, uuid) returns setof record language sql stable set search_path = public as 'select * from "countCampaign"($1, $2)';
  create materialized view bench_campaign_stats as
    select c."tenantId", c.id as "campaignId", f.* from campaign c,
      lateral bench_count(c."tenantId", c.id) as f("templateId" uuid, total int, sent int, delivered int, "read" int, replied int, failed int)
    where exists (select from send_queue q where q."tenantId" = c."tenantId" and q."campaignId" = c.id) with no data`;

/**
 * As a client without SQL of its own would: everything by pages of 1,000 rows, counted in the
 * process. Answers how many queries that were.
 */
async function countByQueries(
  { client, tenantId }: CampaignBench,
  campaignId: string,
): Promise<number> {
  let queries = 0;
  const ask = async <Row>(text: string, ...values: unknown[]): Promise<Row[]> => {
    queries += 1;
    return (await client.query(text, [tenantId, ...values])).rows as Row[];
  };
  await ask('select * from campaign where "tenantId" = $1 and id = $2', campaignId);
  await ask(
    'select * from campaign_template where "tenantId" = $1 and "campaignId" = $2',
    campaignId,
  );
  const pages = async <Row extends { key: string | number }>(text: string): Promise<Row[]> => {
    const rows: Row[] = [];
    for (;;) {
      const page: Row[] = await ask<Row>(text, campaignId, rows.at(-1)?.key ?? null, ROWS_AT_ONCE);
      rows.push(...page);
      if (page.length < ROWS_AT_ONCE) return rows;
    }
  };
  await pages(`select position as key, "templateId", status from send_queue
    where "tenantId" = $1 and "campaignId" = $2 and position > coalesce($3::int, -1) order by position limit $4`);
  const messages = await pages<{
    key: string;
    whatsappMessageId: string;
    phone: string;
  }>(`select id as key, "templateId", "whatsappMessageId", phone from message
    where "tenantId" = $1 and "campaignId" = $2 and id > coalesce($3::uuid, '00000000-0000-0000-0000-000000000000') order by id limit $4`);
  const statuses = new Map<string, string>();
  for (let first = 0; first < messages.length; first += ROWS_AT_ONCE) {
    const part = messages.slice(first, first + ROWS_AT_ONCE);
    const ids = part.map(({ whatsappMessageId }) => whatsappMessageId);
    const events: { id: string; status: string }[] = [];
    for (;;) {
      const page: { id: string; status: string }[] = await ask(
        'select "whatsappMessageId" as id, status from message_status_log where "tenantId" = $1 and "whatsappMessageId" = any($2::text[]) order by 1, status, at offset $3 limit $4',
        ids,
        events.length,
        ROWS_AT_ONCE,
      );
      events.push(...page);
      if (page.length < ROWS_AT_ONCE) break;
    }
    for (const { id, status } of events) statuses.set(id, status);
    await ask(
      `select phone, "quotedMessageId" from message where "tenantId" = $1 and direction = 'IN' and phone = any($2::text[])`,
      part.map(({ phone }) => phone),
    );
  }
  return queries;
}
