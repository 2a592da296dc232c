/** Pages of contacts beside one hand-written statement that builds the same JSON. */
import { isDeepStrictEqual } from 'node:util';
import { countStatements } from '../database.ts';
import type { DemoBench } from '../demo.ts';
import { median } from '../report.ts';
import type { Sheaf } from '../sheaf.ts';

export interface ListFindings {
  statements: number;
  limitMs: number;
  sheafMs: number;
  cachedMs: number;
  firstPageMs: number;
  cachedFirstPageMs: number;
  twoOrdersMs: number;
}

const MY_500 = `{ contacts(first: 500) { nodes {
  id name email phone jobTitle leadStatus warmnessScore addedToCampaign lastContactedAt createdAt
  organization { id name industry contactCount }
  recentActivities(limit: 5) { id type subject occurredAt }
} } }`;
const FIRST_PAGE =
  '{ contacts(first: 20) { nodes { id name email jobTitle warmnessScore lastContactedAt organization { id name } } pageInfo { hasNextPage endCursor } } }';
const TWO_ORDERS = `{ contacts(first: 20, orderBy: [{ field: WARMNESS, direction: DESC }, { field: NAME, direction: ASC }]) {
  nodes { id name warmnessScore organization { id name } } pageInfo { hasNextPage endCursor }
} }`;

function globalId(type: string, column: string): string {
  return `encode(convert_to('${type}:' || ${column}, 'UTF8'), 'base64')`;
}

function dateTime(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/**
 * The organization is looked up for each contact, and so are its activities: what an index answers,
 * without a sort.
 */
const LIMIT = `
  select '{"data":{"contacts":{"nodes":' || coalesce(json_agg(contact), '[]') || '}}}' as body
  from (
    select ${globalId('Contact', 'c.id')} as id, c.name, c.email, c.phone, c."jobTitle", c."leadStatus", c."warmnessScore", c."addedToCampaign",
      ${dateTime('c."lastContactedAt"')} as "lastContactedAt", ${dateTime('c."createdAt"')} as "createdAt",
      (
        select row_to_json(organization) from (
          select ${globalId('Organization', 'o.id')} as id, o.name, o.industry, o."contactCount"
          from organization o where o."tenantId" = $1 and o.id = c."organizationId"
        ) organization) as organization,
      (
        select coalesce(json_agg(activity), '[]') from (
          select ${globalId('Activity', 'a.id')} as id, a.type, a.subject, ${dateTime('a."occurredAt"')} as "occurredAt"
          from activity a where a."tenantId" = $1 and a."contactId" = c.id order by a."occurredAt" desc, a.id desc limit 5
        ) activity) as "recentActivities"
    from contact c where c."tenantId" = $1
    order by case when c."addedToCampaign" then 0 else 1 end, c."warmnessScore", coalesce(c."lastContactedAt", '-infinity'::timestamptz),
      '2200-01-01 00:00:00+00'::timestamptz - c."createdAt", c.id
    limit 500
  ) contact`;

const PAIRS_OF_A_ROUND = 20;
const PAGES_OF_A_ROUND = 100;
const WARM_UPS = 15;
const COUNTED_REQUESTS = 5;

export async function measureLists(bench: DemoBench, api: Sheaf): Promise<ListFindings> {
  const { sheafMs, limitMs } = await compare(bench, api);
  const statements = await statementsOf(bench, api);
  return {
    statements,
    sheafMs,
    limitMs,
    cachedMs: await cached(api, MY_500, PAIRS_OF_A_ROUND),
    firstPageMs: await fresh(bench, api, FIRST_PAGE),
    cachedFirstPageMs: await cached(api, FIRST_PAGE, PAGES_OF_A_ROUND),
    twoOrdersMs: await fresh(bench, api, TWO_ORDERS),
  };
}

/** Raises the versions of the tenant's lists: no cached page is of use any more. */
export async function forgetLists({
  client,
  tenantId,
}: Pick<DemoBench, 'client' | 'tenantId'>): Promise<void> {
  await client.query(
    `insert into list_version ("tenantId", type) values ($1, 'CONTACT'), ($1, 'ORGANIZATION')
      on conflict ("tenantId", type) do update set version = list_version.version + 1`,
    [tenantId],
  );
}

/** Sends a query and reads its answer as text; throws where it has errors. */
export async function ask(
  { url, token }: Sheaf,
  query: string,
  variables?: object,
): Promise<{ text: string; ms: number }> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const body = JSON.stringify({ query, variables });
  const startedAt = performance.now();
  const response = await fetch(url, { method: 'POST', headers, body });
  const text = await response.text();
  const ms = performance.now() - startedAt;
  if (response.status !== 200 || text.startsWith('{"errors"'))
    throw new Error(`Expected data, found ${text.slice(0, 500)}`);
  return { text, ms };
}

async function compare(
  bench: DemoBench,
  api: Sheaf,
): Promise<{ sheafMs: number; limitMs: number }> {
  const limit = async () => {
    const startedAt = performance.now();
    const { rows } = await bench.client.query<{ body: string }>({
      name: 'limit',
      text: LIMIT,
      values: [bench.tenantId],
    });
    return { text: rows[0]?.body ?? '', ms: performance.now() - startedAt };
  };
  const sheaf = async () => {
    await forgetLists(bench);
    return ask(api, MY_500);
  };
  if (!isDeepStrictEqual(JSON.parse((await sheaf()).text), JSON.parse((await limit()).text))) {
    throw new Error(
      '500 contacts: the hand-written statement answers something else than Sheaf. Nothing is measured until they are the same.',
    );
  }
  const times = { sheaf: [] as number[], limit: [] as number[] };
  for (let pair = -WARM_UPS; pair < PAIRS_OF_A_ROUND * bench.rounds; pair += 1) {
    const ms = { sheaf: (await sheaf()).ms, limit: (await limit()).ms };
    if (pair < 0) continue;
    times.sheaf.push(ms.sheaf);
    times.limit.push(ms.limit);
  }
  return { sheafMs: median(times.sheaf), limitMs: median(times.limit) };
}

/** The least of some requests: beside one the server may have asked its queues for something. */
async function statementsOf(bench: DemoBench, api: Sheaf): Promise<number> {
  const counts: number[] = [];
  for (let request = 0; request < COUNTED_REQUESTS; request += 1) {
    await forgetLists(bench);
    counts.push(await countStatements(bench.client, async () => void (await ask(api, MY_500))));
  }
  return Math.min(...counts);
}

async function fresh(bench: DemoBench, api: Sheaf, query: string): Promise<number> {
  const times: number[] = [];
  for (let page = -WARM_UPS; page < PAGES_OF_A_ROUND; page += 1) {
    await forgetLists(bench);
    const { ms } = await ask(api, query);
    if (page >= 0) times.push(ms);
  }
  return median(times);
}

async function cached(api: Sheaf, query: string, times: number): Promise<number> {
  const taken: number[] = [];
  await ask(api, query);
  for (let index = 0; index < times; index += 1) taken.push((await ask(api, query)).ms);
  return median(taken);
}
