/**
 * How PostgreSQL executes each list that the API offers: the statements that really ran, explained
 * with their values.
 */
import type pg from 'pg';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import type { DemoBench } from '../demo.ts';
import { type RecordedStatement, recordStatements, startLocalApp } from '../servers/local-app.ts';
import { openSession } from '../servers/sheaf.ts';
import { forgetLists } from './lists.ts';

export interface PlanFindings {
  lists: number;
  /** The statements on contact, all of which were explained. */
  statements: number;
  /** The lists with a sequential scan on contact. */
  offenders: string[];
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: PlanNode[];
}

const LIST = `query ($filter: ContactFilter, $orderBy: [ContactOrder!], $after: String) {
  contacts(first: 20, after: $after, filter: $filter, orderBy: $orderBy) {
    nodes { id name email organization { id name } }
    pageInfo { endCursor }
  }
}`;
const FIELDS = ['PRIORITY', 'NAME', 'WARMNESS', 'LAST_CONTACTED', 'CREATED_AT'];

export async function countSequentialScans(bench: DemoBench): Promise<PlanFindings> {
  const app = await startLocalApp(bench);
  const { run } = await openSession(`${app.url}/graphql`, bench.userId);
  const read = async (variables: object) =>
    (await run<{ contacts: { pageInfo: { endCursor: string | null } } }>(LIST, variables)).contacts;
  const found: PlanFindings = { lists: 0, statements: 0, offenders: [] };
  try {
    const filters = await filtersOf(bench);
    await recordStatements(bench.root, async (taken) => {
      for (const { name, filter, orderBy } of combinations(filters)) {
        await forgetLists(bench);
        taken();
        const { pageInfo } = await read({ filter, orderBy });
        await read({ filter, orderBy, after: pageInfo.endCursor });
        found.lists += 2;
        const statements = taken().filter(({ text }) => text.includes('"contact"'));
        found.statements += statements.length;
        if (await anyScans(bench.client, statements)) found.offenders.push(name);
      }
    });
  } finally {
    await app.stop();
  }
  return found;
}

function* combinations(
  filters: readonly object[],
): Generator<{ name: string; filter: object; orderBy: object[] | null }> {
  const orders = FIELDS.flatMap((field) =>
    ['ASC', 'DESC'].map((direction) => [{ field, direction }]),
  );
  for (const filter of filters) {
    for (const orderBy of [null, ...orders])
      yield { name: `${JSON.stringify(filter)} ${JSON.stringify(orderBy)}`, filter, orderBy };
  }
}

/**
 * Each filter alone, with a value that many contacts have and, where there is one, with a value that
 * few have; and some filters together.
 */
async function filtersOf({ client, tenantId }: DemoBench): Promise<object[]> {
  const { rows } = await client.query<Record<'owner' | 'largest' | 'smallest', string>>(
    `select
      (select id from "user" where "tenantId" = $1 and role = 'MEMBER' order by id limit 1) as owner,
      (select id from organization where "tenantId" = $1
       order by "contactCount" desc limit 1) as largest,
      (select id from organization where "tenantId" = $1 and "contactCount" > 0
       order by "contactCount" limit 1) as smallest`,
    [tenantId],
  );
  const [ids] = rows;
  if (!ids) throw new Error('Expected a row');
  const ownerId = encodeGlobalId('User', ids.owner);
  return [
    {},
    { ownerId },
    { organizationId: encodeGlobalId('Organization', ids.largest) },
    { organizationId: encodeGlobalId('Organization', ids.smallest) },
    { industry: 'Software' },
    { industry: 'Nobody does this' },
    { country: 'US' },
    { country: 'FR' },
    { leadStatus: ['NEW'] },
    { leadStatus: ['CONTACTED', 'QUALIFIED'] },
    { addedToCampaign: true },
    { addedToCampaign: false },
    { minWarmness: 3 },
    { minWarmness: 10 },
    { maxWarmness: 4 },
    { maxWarmness: 0 },
    { notContactedSince: new Date(Date.now() - 30 * 24 * 3_600_000).toISOString() },
    { notContactedSince: '2000-01-01T00:00:00.000Z' },
    { search: 'ma' },
    { search: 'example' },
    { search: 'catherine smith' },
    { search: 'cathrine' },
    { search: 'qqqqqqqq' },
    { ownerId, leadStatus: ['QUALIFIED'], minWarmness: 5 },
    { industry: 'Software', country: 'US', addedToCampaign: true, maxWarmness: 6 },
    { ownerId, search: 'jo', notContactedSince: new Date().toISOString() },
  ];
}

async function anyScans(
  client: pg.Client,
  statements: readonly RecordedStatement[],
): Promise<boolean> {
  for (const { text, values } of statements) {
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `explain (format json) ${text}`,
      values,
    );
    if (rows[0]?.['QUERY PLAN'].some(({ Plan }) => scansContact(Plan))) return true;
  }
  return false;
}

function scansContact(node: PlanNode): boolean {
  if (node['Node Type'] === 'Seq Scan' && node['Relation Name'] === 'contact') return true;
  return (node.Plans ?? []).some(scansContact);
}
