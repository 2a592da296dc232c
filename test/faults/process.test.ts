/**
 * What a process and its data survive: being killed under writes, PostgreSQL going away, being
 * asked to stop.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../src/platform/database/migrate.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/index.ts';
import { openGate } from '../support/gate.ts';
import { expectError, send } from '../support/http.ts';
import { eventually, openSocket, subscribeBySse } from '../support/live.ts';
import { startProcess } from '../support/process.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const QUIET = { info() {}, warn() {}, error() {} };
const CREATE =
  'mutation ($input: CreateWorkPackageInput!) { createWorkPackage(input: $input) { workPackage { id title itemCount } } }';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const phases = [0, 1].map((phase) => ({
  name: `Phase ${phase}`,
  items: [0, 1, 2].map((item) => ({ label: `Item ${item}` })),
}));

describe('a process that is killed under writes', () => {
  test('has kept all that it acknowledged, and nothing by halves', async () => {
    const { token } = server.north.owner;
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const api = await startProcess(server.databaseUrl);
      let running = true;
      const writers = Array.from({ length: 6 }, async (_, writer) => {
        for (let count = 0; running; count += 1) {
          const answer = await send(api.url, {
            token,
            body: {
              query: CREATE,
              variables: { input: { title: `${round}/${writer}/${count}`, phases } },
            },
          }).catch(() => null);
          const id = answer?.body?.data?.createWorkPackage?.workPackage?.id;
          if (id) acknowledged.push(Buffer.from(id, 'base64').toString().split(':')[1] ?? '');
        }
      });
      const before = acknowledged.length;
      await eventually('some are written', () => acknowledged.length > before + 20);
      expect((await api.end('SIGKILL')).signal).toBe('SIGKILL');
      running = false;
      await Promise.all(writers);
    }
    const { pool } = server.app.platform.database;
    // Only a server's own check tells it that a connection's client is gone, so its last
    // transactions may still end.
    await eventually(
      'no transaction is open',
      async () =>
        (
          await pool.query(
            "select from pg_stat_activity where datname = current_database() and state like '%in transaction%'",
          )
        ).rowCount === 0,
    );
    const { rows } = await pool.query(
      `select w.id, (select count(*)::int from work_package_phase p where p."workPackageId" = w.id) as phases, (select count(*)::int from work_package_item i where i."workPackageId" = w.id) as items from work_package w`,
    );
    const stored = new Set(rows.map((row) => row.id));
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    expect(rows.filter((row) => row.phases !== 2 || row.items !== 6)).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(60);
  });
});

describe('SIGTERM', () => {
  test('lets the request in flight finish, closes sockets with 1001, and exits with 0', async () => {
    const api = await startProcess(server.databaseUrl);
    const { token } = server.north.owner;
    const id = (
      await send(api.url, {
        token,
        body: { query: CREATE, variables: { input: { title: 'in flight' } } },
      })
    ).body.data.createWorkPackage.workPackage.id;
    const socket = await openSocket(api.url, { authorization: `Bearer ${token}` });
    await socket.message((message) => message.type === 'connection_ack');
    const stream = subscribeBySse(api.url, server.north.owner, { id });
    await eventually('the stream is open', () => stream.events.length > 0);
    const lock = new pg.Client({ connectionString: server.databaseUrl });
    await lock.connect();
    await lock.query('begin; lock table work_package in access exclusive mode');
    const inFlight = send(api.url, {
      token,
      body: { query: CREATE, variables: { input: { title: 'late' } } },
    });
    await eventually(
      'it waits for the lock',
      async () =>
        (
          await server.app.platform.database.pool.query(
            "select from pg_locks where not granted and relation = 'work_package'::regclass",
          )
        ).rowCount,
    );
    const startedAt = Date.now();
    const ended = api.end('SIGTERM');
    expect((await socket.closed).code).toBe(1001);
    await lock.query('rollback');
    await lock.end();
    expect((await inFlight).body.data.createWorkPackage.workPackage.title).toBe('late');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(Date.now() - startedAt).toBeLessThan(30_000);
    expect(api.output()).not.toMatch(/unhandled|TypeError|Warning/i);
  });

  test('does not wait for connections that idle', async () => {
    const api = await startProcess(server.databaseUrl);
    await send(api.url, { method: 'GET', path: '/healthz' });
    expect(await api.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});

describe('when PostgreSQL is away', () => {
  test('requests fail with SERVICE_UNAVAILABLE, the process stays up, and is back with PostgreSQL', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'sheaf-faults-'));
    let postgres = await startEmbeddedPostgres({ dataDir, log: QUIET });
    await migrate(postgres.url, {
      migrationsDir: join(import.meta.dirname, '../../prisma/migrations'),
      log: QUIET,
    });
    const gate = await openGate(() => Number(new URL(postgres.url).port));
    const setUp = new pg.Client({ connectionString: postgres.url });
    await setUp.connect();
    for (const table of ['tenant', '"user"', 'organization', 'contact']) {
      const { rows } = await server.app.platform.database.pool.query(
        `select to_jsonb(t) as row from ${table} t`,
      );
      for (const { row } of rows)
        await setUp
          .query(`insert into ${table} select * from jsonb_populate_record(null::${table}, $1)`, [
            row,
          ])
          .catch(() => undefined);
    }
    await setUp.end();
    const api = await startProcess(gate.url(postgres.url));
    const { token } = server.north.owner;
    const list = (by = token) =>
      send(api.url, { token: by, body: { query: '{ workPackages { totalCount } }' } });
    try {
      expect((await list()).body.errors).toBeUndefined();
      await Promise.all([postgres.stop(), gate.close()]);
      expectError(await list(), 200, 'SERVICE_UNAVAILABLE');
      // Somebody whom this process does not know yet can't be looked up.
      expectError(await list(server.north.member.token), 503, 'SERVICE_UNAVAILABLE');
      expectError(
        await send(api.url, { token, body: { query: '{ viewer { tenant { name } } }' } }),
        200,
        'SERVICE_UNAVAILABLE',
      );
      expectError(
        await send(api.url, {
          token,
          body: { query: CREATE, variables: { input: { title: 'x' } } },
        }),
        200,
        'SERVICE_UNAVAILABLE',
      );
      const ready = await send(api.url, { method: 'GET', path: '/readyz' });
      expect([ready.status, ready.body.failing]).toEqual([
        503,
        expect.arrayContaining(['database']),
      ]);
      expect((await send(api.url, { method: 'GET', path: '/healthz' })).status).toBe(200);
      postgres = await startEmbeddedPostgres({ dataDir, log: QUIET });
      await gate.open();
      await eventually(
        'it is ready again',
        async () => (await send(api.url, { method: 'GET', path: '/readyz' })).status === 200,
      );
      expect((await list()).body.errors).toBeUndefined();
      expect((await list(server.north.member.token)).body.errors).toBeUndefined();
    } finally {
      await api.end('SIGKILL');
      await gate.close();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
