/**
 * Maxima hold for values in variables, in the document and as defaults, in plain and in compiled
 * execution, for staff and for portal clients.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
});
afterAll(() => server.stop());

const LONG = 'x'.repeat(257);
const NODE = Buffer.from('WorkPackage:00000000-0000-0000-0000-000000000000').toString('base64');

async function refusal(
  user: TestUser,
  query: string,
  variables?: object,
): Promise<string | undefined> {
  const { errors } = await user.run(query, variables);
  expect(errors).toHaveLength(1);
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  return errors?.[0]?.message;
}

test.each([
  [
    'a variable',
    'query ($search: String) { workPackages(filter: { search: $search }) { nodes { id } } }',
    { search: LONG },
  ],
  [
    'a variable that is a whole filter',
    'query ($filter: WorkPackageFilter) { workPackages(filter: $filter) { nodes { id } } }',
    { filter: { search: LONG } },
  ],
  ['the document', `{ workPackages(filter: { search: "${LONG}" }) { nodes { id } } }`, undefined],
  [
    'the default of a variable',
    `query ($search: String = "${LONG}") { workPackages(filter: { search: $search }) { nodes { id } } }`,
    undefined,
  ],
])('a text in %s', async (_where, query, variables) => {
  const told = 'Argument "filter.search": Expected at most 256 characters, found 257.';
  // From its second run on a document is compiled.
  for (const user of [
    server.north.member,
    server.north.member,
    server.north.member,
    server.north.client,
    server.north.client,
  ])
    expect(await refusal(user, query, variables)).toBe(told);
});

test('entries of a list in the document', async () => {
  const ids = (count: number) => Array.from({ length: count }, () => `"${NODE}"`).join(' ');
  expect(
    (await server.north.client.run(`{ nodes(ids: [${ids(500)}]) { id } }`)).data.nodes,
  ).toHaveLength(500);
  expect(await refusal(server.north.client, `{ nodes(ids: [${ids(501)}]) { id } }`)).toBe(
    'Argument "ids": Expected at most 500 ids, found 501.',
  );
  expect(await refusal(server.north.client, `{ nodes(ids: ["${NODE}", "${LONG}"]) { id } }`)).toBe(
    'Argument "ids.1": Expected at most 200 characters, found 257.',
  );
});

test('a single value where a list is expected counts as a list', async () => {
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
  expect(await refusal(server.north.member, query, { ids: LONG })).toBe(
    'Argument "ids.0": Expected at most 200 characters, found 257.',
  );
});

test('a mutation tells all that is too long at once, as userErrors, and does nothing', async () => {
  const mutation =
    'mutation ($input: CreateWorkPackageInput!) { createWorkPackage(input: $input) { workPackage { id } userErrors { code field message } } }';
  const phases = [{ name: 'x' }, { name: 'y'.repeat(201), items: [{ label: 'z'.repeat(501) }] }];
  const { data, errors } = await server.north.member.run(mutation, {
    input: { title: 'x'.repeat(201), phases },
  });
  expect(errors).toBeUndefined();
  expect(data.createWorkPackage).toEqual({
    workPackage: null,
    userErrors: [
      {
        code: 'INVALID',
        field: ['phases', '1', 'items', '0', 'label'],
        message: 'Expected at most 500 characters, found 501.',
      },
      {
        code: 'INVALID',
        field: ['phases', '1', 'name'],
        message: 'Expected at most 200 characters, found 201.',
      },
      { code: 'INVALID', field: ['title'], message: 'Expected at most 200 characters, found 201.' },
    ],
  });
  expect(
    (await server.north.member.run('{ workPackages { totalCount } }')).data.workPackages.totalCount,
  ).toBe(0);
});

test.each([
  [
    'levels',
    Array.from({ length: 40 }).reduce<object>((inner) => ({ a: [inner] }), {}),
    'Expected JSON that is nested at most 64 deep.',
  ],
  [
    'keys',
    Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`k${index}`, 1])),
    'Expected JSON with at most 10,000 keys in its objects.',
  ],
  [
    'characters',
    { a: 'x'.repeat(262_137) },
    'Expected at most 262,144 characters of JSON, found 262,145.',
  ],
])('JSON of too many %s', async (_what, input, message) => {
  // In the document, for the body of a request may not nest as deeply.
  const literal = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(literal).join()}]`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    return `{${Object.entries(value)
      .map(([key, inner]) => `${key}:${literal(inner)}`)
      .join()}}`;
  };
  const inDocument = JSON.stringify(input).length < 1_000;
  const query = inDocument
    ? `mutation { startWorkflow(input: { key: "x", input: ${literal(input)} }) { userErrors { code field message } } }`
    : 'mutation ($input: JSON!) { startWorkflow(input: { key: "x", input: $input }) { userErrors { code field message } } }';
  const { data, errors } = await server.north.member.run(query, inDocument ? undefined : { input });
  expect(errors).toBeUndefined();
  expect(data.startWorkflow.userErrors).toEqual([{ code: 'INVALID', field: ['input'], message }]);
});
