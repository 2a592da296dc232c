/**
 * That a request which asks for more than its share of statements, bytes or cost is refused as a
 * whole, and others are not.
 */
import { GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { maskErrors } from '../../src/graphql/errors.ts';
import { countingStatements, newStatistics } from '../../src/platform/database/statements.ts';
import { change, createOrganization } from '../contacts/operations.ts';
import { expectError, send } from '../support/http.ts';
import { createPackage, eventually, retitle, subscribe, subscribeBySse } from '../support/live.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
  await server.app.platform.database.pool.query(
    `insert into contact ("tenantId", id, name, email, "ownerId", "updatedAt")
     select $1, gen_random_uuid(), 'Person ' || n || ' Alphabet', 'person' || n || '@many.example', $2, now() from generate_series(1, 50) n`,
    [server.north.tenantId, server.north.owner.id],
  );
});
afterAll(() => server.stop());

const repeated = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');
const measured = { 'x-performance': '1' };

async function withSettings(
  settings: Record<string, string>,
  work: (other: TestServer) => Promise<void>,
): Promise<void> {
  const other = await startTestServer({ worker: false, settings, shareWith: server });
  try {
    await work(other);
  } finally {
    await other.stop();
  }
}

describe('statements', () => {
  test('of a search do not depend on how many words are misspelt, nor on how many lists search', async () => {
    const words = (first: number) =>
      repeated(24, (index) => `alphxb${String.fromCharCode(97 + ((first + index) % 26))}t`);
    const search = (lists: number) =>
      server.north.owner.run(
        `{ ${repeated(lists, (index) => `a${index}: contacts(first: 5, orderBy: { field: NAME }, filter: { search: "${words(index)}" }) { nodes { id } totalCount }`)} }`,
        {},
        measured,
      );
    const one = await search(1);
    expect(one.errors).toBeUndefined();
    // The versions of the lists, the words, the misspelt ones, rows and count.
    expect(one.extensions?.performance?.sqlStatements).toBeLessThanOrEqual(5);
    const ten = await search(10);
    expect(ten.errors).toBeUndefined();
    expect(ten.extensions?.performance?.sqlStatements).toBeLessThanOrEqual(3 + 10 * 2);
  });

  test('beyond MAX_STATEMENTS fail the request, naming the limit', async () => {
    await withSettings({ MAX_STATEMENTS: '10' }, async (strict) => {
      const many = `{ ${repeated(15, (index) => `a${index}: users(first: ${index + 1}) { nodes { name } totalCount }`)} }`;
      const refused = await send(strict.url, {
        token: strict.north.owner.token,
        body: { query: many },
      });
      expect(expectError(refused, 200, 'QUERY_TOO_COMPLEX')).toContain('limit of 10');
      expect(refused.body.data).toBeUndefined();
      expect((await strict.north.owner.run('{ users { totalCount } }')).errors).toBeUndefined();
    });
  });

  test('beyond the limit inside a transaction roll it back', async () => {
    await withSettings({ MAX_STATEMENTS: '10' }, async (strict) => {
      const { owner } = strict.north;
      const fields = repeated(
        10,
        (index) =>
          `a${index}: createWorkPackage(input: $input) { workPackage { id } userErrors { code } }`,
      );
      const input = { title: 'One of many', phases: [{ name: 'One', items: [{ label: 'It' }] }] };
      const answer = await owner.run(`mutation ($input: CreateWorkPackageInput!) { ${fields} }`, {
        input,
      });
      expect(new Set(answer.errors?.map(({ extensions }) => extensions.code))).toEqual(
        new Set(['QUERY_TOO_COMPLEX']),
      );
      const { data } = await owner.run(
        '{ workPackages(first: 50) { nodes { title phases { items { label } } } } }',
      );
      const made = data.workPackages.nodes.filter(
        ({ title }: { title: string }) => title === 'One of many',
      );
      // Those before the limit are whole, the one that met it is not there.
      expect(made.length).toBeGreaterThan(0);
      expect(made.length).toBeLessThan(10);
      for (const { phases } of made) expect(phases).toEqual([{ items: [{ label: 'It' }] }]);
      expect(
        (
          await owner.run(
            `mutation ($input: CreateWorkPackageInput!) { ${fields.slice(0, fields.indexOf(' a1:'))} }`,
            { input },
          )
        ).errors,
      ).toBeUndefined();
    });
  });
});

