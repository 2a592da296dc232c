/** How many SQL statements reads cost, as the response and the database itself count them. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { ARTIFACT_TYPE_NAMES, change, createArtifact, createPackage, read } from './operations.ts';

let server: TestServer;
/** Its cache is cold: what is created goes through the other server. */
let cold: TestServer;
let user: TestUser;
let database: pg.Client;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
  cold = await startTestServer({
    worker: false,
    shareWith: server,
    settings: { MAX_COST: '1000000' },
  });
  user = cold.north.owner;
  database = new pg.Client({ connectionString: server.databaseUrl });
  await database.connect();
  await database.query('create extension pg_stat_statements');
  await read(user, '{ viewer { role } }');
});
afterAll(async () => {
  await database.end();
  await cold.stop();
  await server.stop();
});

/** The statements of an operation, checked against what the database saw of them. */
async function statements(query: string, variables: object = {}): Promise<number | undefined> {
  const before = await seen();
  const { errors, extensions } = await user.run(query, variables, { 'x-performance': '1' });
  expect(errors?.map((error) => error.message)).toBeUndefined();
  const count = extensions?.performance?.sqlStatements;
  expect((await seen()) - before).toBe(count);
  return count;
}

async function seen(): Promise<number> {
  const { rows } = await database.query(
    `select coalesce(sum(calls), 0)::int as calls from pg_stat_statements join pg_database on oid = dbid
     where datname = current_database() and query !~* '^(begin|commit|rollback|set)' and query !~ '(pg_stat_statements|webhook_inbox)'`,
  );
  return rows[0].calls;
}

describe('a list of 50 packages', () => {
  beforeAll(async () => {
    for (let index = 0; index < 50; index += 1) {
      const { data } = await server.north.owner.run(
        `mutation { createContact(input: { name: "C", organizationName: "O ${index}" }) { contact { id } } }`,
      );
      await createPackage(server.north.owner, {
        title: `Package ${index}`,
        contactId: data.createContact.contact.id,
        phases: [{ name: 'x' }],
      });
    }
  });
  const SUMMARY = 'nodes { id title description contactId companyId phaseCount itemCount }';

  test('costs 1', async () => {
    expect(
      await statements(
        `{ workPackages(first: 50) { ${SUMMARY} pageInfo { hasNextPage endCursor } } }`,
      ),
    ).toBe(1);
  });

  test('costs 2 with totalCount', async () => {
    expect(await statements(`{ workPackages(first: 50) { ${SUMMARY} totalCount } }`)).toBe(2);
  });

  test('costs 1 more with contacts, and 1 more with companies', async () => {
    expect(await statements(`{ workPackages(first: 50) { nodes { id contact { name } } } }`)).toBe(
      2,
    );
    expect(
      await statements(
        `{ workPackages(first: 50) { nodes { id contact { name } company { name } } } }`,
      ),
    ).toBe(3);
  });

  test('costs 1 more with phases, and with all that is in them', async () => {
    expect(await statements(`{ workPackages(first: 50) { nodes { phases { name } } } }`)).toBe(2);
    expect(
      await statements(
        `{ workPackages(first: 50) { nodes { phases { name items { collateral { artifact { title } } } } } } }`,
      ),
    ).toBe(2);
  });

  test('costs 3 more with the contacts, their packages and the number of these', async () => {
    expect(
      await statements(
        '{ workPackages(first: 50) { nodes { contact { workPackages(first: 2) { totalCount nodes { id } } } } } }',
      ),
    ).toBe(4);
  });
});

describe('the whole detail of 30 items with artifacts of all five types', () => {
  let id: string;

  beforeAll(async () => {
    const artifacts = await Promise.all(
      ARTIFACT_TYPE_NAMES.map((type) => createArtifact(server.north.owner, type)),
    );
    const items = Array.from({ length: 10 }, (_, index) => ({
      label: `${index}`,
      collateral: artifacts.map((artifactId) => ({ artifactId })),
    }));
    const phases = [1, 2, 3].map((number) => ({ name: `Phase ${number}`, items }));
    id = (await createPackage(server.north.owner, { contactId: server.north.contactId, phases }))
      .id;
  });

  const detail = (
    artifact: string,
  ) => `query ($id: ID!) { workPackage(id: $id) { title contact { name } company { name }
    phases { name items { label collateral { artifact { id title type status } } artifacts { ${artifact} } } } } }`;
  const CONTENT =
    'id ... on Blog { content } ... on Persona { narrative } ... on Template { body } ... on Deck { slides { body } } ... on Page { text: content }';

  /** A change of the package makes each read of it the first one. */
  const uncached = async () =>
    change(server.north.owner)('updateWorkPackage', { id, title: `Title ${performance.now()}` });

  test('costs 4 with client, artifacts and all their summaries', async () => {
    await uncached();
    expect(
      await statements(
        detail(
          'title ... on Blog { wordCount } ... on Template { placeholders } ... on Deck { slideCount }',
        ),
        { id },
      ),
    ).toBe(4);
  });

  test('costs 9 with the content of each type', async () => {
    await uncached();
    expect(await statements(detail(CONTENT), { id })).toBe(9);
  });

  test('stays below the default MAX_COST with the content of each type', async () => {
    expect((await server.north.owner.run(detail(CONTENT), { id })).errors).toBeUndefined();
  });

  test('costs 1 the second time, client aside', async () => {
    const query =
      'query ($id: ID!) { workPackage(id: $id) { phases { items { artifacts { title } } } } }';
    await uncached();
    expect([await statements(query, { id }), await statements(query, { id })]).toEqual([2, 1]);
  });

  test('reads the content of no type that is not selected', async () => {
    await uncached();
    expect(await statements(detail('id ... on Deck { slides { heading } }'), { id })).toBe(5);
    const { rows } = await database.query(
      "select query from pg_stat_statements where query ~ '(narrative|content)' and query like 'select%' and query like '%jsonb_build_object%'",
    );
    expect(rows).toEqual([]);
  });
});

test('changing a title costs 5, the raised version among them, and writes the package only', async () => {
  const { id } = await createPackage(server.north.owner, {
    startDate: '2026-03-02',
    phases: [{ name: 'x', items: [{ label: 'x', estimatedHoursEach: 1.5 }] }],
  });
  expect(
    await statements(
      'mutation ($input: UpdateWorkPackageInput!) { updateWorkPackage(input: $input) { userErrors { code } } }',
      {
        input: { id, title: 'New' },
      },
    ),
  ).toBe(5);
});

test('50 packages by nodes cost 1', async () => {
  const { workPackages } = await read(user, '{ workPackages(first: 50) { nodes { id } } }');
  const ids = workPackages.nodes.map((node: { id: string }) => node.id);
  expect(
    await statements('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on WorkPackage { title } } }', {
      ids,
    }),
  ).toBe(1);
});
