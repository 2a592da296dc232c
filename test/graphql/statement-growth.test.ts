/**
 * No field reads per row: every query of the schema costs as many statements on four times the
 * data.
 */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { fillContactFiles } from '../support/contact-files.ts';
import { fillCrm } from '../support/crm-rows.ts';
import { allOperations, fill, uncoveredFields, variablesOf } from '../support/operations.ts';
import { fillReplies } from '../support/reply-rows.ts';
import {
  type GraphQLAnswer,
  startTestServer,
  type TestServer,
  type TestTenant,
} from '../support/server.ts';

/** What portal clients may ask; the others are asked by owners only. */
const OF_CLIENTS = new Set([
  ...[
    'Query.viewer',
    'Query.node',
    'Query.nodes',
    'Query.workPackage',
    'Query.workPackages',
    'Query.portalDashboard',
    'Query.search',
  ],
  ...['Query.client', 'Query.clients', 'Query.packets', 'Query.intakePath', 'Query.questionBlocks'],
]);
const UNLIMITED = {
  MAX_COST: '10000000',
  MAX_DEPTH: '100',
  MAX_TOKENS: '100000',
  REQUEST_TIMEOUT_MS: '60000',
};

let server: TestServer;
let small: Record<string, string | string[]>;
let large: Record<string, string | string[]>;

beforeAll(async () => {
  server = await startTestServer({
    settings: {
      ...UNLIMITED,
      WORK_PACKAGE_CACHE_TTL_MS: '0',
      PACKET_MAX_ATTEMPTS: '1',
      WORKFLOW_CACHE_ENABLED: 'false',
    },
  });
  small = await fill(server.north, 1);
  large = await fill(server.south, 4);
  await fillCrm(server.app, server.north, 1);
  await fillCrm(server.app, server.south, 4);
  Object.assign(small, await fillContactFiles(server.app, server.north, 1));
  Object.assign(large, await fillContactFiles(server.app, server.south, 4));
  await fillReplies(server.app, server.north);
  await fillReplies(server.app, server.south);
});
afterAll(() => server.stop());

/** Of a query whose statements differ in number. */
const TRIES = 60;
const operations = allOperations(schema);

const isRefusedForNow = ({ errors }: GraphQLAnswer) =>
  errors?.some(({ extensions }) => extensions.code === 'SERVICE_UNAVAILABLE') ?? false;

async function cost(
  tenant: TestTenant,
  ids: Record<string, string | string[]>,
  query: string,
  role: 'owner' | 'client',
) {
  const ask = () => tenant[role].run(query, variablesOf(query, ids), { 'x-performance': '1' });
  let answer = await ask();
  // On a busy machine the parts of a large query wait too long for a connection.
  for (let tries = 1; isRefusedForNow(answer) && tries < TRIES; tries += 1) answer = await ask();
  expect(answer.errors?.filter((error) => error.extensions.code !== 'FORBIDDEN') ?? []).toEqual([]);
  return {
    statements: answer.extensions?.performance?.sqlStatements ?? Number.NaN,
    leaves: JSON.stringify(answer.data).split('"leaf":').length - 1,
  };
}

type Cost = Awaited<ReturnType<typeof cost>>;

function fewer(one: Cost, other: Cost): Cost {
  return other.statements < one.statements ? other : one;
}

test('the tables of the test have arguments for every field that takes some', () => {
  expect(uncoveredFields(schema), 'add arguments for these to test/support/operations.ts').toEqual(
    [],
  );
});

test('every query costs the same on four times the data', async () => {
  const growing: string[] = [];
  const seen = new Set<string>();
  const passed = new Set<string>();
  for (const { name, query, covers } of operations) {
    for (const role of OF_CLIENTS.has(covers[0] ?? '')
      ? (['owner', 'client'] as const)
      : (['owner'] as const)) {
      // The tenants have nothing in common; two requests of one tenant would join their loads and
      // share a statement.
      const ask = () =>
        Promise.all([
          cost(server.north, small, query, role),
          cost(server.south, large, query, role),
        ]);
      let [before, after] = await ask();
      // `nodes` reads every type by a batch of its own, and what these select next may meet in one
      // batch or several: the fewest of a few tries count.
      for (let tries = 1; before.statements !== after.statements && tries < TRIES; tries += 1) {
        const [small, large] = await ask();
        before = fewer(before, small);
        after = fewer(after, large);
      }
      if (before.statements !== after.statements)
        growing.push(
          `${name} as ${role}: ${before.statements} statements, then ${after.statements}`,
        );
      for (const field of covers) passed.add(field);
      if (after.leaves > 0) for (const field of covers) seen.add(field);
    }
  }
  expect(growing).toEqual([]);
  // A field that never answered an object has not been tried. Only clients have a contact, and may
  // not read all of it; only operators see processes, which are not in the database; launched
  // campaigns have no audience, and the templates of the test neither buttons nor media.
  expect([...passed].filter((field) => !seen.has(field)).sort()).toEqual([
    'Campaign.audience',
    'CampaignAudience.leftOut',
    'CampaignAudience.templates',
    'MessagePreview.buttons',
    'MessagePreview.media',
    'ServerProcess.caches',
    'ServerProcess.queues',
    'ServerProcess.turns',
    'System.processes',
    'Viewer.contact',
  ]);
});

test('the counter of statements agrees with pg_stat_statements', async () => {
  // Workers look for jobs all the time, which PostgreSQL counts too.
  const quiet = await startTestServer({
    worker: false,
    settings: { ...UNLIMITED, WORK_PACKAGE_CACHE_TTL_MS: '0' },
  });
  await quiet.north.owner.run(
    'mutation ($input: CreateWorkPackageInput!) { createWorkPackage(input: $input) { workPackage { id } } }',
    {
      input: { title: 'One', phases: [{ name: 'First', items: [{ label: 'It' }] }] },
    },
  );
  const client = new pg.Client({ connectionString: quiet.databaseUrl });
  await client.connect();
  await client.query('create extension if not exists pg_stat_statements');
  try {
    for (const part of [
      'workPackages(first: 25) WorkPackageConnection.nodes WorkPackage.phases WorkPackagePhase.items WorkPackageItem.artifacts',
      'contacts(first: 25) ContactConnection.nodes Contact.organization',
    ]) {
      const { query } = operations.find(({ name }) => name.startsWith(part)) ?? { query: '' };
      await client.query('select pg_stat_statements_reset()');
      const { statements } = await cost(quiet.north, {}, query, 'owner');
      const { rows } = await client.query(
        `select sum(calls)::int as calls from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database()) and query !~ '(pg_stat_statements|webhook_inbox)' and query !~* '^(begin|commit|rollback|set|deallocate)'`,
      );
      expect(rows[0].calls).toBe(statements);
      expect(statements).toBeGreaterThan(0);
    }
  } finally {
    await client.end();
    await quiet.stop();
  }
});
