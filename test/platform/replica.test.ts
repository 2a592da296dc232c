/** What is read from DATABASE_READ_URL: analytics, and nothing else. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeGlobalId } from '../../src/platform/global-id.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

/** Stands for a replica that is far behind: it has nothing yet. */
let replica: TestDatabase;
let server: TestServer;

beforeAll(async () => {
  replica = await createTestDatabase();
  server = await startTestServer({
    worker: false,
    settings: { DATABASE_READ_URL: replica.url },
  });
});
afterAll(async () => {
  await server.stop();
  await replica.drop();
});

test('contacts are counted on the replica, and listed from the database', async () => {
  const { data } = await server.north.owner.run(
    '{ contactAnalytics { contacts industries { organizations } } contacts { totalCount } }',
  );
  expect(data).toEqual({
    contactAnalytics: { contacts: 0, industries: [] },
    contacts: { totalCount: 1 },
  });
});

test('an answer that the replica had a part in is not kept', async () => {
  const ask = async () =>
    (await server.north.owner.run('{ contactAnalytics { industries { organizations } } }')).data
      ?.contactAnalytics.industries;
  for (let time = 0; time < 3; time += 1) expect(await ask()).toEqual([]);
  // It catches up, unnoticed by the database itself.
  const other = server.app.platform.replica.pool;
  const client = await other.connect();
  try {
    await client.query('set default_transaction_read_only = off');
    const { tenantId, organizationId } = server.north;
    await client.query("insert into tenant (id, name, country) values ($1, 'north', 'US')", [
      tenantId,
    ]);
    await client.query(
      `insert into organization (id, "tenantId", name, "normalizedName", "updatedAt")
       values ($1, $2, 'Client', 'client', now())`,
      [decodeGlobalId(organizationId)?.id, tenantId],
    );
  } finally {
    client.release(true);
  }
  expect(await ask()).toEqual([{ organizations: 1 }]);
});
