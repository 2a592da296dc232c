/**
 * An order of 76,000 fields made each cursor as long as itself, and a Map of statements grow with
 * every new one.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parsePage, preparedEndPages } from '../../src/platform/database/keyset.ts';
import type { Ordering } from '../../src/platform/database/ordering.ts';
import { query } from '../../src/platform/database/tenant-scope.ts';
import { createContact } from '../contacts/operations.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await createContact(server.north.owner, { name: 'Second' });
});
afterAll(() => server.stop());

const LIST =
  'query ($orderBy: [ContactOrder!]) { contacts(first: 500, orderBy: $orderBy) { edges { cursor } } }';

test('an order with a field twice is refused, naming the field, however many there are', async () => {
  const fields = (count: number) =>
    Array.from({ length: count }, () => ({ field: 'LAST_CONTACTED' }));
  for (const count of [2, 10_000, 19_000]) {
    const { data, errors } = await server.north.member.run(LIST, { orderBy: fields(count) });
    expect(data ?? null).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
      message: 'Argument "orderBy.1.field": Expected each field once, found LAST_CONTACTED again.',
    });
  }
});

test('one of 60,000 fields is refused before they are looked at', async () => {
  const { data, errors } = await server.north.member.run(LIST, {
    orderBy: Array.from({ length: 60_000 }, () => ({ field: 'LAST_CONTACTED' })),
  });
  expect(data ?? null).toBeNull();
  expect(errors).toMatchObject([
    {
      extensions: { code: 'BAD_USER_INPUT' },
      message: 'Expected variables with at most 20,000 keys in all their objects together.',
    },
  ]);
});

test('a cursor of the longest order holds its values, not the order', async () => {
  const orderBy = ['PRIORITY', 'NAME', 'WARMNESS', 'LAST_CONTACTED', 'CREATED_AT'].map((field) => ({
    field,
    direction: 'ASC',
  }));
  const { data } = await server.north.member.run(LIST, { orderBy });
  const cursors: string[] = data.contacts.edges.map(({ cursor }: { cursor: string }) => cursor);
  expect(cursors).toHaveLength(2);
  for (const cursor of cursors)
    expect(Buffer.from(cursor, 'base64url').toString()).not.toContain('LAST_CONTACTED');
  const after =
    'query ($orderBy: [ContactOrder!], $after: String) { contacts(orderBy: $orderBy, after: $after) { nodes { name } } }';
  expect(
    (await server.north.member.run(after, { orderBy, after: cursors[0] })).data.contacts.nodes,
  ).toHaveLength(1);
  const other = await server.north.member.run(after, {
    orderBy: orderBy.slice(1),
    after: cursors[0],
  });
  expect(other.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

test('orders beyond the first few hundred get statements that nobody keeps', () => {
  const ends = preparedEndPages((page) =>
    query
      .selectFrom('contact')
      .select('id')
      .orderBy(sql.raw(`"id" ${page.ordering.name}`)),
  );
  const statements = Array.from({ length: 1_000 }, (_, index) => {
    const ordering: Ordering = {
      name: `/* ${index} */`,
      columns: [{ column: 'id', direction: 'asc', type: 'uuid' }],
    };
    return ends(parsePage({}, ordering), ['id']);
  });
  const named = statements.filter(({ name }) => name !== undefined);
  expect(named.length).toBeGreaterThan(50);
  expect(named.length).toBeLessThan(500);
  expect(new Set(statements.map(({ text }) => text)).size).toBe(1_000);
});
