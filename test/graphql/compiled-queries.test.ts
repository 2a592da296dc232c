/**
 * Compiled operations (graphql-jit) answer what graphql-js answers: data, errors, their codes and
 * places.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { maskErrors } from '../../src/graphql/errors.ts';
import { Operations } from '../../src/graphql/operations.ts';
import { schema, schemas } from '../../src/graphql/schema.ts';
import type { Context } from '../../src/schema-builder/context.ts';
import { allOperations, fill, variablesOf } from '../support/operations.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let ids: Record<string, string | string[]>;
let compiled: Operations;
let plain: Operations;

beforeAll(async () => {
  server = await startTestServer({ settings: { PACKET_MAX_ATTEMPTS: '1' } });
  ids = await fill(server.north, 2);
  const config = {
    ...server.app.platform.config,
    MAX_COST: 10_000_000,
    MAX_DEPTH: 100,
    MAX_TOKENS: 100_000,
  };
  compiled = new Operations(schemas, config);
  plain = new Operations(schemas, config, { jit: false });
});
afterAll(() => server.stop());

type Asker = 'owner' | 'client' | 'anonymous';

async function answer(
  operations: Operations,
  asker: Asker,
  query: string,
  variables: Record<string, unknown>,
) {
  const { north, app } = server;
  const viewer =
    asker === 'anonymous'
      ? {
          tenantId: north.tenantId,
          userId: north.owner.id,
          role: 'ANONYMOUS' as const,
          contactId: null,
        }
      : {
          tenantId: north.tenantId,
          userId: north[asker].id,
          role: asker === 'owner' ? ('OWNER' as const) : ('CLIENT' as const),
          contactId:
            asker === 'owner'
              ? null
              : (Buffer.from(north.contactId, 'base64').toString().split(':')[1] ?? ''),
        };
  const context: Context = {
    platform: app.platform,
    viewer,
    signal: new AbortController().signal,
    loaded: new Map(),
  };
  const ready = operations.ready(query, undefined, variables);
  const result = ready.errors ? { errors: ready.errors } : await operations.run(ready, context);
  const errors =
    result.errors &&
    maskErrors(result.errors, app.platform.log).map((error) =>
      error.extensions?.['id']
        ? { ...error, message: 'masked', extensions: { code: error.extensions['code'] } }
        : error,
    );
  const sorted = errors?.map((error) => JSON.stringify(error)).sort();
  return JSON.parse(
    JSON.stringify({ data: 'data' in result ? result.data : undefined, errors: sorted }),
  );
}

interface Answer {
  data?: any;
  errors?: string[];
}

/**
 * Where errors have left a null, and their codes there. When several non-nullable fields of one
 * object fail, both executions null the same object, but which of these errors they report is
 * theirs to choose.
 */
function nulled({ data, errors = [] }: Answer): string[] {
  const places = errors.map((text) => {
    const { path = [], extensions } = JSON.parse(text) as {
      path?: (string | number)[];
      extensions: { code: string };
    };
    let value = data;
    const place = path.filter((key) => {
      const inside = value !== null && value !== undefined;
      value = value?.[key];
      return inside;
    });
    return `${place.join('.')} ${extensions.code}`;
  });
  return [...new Set(places)].sort();
}

async function expectSame(
  asker: Asker,
  query: string,
  variables: Record<string, unknown> = {},
  compare: 'errors' | 'nulls' = 'errors',
): Promise<Answer> {
  const view = (given: Answer) =>
    compare === 'errors' ? given : { data: given.data, errors: nulled(given) };
  const expected = await answer(plain, asker, query, variables);
  // The second run is the first that is compiled.
  for (let run = 0; run < 2; run += 1)
    expect(view(await answer(compiled, asker, query, variables)), `${asker}: ${query}`).toEqual(
      view(expected),
    );
  return expected;
}