describe('bytes', () => {
  test('of a response over MAX_RESPONSE_BYTES are not sent, whatever the list is', async () => {
    await withSettings({ MAX_RESPONSE_BYTES: '10000' }, async (strict) => {
      const query = '{ contacts(first: 50) { nodes { id a: id b: id c: id d: id name email } } }';
      const answer = await send(strict.url, { token: strict.north.owner.token, body: { query } });
      expect(expectError(answer, 200, 'QUERY_TOO_COMPLEX')).toContain('limit of 10000 bytes');
      expect(
        (await strict.north.owner.run('{ contacts(first: 5) { nodes { id name email } } }')).errors,
      ).toBeUndefined();
    });
  });

  test.each([
    ['a WebSocket', subscribe],
    ['a stream', subscribeBySse],
  ])('of an event on %s are not sent either, and the next event comes', async (transport, open) => {
    await withSettings({ MAX_RESPONSE_BYTES: '10000', MAX_STATEMENTS: '10' }, async (strict) => {
      const { owner } = strict.north;
      const id = await createPackage(owner, 'first');
      const query = `subscription ($id: ID!) { workPackageChanged(id: $id) { workPackage { title ${repeated(30, (index) => `a${index}: title`)} } } }`;
      const subscriber = open(strict.url, owner, { id, query });
      const came = (count: number) =>
        eventually(`event ${count} came`, () => subscriber.events[count - 1]);
      expect((await came(1)).data.workPackageChanged.workPackage.title).toBe('first');
      await retitle(owner, id, '€'.repeat(190));
      expect(await came(2)).toEqual({
        errors: [
          {
            message: expect.stringContaining('limit of 10000 bytes'),
            extensions: { code: 'QUERY_TOO_COMPLEX' },
          },
        ],
      });
      await retitle(owner, id, 'third');
      expect((await came(3)).data.workPackageChanged.workPackage.title).toBe('third');
      subscriber.stop();
      const many = repeated(
        15,
        (index) =>
          `a${index}: company { contacts(first: ${index + 1}) { nodes { name } totalCount } }`,
      );
      const companyId = await createOrganization(owner, `Large Ltd. ${transport}`);
      const ofCompany = (
        await change(
          owner,
          'createWorkPackage',
          { title: 'Theirs', companyId },
          'workPackage { id }',
        )
      ).workPackage.id;
      const greedy = open(strict.url, owner, {
        id: ofCompany,
        query: `subscription ($id: ID!) { workPackageChanged(id: $id) { workPackage { ${many} } } }`,
      });
      const first = await eventually('an event came', () => greedy.events[0]);
      expect(first).toEqual({
        errors: [
          {
            message: expect.stringContaining('SQL statements than the limit of 10:'),
            extensions: { code: 'QUERY_TOO_COMPLEX' },
          },
        ],
      });
      greedy.stop();
    });
  });

  test('that one statement would bring beyond all measure are not read to the end, and the pool goes on', async () => {
    const { pool } = server.app.platform.database;
    const statistics = newStatistics(server.app.platform.config);
    const large = () =>
      pool.query("select repeat('x', 1000000) as text from generate_series(1, 300)");
    await expect(countingStatements(statistics, large)).rejects.toMatchObject({
      code: 'QUERY_TOO_COMPLEX',
      message: expect.stringContaining('bytes'),
    });
    expect(statistics.bytes).toBeGreaterThan(30_000_000);
    expect(statistics.bytes).toBeLessThan(40_000_000);
    for (let index = 0; index < 12; index += 1)
      expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('errors', () => {
  test('are a hundred at most, and one that tells how many more there are', () => {
    const errors = Array.from(
      { length: 5_000 },
      () => new GraphQLError('No.', { extensions: { code: 'FORBIDDEN' } }),
    );
    const masked = maskErrors(errors, server.app.platform.log);
    expect(masked).toHaveLength(101);
    expect(masked.at(-1)).toMatchObject({
      message: expect.stringContaining('4900'),
      extensions: { code: 'FORBIDDEN' },
    });
  });

  test('repeat no more than a part of what a client sent', async () => {
    const value = 'x'.repeat(200_000);
    const answer = await send(server.url, {
      token: server.north.owner.token,
      body: {
        query: 'query ($first: Int) { users(first: $first) { totalCount } }',
        variables: { first: value },
      },
    });
    expectError(answer, 200, 'BAD_USER_INPUT');
    expect(answer.text.length).toBeLessThan(2_000);
  });
});
