/**
 * One tenant at full tilt: whatever its requests wait for, another tenant's are answered, and not
 * with SERVICE_UNAVAILABLE.
 */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeGlobalId } from '../../src/platform/global-id.ts';
import { createPackage, eventually } from '../support/live.ts';
import {
  type GraphQLAnswer,
  startTestServer,
  type TestServer,
  type TestUser,
} from '../support/server.ts';

const UPDATE = `mutation ($input: UpdateWorkPackageInput!) { updateWorkPackage(input: $input) { workPackage { version } userErrors { code } } }`;
const CHEAP = '{ contacts(first: 5) { edges { node { name } } } }';
const MEMBERSHIPS = `{ viewer { ${Array.from({ length: 30 }, (_, n) => `a${n}: memberships { role }`).join(' ')} } }`;
const CAMPAIGNS = '{ campaigns(first: 1) { edges { node { id } } } }';

let server: TestServer;
/** Holds what others want, as a slow transaction of whatever process would. */
let holder: pg.Client;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
  holder = new pg.Client({ connectionString: server.databaseUrl });
  await holder.connect();
});

/** All connections are open, so that no test measures how long that takes on a busy machine. */
beforeEach(async () => {
  const { database, config } = server.app.platform;
  await Promise.all(
    Array.from({ length: config.DATABASE_POOL_SIZE }, () =>
      database.pool.query('select pg_sleep(0.5)'),
    ),
  );
  await askTwenty(server.south.member);
});

afterEach(() => holder.query('rollback'));

afterAll(async () => {
  await holder?.end();
  await server?.stop();
});

/** Connections of the server that wait for what the holder has. */
async function waitingConnections(): Promise<number> {
  const { rows } = await holder.query(
    `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and application_name = 'sheaf' and wait_event_type = 'Lock'`,
  );
  return rows[0].waiting;
}

async function holdPackage(id: string): Promise<void> {
  await holder.query('begin');
  await holder.query('select from work_package where id = $1 for update', [decodeGlobalId(id)?.id]);
}

async function askTwenty(user: TestUser): Promise<GraphQLAnswer[]> {
  const answers = [];
  for (let n = 0; n < 20; n += 1) answers.push(await user.run(CHEAP));
  return answers;
}

const codes = (answers: GraphQLAnswer[]) => [
  ...new Set(
    answers.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions.code) ?? []),
  ),
];

describe('many changes of one package at once', () => {
  test('wait for each other without a connection, all but the one that waits for the row', async () => {
    const { north, south } = server;
    const id = await createPackage(north.member);
    await holdPackage(id);
    const updates = Array.from({ length: 60 }, (_, n) =>
      north.member.run(UPDATE, { input: { id, title: `title ${n}` } }),
    );
    await eventually('a change waits for the row', waitingConnections);
    const others = await askTwenty(south.member);
    const waiting = await waitingConnections();
    await holder.query('rollback');
    const answers = await Promise.all(updates);
    expect(codes(others)).toEqual([]);
    expect(waiting).toBeLessThanOrEqual(1);
    const changed = answers
      .filter(({ data }) => data?.updateWorkPackage.workPackage)
      .map(({ data }) => data.updateWorkPackage.workPackage.version);
    // On a machine so slow that the row was held for longer than anybody waits, some may have given
    // up.
    expect(codes(answers).filter((code) => code !== 'SERVICE_UNAVAILABLE')).toEqual([]);
    expect(changed.length + answers.filter(({ errors }) => errors).length).toBe(60);
    expect(new Set(changed).size).toBe(changed.length);
  });

  test('fail with a clear error when somebody holds the row for long', async () => {
    const { north } = server;
    const id = await createPackage(north.member);
    await holdPackage(id);
    const { data, errors } = await north.member.run(UPDATE, { input: { id, title: 'never' } });
    expect(data).toBeFalsy();
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('Another change'),
        extensions: { code: 'SERVICE_UNAVAILABLE' },
      },
    ]);
    await holder.query('rollback');
    const again = await north.member.run(UPDATE, { input: { id, title: 'now' } });
    expect(again.data?.updateWorkPackage.workPackage.version).toBe(2);
  });
});

test('many slow queries of one tenant leave connections for another one', async () => {
  const { north, south } = server;
  await holder.query('begin');
  await holder.query('lock table campaign in access exclusive mode');
  let isOver = false;
  const slow = Array.from({ length: 60 }, async () => {
    while (!isOver) await north.member.run(CAMPAIGNS);
  });
  await eventually('its connections wait', async () => (await waitingConnections()) >= 3);
  const others = await askTwenty(south.member);
  isOver = true;
  await holder.query('rollback');
  await Promise.all(slow);
  expect(codes(others)).toEqual([]);
});

test('many slow reads of what no tenant owns leave connections for another one', async () => {
  const { north, south } = server;
  await holder.query('begin');
  await holder.query('lock table tenant in access exclusive mode');
  let isOver = false;
  const answers: GraphQLAnswer[] = [];
  const flood = Array.from({ length: 60 }, async () => {
    while (!isOver) answers.push(await north.client.run(MEMBERSHIPS));
  });
  await eventually('its connections wait', async () => (await waitingConnections()) >= 3);
  const others = await askTwenty(south.member);
  await eventually('those that wait for long give up', () => answers.length > 0);
  isOver = true;
  await holder.query('rollback');
  await Promise.all(flood);
  expect(codes(others)).toEqual([]);
  expect(codes(answers)).toEqual(['SERVICE_UNAVAILABLE']);
});