// What is left of a limit changes with the clock, and what the process counts with every request.
const CHANGES_BY_ITSELF = /\b(system|rateLimits) \{/;
const operations = allOperations(schema).filter(
  ({ query }) => !CHANGES_BY_ITSELF.test(query) && query.length < 4_000,
);

test.each(['owner', 'client', 'anonymous'] as const)(
  'every query of the schema, asked by %s',
  async (asker) => {
    const asked =
      asker === 'owner' ? operations : operations.filter((_operation, index) => index % 5 === 0);
    for (const { query } of asked) await expectSame(asker, query, variablesOf(query, ids), 'nulls');
  },
);

test.each<[string, string, Record<string, unknown>]>([
  [
    'aliases and fragments',
    'query ($id: ID!) { a: workPackage(id: $id) { ...F } b: workPackage(id: $id) { ...F x: title } } fragment F on WorkPackage { id title phases { ...G } } fragment G on WorkPackagePhase { name items { label } }',
    {},
  ],
  [
    '@skip and @include by variables',
    'query ($id: ID!, $yes: Boolean!, $no: Boolean!) { workPackage(id: $id) { id @skip(if: $yes) title @include(if: $no) status @include(if: $yes) phases @skip(if: $no) { name } ... @include(if: $no) { version } } }',
    { yes: true, no: false },
  ],
  [
    '@skip and @include together',
    'query ($yes: Boolean!, $no: Boolean!) { viewer { role @skip(if: $no) @include(if: $yes) x: role @skip(if: $yes) @include(if: $yes) } }',
    { yes: true, no: false },
  ],
  [
    'abstract types',
    'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Artifact { title } ... on Blog { content } ... on Deck { slides { heading } } ... on Contact { name } ... on Node { id } } }',
    {},
  ],
  [
    'an unknown id among good ones',
    'query ($id: ID!) { nodes(ids: [$id, "?", "V29ya1BhY2thZ2U6MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAw"]) { id } }',
    {},
  ],
  [
    'malformed ids',
    '{ workPackage(id: "?") { id } contact(id: "?") { id } node(id: "") { id } }',
    {},
  ],
  [
    'wrong pages',
    '{ a: workPackages(first: -1) { nodes { id } } b: workPackages(first: 1, last: 1) { nodes { id } } c: contacts(after: "?") { nodes { id } } }',
    {},
  ],
  [
    'defaults of variables',
    'query ($first: Int = 1, $filter: WorkPackageFilter = { search: "pack" }) { workPackages(first: $first, filter: $filter) { nodes { title } } }',
    {},
  ],
  [
    'null for a variable with a default',
    'query ($first: Int = 1) { workPackages(first: $first) { nodes { title } } }',
    { first: null },
  ],
  [
    'defaults of input fields',
    'query ($order: WorkPackageOrder) { workPackages(orderBy: $order) { nodes { title } } }',
    { order: { field: 'TITLE' } },
  ],
  [
    'null for an input field with a default',
    'query ($direction: OrderDirection) { workPackages(orderBy: { field: TITLE, direction: $direction }) { nodes { title } } }',
    { direction: null },
  ],
  [
    'single values for lists',
    'query ($status: [WorkPackageStatus!]) { workPackages(filter: { status: $status }) { totalCount } users(filter: { role: OWNER }) { totalCount } }',
    { status: 'ACTIVE' },
  ],
  [
    'wrong variables',
    'query ($first: Int, $filter: WorkPackageFilter) { workPackages(first: $first, filter: $filter) { totalCount } }',
    { first: 'x', filter: { nothing: 1 } },
  ],
  ['a missing variable', 'query ($id: ID!) { contact(id: $id) { id } }', { id: undefined }],
  [
    'introspection',
    '{ __schema { types { name fields { name type { name ofType { name } } } } } __type(name: "Contact") { name } }',
    {},
  ],
  ['merged fields', '{ viewer { user { id } } viewer { user { email } tenant { name } } }', {}],
])('%s', async (_what, query, variables) => {
  for (const asker of ['owner', 'client'] as const)
    await expectSame(asker, query, { ...variablesOf(query, ids), ...variables });
});

test('an error below a non-nullable field nulls the same parents', async () => {
  await server.app.platform.database.pool.query(
    'alter table collateral rename column "artifactType" to "kind"',
  );
  await server.app.platform.database.pool.query('alter table "user" rename to "person"');
  try {
    const { errors } = await expectSame(
      'owner',
      'query ($id: ID!) { __typename contact(id: $id) { name owner { email } } viewer { role } }',
      {
        id: ids['contact'],
      },
    );
    expect(errors?.join()).toContain('INTERNAL_SERVER_ERROR');
    await expectSame(
      'owner',
      'query ($id: ID!) { a: node(id: $id) { id ... on WorkPackageItem { collateral { id } } } b: viewer { user { id } } }',
      { id: ids['item'] },
      'nulls',
    );
  } finally {
    await server.app.platform.database.pool.query(
      'alter table collateral rename column "kind" to "artifactType"',
    );
    await server.app.platform.database.pool.query('alter table "person" rename to "user"');
  }
});
