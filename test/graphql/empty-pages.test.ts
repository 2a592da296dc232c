/**
 * `first: 0` (Relay): a page without rows, for who only wants to know whether there are any, or how
 * many.
 */
import { getNamedType, isNonNullType, isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { createContact } from '../contacts/operations.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await createContact(server.north.owner, { name: 'Second' });
});
afterAll(() => server.stop());

/** Lists of the schema that need no arguments, and whether they are read backwards too. */
const LISTS = Object.values(schema.getQueryType()?.getFields() ?? {})
  .filter(
    ({ type, args }) =>
      isObjectType(getNamedType(type)) &&
      getNamedType(type).name.endsWith('Connection') &&
      !args.some((one) => isNonNullType(one.type)),
  )
  .map(({ name, args }) => ({ name, backward: args.some((one) => one.name === 'last') }));

const SELECTION =
  '{ nodes { __typename } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount }';

test.each(LISTS)(
  '$name has an empty page, which tells whether there is more',
  async ({ name, backward }) => {
    const run = async (args: string) =>
      (await server.north.owner.run(`{ list: ${name}(${args}) ${SELECTION} }`, undefined, {
        'x-performance': '1',
      })) as any;
    const one = await run('first: 1');
    const none = await run('first: 0');
    const { totalCount } = one.data.list;
    const pageInfo = {
      startCursor: null,
      endCursor: null,
      hasNextPage: totalCount > 0,
      hasPreviousPage: false,
    };
    expect(none.errors).toBeUndefined();
    expect(none.data.list).toEqual({ nodes: [], edges: [], pageInfo, totalCount });
    expect(none.extensions.performance.sqlStatements).toBeLessThanOrEqual(
      one.extensions.performance.sqlStatements,
    );
    if (!backward) return;
    const last = (await run('last: 0')).data.list;
    expect(last).toEqual({
      nodes: [],
      edges: [],
      pageInfo: { ...pageInfo, hasNextPage: false, hasPreviousPage: totalCount > 0 },
      totalCount,
    });
  },
);

test('lists below objects have empty pages too', async () => {
  const { contactId, organizationId, owner } = server.north;
  const query = `query ($contact: ID!, $organization: ID!) {
    contact(id: $contact) { activities(first: 0) { nodes { id } totalCount } workPackages(first: 0) { nodes { id } } }
    organization(id: $organization) { contacts(first: 0) { nodes { id } pageInfo { hasNextPage } totalCount } }
  }`;
  expect(
    (await owner.run(query, { contact: contactId, organization: organizationId })).data,
  ).toEqual({
    contact: { activities: { nodes: [], totalCount: 0 }, workPackages: { nodes: [] } },
    organization: { contacts: { nodes: [], pageInfo: { hasNextPage: true }, totalCount: 1 } },
  });
});

test('a page that begins behind a row knows of the rows behind it', async () => {
  const { data } = await server.north.owner.run(
    '{ contacts(first: 1) { pageInfo { endCursor } } }',
  );
  const { endCursor } = data.contacts.pageInfo;
  const behind = await server.north.owner.run(
    'query ($after: String) { contacts(first: 0, after: $after) { pageInfo { hasNextPage hasPreviousPage } } }',
    {
      after: endCursor,
    },
  );
  expect(behind.data.contacts.pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: true });
});

test('a size below 0 is refused', async () => {
  for (const args of ['first: -1', 'last: -1']) {
    expect(
      (await server.north.owner.run(`{ contacts(${args}) { totalCount } }`)).errors?.[0]?.extensions
        .code,
    ).toBe('BAD_USER_INPUT');
  }
});
