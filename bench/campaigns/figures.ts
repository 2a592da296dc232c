/** Reading a campaign's figures, beside the ways of counting them that the kept counters replace. */
import type pg from 'pg';
import { leastStatements } from '../servers/database.ts';
import { type Session, withSheaf } from '../servers/sheaf.ts';
import { median } from '../statistics.ts';
import { msOf, timed } from '../timing.ts';
import { type CampaignBench, campaignId } from './bench.ts';
import { countByFunctionMs, countByQueries, refreshViewMs } from './counting.ts';

const COUNTS = 'total sent delivered read replied failed deliveryRate readRate replyRate';
const STATS = `stats { totals { ${COUNTS} } templates { templateName counts { ${COUNTS} } } }`;
const ONE = `query ($id: ID!) { campaign(id: $id) { id name status ${STATS} } }`;
const PAGE = `{
  campaigns(first: 100) {
    nodes { id name status contactCount ${STATS} }
    pageInfo { hasNextPage endCursor }
  }
}`;
const WARM_UPS = 20;

export interface FiguresFindings {
  statements: number;
  /** In PostgreSQL, of the demo's campaign and of the one with ten times its messages. */
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
  /** The uuids of the demo's campaign and of the one with ten times its messages. */
  once: string;
  tenfold: string;
  rounds: number;
  /** Requests in each round. */
  requests: number;
}

export async function measureFigures(
  bench: CampaignBench,
  plan: FiguresPlan,
): Promise<FiguresFindings> {
  return withSheaf({ ...bench, role: 'api' }, async (api) => {
    const readOnce = () => api.run(ONE, { id: campaignId(plan.once) });
    const readTenfold = () => api.run(ONE, { id: campaignId(plan.tenfold) });
    for (let index = 0; index < WARM_UPS; index += 1)
      for (const read of [readOnce, readTenfold]) await read();
    const once: number[] = [];
    const tenfold: number[] = [];
    for (let round = 0; round < plan.rounds; round += 1) {
      once.push(await databaseMs(bench.client, plan.requests, readOnce));
      tenfold.push(await databaseMs(bench.client, plan.requests, readTenfold));
    }
    return {
      ...(await measureCounting(bench, plan)),
      statements: await leastStatements(bench.client, readOnce),
      onceMs: median(once),
      tenfoldMs: median(tenfold),
      ...(await readPages(bench.client, api, plan.requests)),
    };
  });
}

async function measureCounting(bench: CampaignBench, { once, tenfold, rounds }: FiguresPlan) {
  const counted: number[] = [];
  const byQueries: number[] = [];
  let queries = 0;
  for (let round = 0; round < rounds; round += 1) {
    counted.push(await countByFunctionMs(bench, once));
    const { result, ms } = await timed(() => countByQueries(bench, once));
    queries = result;
    byQueries.push(ms);
  }
  return {
    countedMs: median(counted),
    countedTenfoldMs: await countByFunctionMs(bench, tenfold),
    viewMs: await refreshViewMs(bench),
    queries,
    queriesMs: median(byQueries),
  };
}

const SPENT = `
  select sum(total_exec_time + total_plan_time)::float8 as ms from pg_stat_statements
  where dbid = (select oid from pg_database where datname = current_database())
    and (query like '%campaignStats%' or query like '%from "campaign"%')`;

/** The milliseconds that PostgreSQL spends on one request, the mean of `requests`. */
async function databaseMs(
  client: pg.Client,
  requests: number,
  read: () => Promise<unknown>,
): Promise<number> {
  await client.query('select pg_stat_statements_reset()');
  for (let index = 0; index < requests; index += 1) await read();
  const { rows } = await client.query<{ ms: number }>(SPENT);
  return (rows[0]?.ms ?? Number.NaN) / requests;
}

async function readPages(client: pg.Client, api: Session, requests: number) {
  const read = async () => {
    const { campaigns } = await api.run<{ campaigns: { nodes: unknown[] } }>(PAGE);
    if (campaigns.nodes.length !== 100)
      throw new Error(`Expected 100 campaigns, found ${campaigns.nodes.length}`);
  };
  for (let index = 0; index < WARM_UPS; index += 1) await read();
  const times: number[] = [];
  for (let index = 0; index < requests; index += 1) times.push(await msOf(read));
  return { pageStatements: await leastStatements(client, read), pageMs: median(times) };
}
