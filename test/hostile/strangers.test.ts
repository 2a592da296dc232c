/**
 * What somebody without a token can make the server do with a document: nothing that is kept, and
 * next to nothing that takes time.
 */
import { createHash } from 'node:crypto';
import { getIntrospectionQuery, type IntrospectionOptions } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Operations } from '../../src/graphql/operations.ts';
import { schema } from '../../src/graphql/schema.ts';
import { expectError, send } from '../support/http.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
});
afterAll(() => server.stop());

const repeated = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** What the process says that it keeps. */
async function kept(name: 'documents' | 'document_bytes'): Promise<number> {
  const { text } = await send(server.url, { method: 'GET', path: '/metrics' });
  return Number(new RegExp(`^sheaf_graphql_${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

describe('documents without a token', () => {
  test('are not kept, however many and however valid they are', async () => {
    await server.north.owner.run('{ viewer { role } }');
    const before = await kept('documents');
    expect(before).toBeGreaterThan(0);
    for (let index = 0; index < 30; index += 1) {
      expectError(
        await send(server.url, {
          body: { query: `query Q${index} { viewer { user { ${repeated(40, () => 'name')} } } }` },
        }),
        401,
        'UNAUTHENTICATED',
      );
      expect(
        (
          await send(server.url, {
            body: { query: `query Q${index} { __schema { queryType { name } } }` },
          })
        ).body.data,
      ).toBeDefined();
    }
    expect(await kept('documents')).toBe(before);
  });

  test('are refused unread beyond what introspection needs: no error tells how far they would have got', async () => {
    for (const query of [
      `{ viewer { user { ${repeated(480, () => 'name')} } } }`,
      `{ viewer { user { ${repeated(3_000, () => 'name')} } } }`,
      `{ __typename ${' '.repeat(8_000)} }`,
      `{ ${repeated(600, () => '__typename')} }`,
      '{ viewer { noSuchField } }',
      '{ __schema { noSuchField } }',
      'subscription { __typename }',
    ])
      expectError(await send(server.url, { body: { query } }), 401, 'UNAUTHENTICATED');
    expectError(
      await send(server.url, { body: { query: '{ __typename' } }),
      200,
      'GRAPHQL_PARSE_FAILED',
    );
  });

  test('register no persisted query', async () => {
    const query = '{ __schema { queryType { name } } }';
    const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf(query) } };
    expect((await send(server.url, { body: { query, extensions } })).body.data).toBeDefined();
    expectError(
      await send(server.url, { token: server.north.owner.token, body: { extensions } }),
      200,
      'PERSISTED_QUERY_NOT_FOUND',
    );
  });
});

describe('introspection', () => {
  const options: IntrospectionOptions[] = [
    {},
    { descriptions: false },
    {
      schemaDescription: true,
      inputValueDeprecation: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      oneOf: true,
    },
    { descriptions: true, inputValueDeprecation: true, typeDepth: 13 },
  ];

  test.each(options)(
    'as the usual clients ask it is answered without a token: %o',
    async (option) => {
      const { body } = await send(server.url, { body: { query: getIntrospectionQuery(option) } });
      expect(body.errors).toBeUndefined();
      expect(body.data.__schema.types.length).toBeGreaterThan(100);
    },
  );

  test('of 13 aliases in 13 aliases is too complex, with a token and without', async () => {
    const aliases = (text: string) => repeated(13, (index) => `a${index}: ${text}`);
    const query = `{ __schema { ${aliases('types { ...T }')} } } fragment T on __Type { ${aliases('fields { name type { name } }')} }`;
    const stranger = await send(server.url, { body: { query } });
    expect(stranger.text.length).toBeLessThan(1_000);
    expect(expectError(stranger, 200, 'QUERY_TOO_COMPLEX')).toMatch(
      /Query cost \d+ is over the limit of 10000/,
    );
    expectError(
      await send(server.url, { token: server.north.member.token, body: { query } }),
      200,
      'QUERY_TOO_COMPLEX',
    );
  });

  test('nested deeper than any client does is too complex', async () => {
    const query = `{ __type(name: "ID") { ${'ofType { '.repeat(21)} name ${'}'.repeat(21)} } }`;
    expectError(await send(server.url, { body: { query } }), 200, 'QUERY_TOO_COMPLEX');
  });
});

test('where introspection is off, only `__typename` is answered without a token', async () => {
  const closed = await startTestServer({
    worker: false,
    settings: { INTROSPECTION: 'false' },
    shareWith: server,
  });
  try {
    expect(
      (await send(closed.url, { body: { query: 'query Alive { __typename }' } })).body,
    ).toEqual({ data: { __typename: 'Query' } });
    for (const query of [
      '{ __schema { queryType { name } } }',
      `{ __typename ${repeated(20, () => '__typename')} }`,
      `{ ${' '.repeat(200)} __typename }`,
    ])
      expectError(await send(closed.url, { body: { query } }), 401, 'UNAUTHENTICATED');
  } finally {
    await closed.stop();
  }
});

describe('documents of signed-in users', () => {
  test('are kept once they ran: not what is invalid, too dear, or lacks its variables', async () => {
    const before = await kept('documents');
    const { owner } = server.north;
    await owner.run('{ viewer { noSuchField } }');
    await owner.run('{ workPackages(first: 500) { nodes { phases { items { id } } } } }');
    await owner.run('query ($id: ID!) { node(id: $id) { id } }');
    expect(await kept('documents')).toBe(before);
    await owner.run('query Kept { viewer { role } }');
    expect(await kept('documents')).toBe(before + 1);
  });

  test('are kept by the memory they take, and no more of them than fits', async () => {
    const { owner } = server.north;
    const before = await kept('document_bytes');
    await owner.run(`query Large { viewer { user { ${repeated(1_900, () => 'name')} } } }`);
    // 9,500 characters: a syntax tree of them was measured at 0.7 MB.
    expect((await kept('document_bytes')) - before).toBeGreaterThan(700_000);
    const operations = new Operations(
      { members: schema, clients: schema },
      server.app.platform.config,
    );
    for (let index = 0; index < 150; index += 1)
      operations.ready(
        `query Q${index} { viewer { user { ${repeated(1_900, () => 'name')} } } }`,
        undefined,
        {},
      );
    expect(operations.isKnown('query Q149')).toBe(false);
    const known = Array.from({ length: 150 }, (_, index) =>
      operations.isKnown(
        `query Q${index} { viewer { user { ${repeated(1_900, () => 'name')} } } }`,
      ),
    );
    // 64 MiB at 0.95 MB each.
    expect(known.filter(Boolean)).toHaveLength(70);
    expect(known.at(-1)).toBe(true);
  });
});
