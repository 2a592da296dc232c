/** Pages of contacts beside one hand-written statement that builds the same JSON. */
import { isDeepStrictEqual } from 'node:util';
import { dateTimeSql, globalIdSql } from '../api-sql.ts';
import type { DemoBench } from '../demo.ts';
import { leastStatements } from '../servers/database.ts';
import type { Session } from '../servers/sheaf.ts';
import { median } from '../statistics.ts';
import { timed } from '../timing.ts';

export interface ListFindings {
  statements: number;
  limitMs: number;
  sheafMs: number;
  cachedMs: number;
  firstPageMs: number;
  cachedFirstPageMs: number;
  twoOrdersMs: number;
}

const MY_500 = `{
  contacts(first: 500) {
    nodes {
      id name email phone jobTitle leadStatus warmnessScore addedToCampaign lastContactedAt createdAt
      organization { id name industry contactCount }
      recentActivities(limit: 5) { id type subject occurredAt }
    }
  }
}`;
const FIRST_PAGE = `{
  contacts(first: 20) {
    nodes { id name email jobTitle warmnessScore lastContactedAt organization { id name } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const TWO_ORDERS = `{
  contacts(first: 20, orderBy: [
    { field: WARMNESS, direction: DESC }, { field: NAME, direction: ASC }
  ]) {
    nodes { id name warmnessScore organization { id name } }
    pageInfo { hasNextPage endCursor }
  }
}`;

const ORGANIZATION = `
  select row_to_json(organization) from (
    select ${globalIdSql('Organization', 'o.id')} as id, o.name, o.industry, o."contactCount"
    from organization o where o."tenantId" = $1 and o.id = c."organizationId"
  ) organization`;
const ACTIVITIES = `
  select coalesce(json_agg(activity), '[]') from (
    select ${globalIdSql('Activity', 'a.id')} as id, a.type, a.subject,
      ${dateTimeSql('a."occurredAt"')} as "occurredAt"
    from activity a where a."tenantId" = $1 and a."contactId" = c.id
    order by a."occurredAt" desc, a.id desc limit 5
  ) activity`;
/**
 * Looks up each contact's organization and its activities, which indexes provide without a sort.
 */
const LIMIT = `
  select '{"data":{"contacts":{"nodes":' || coalesce(json_agg(contact), '[]') || '}}}' as body
  from (
    select ${globalIdSql('Contact', 'c.id')} as id, c.name, c.email, c.phone, c."jobTitle",
      c."leadStatus", c."warmnessScore", c."addedToCampaign",
      ${dateTimeSql('c."lastContactedAt"')} as "lastContactedAt",
      ${dateTimeSql('c."createdAt"')} as "createdAt",
      (${ORGANIZATION}) as organization, (${ACTIVITIES}) as "recentActivities"
    from contact c where c."tenantId" = $1
    order by case when c."addedToCampaign" then 0 else 1 end, c."warmnessScore",
      coalesce(c."lastContactedAt", '-infinity'::timestamptz),
      '2200-01-01 00:00:00+00'::timestamptz - c."createdAt", c.id
    limit 500
  ) contact`;

const PAIRS_PER_ROUND = 20;
const PAGES = 100;
const WARM_UPS = 15;

export async function measureLists(bench: DemoBench, api: Session): Promise<ListFindings> {
  return {
    ...(await compare(bench, api)),
    statements: await leastStatements(
      bench.client,
      () => ask(api, MY_500),
      () => forgetLists(bench),
    ),
    cachedMs: await cachedMs(api, MY_500, PAIRS_PER_ROUND),
    firstPageMs: await uncachedMs(bench, api, FIRST_PAGE),
    cachedFirstPageMs: await cachedMs(api, FIRST_PAGE, PAGES),
    twoOrdersMs: await uncachedMs(bench, api, TWO_ORDERS),
  };
}

/** Raises the versions of the tenant's lists, so that no cached page is of use any more. */
export async function forgetLists({
  client,
  tenantId,
}: Pick<DemoBench, 'client' | 'tenantId'>): Promise<void> {
  await client.query(
    `insert into kind_version as v ("tenantId", kind, slot) values ($1, 'CONTACTS', 0), ($1, 'ORGANIZATIONS', 0)
     on conflict ("tenantId", kind, slot) do update set version = v.version + 1`,
    [tenantId],
  );
}

/** The response to a query, as text; throws where it has errors. */
export async function ask(
  api: Session,
  query: string,
  variables?: object,
): Promise<{ text: string; ms: number }> {
  const response = await api.post(query, variables);
  if (!response.text.startsWith('{"data"'))
    throw new Error(`Expected data, found ${response.text.slice(0, 500)}`);
  return response;
}

async function askUncached(bench: DemoBench, api: Session, query: string) {
  await forgetLists(bench);
  return ask(api, query);
}

/** Sheaf and the hand-written statement, in turn. */
async function compare(bench: DemoBench, api: Session) {
  const sheaf = () => askUncached(bench, api, MY_500);
  const limit = async () => {
    const statement = { name: 'limit', text: LIMIT, values: [bench.tenantId] };
    const { result, ms } = await timed(() => bench.client.query<{ body: string }>(statement));
    return { text: result.rows[0]?.body ?? '', ms };
  };
  if (!isDeepStrictEqual(JSON.parse((await sheaf()).text), JSON.parse((await limit()).text)))
    throw new Error(
      '500 contacts: the hand-written statement returns something else than Sheaf. Make them equal; nothing is measured before.',
    );
  const sheafTimes: number[] = [];
  const limitTimes: number[] = [];
  for (let pair = -WARM_UPS; pair < PAIRS_PER_ROUND * bench.rounds; pair += 1) {
    const ms = { sheaf: (await sheaf()).ms, limit: (await limit()).ms };
    if (pair < 0) continue;
    sheafTimes.push(ms.sheaf);
    limitTimes.push(ms.limit);
  }
  return { sheafMs: median(sheafTimes), limitMs: median(limitTimes) };
}

async function uncachedMs(bench: DemoBench, api: Session, query: string): Promise<number> {
  const times: number[] = [];
  for (let page = -WARM_UPS; page < PAGES; page += 1) {
    const { ms } = await askUncached(bench, api, query);
    if (page >= 0) times.push(ms);
  }
  return median(times);
}

async function cachedMs(api: Session, query: string, requests: number): Promise<number> {
  const times: number[] = [];
  await ask(api, query);
  for (let request = 0; request < requests; request += 1) times.push((await ask(api, query)).ms);
  return median(times);
}
