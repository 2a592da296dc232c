/**
 * The promises of the embedded PostgreSQL, on real processes: each test has a data folder of its
 * own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type EmbeddedPostgres,
  joinEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/platform/embedded-postgres/index.ts';
import { isRunning } from '../../src/platform/embedded-postgres/running-process.ts';

const QUIET = { info() {}, warn() {}, error() {} };
/** The promise is 2 s; the machine may be busy with other tests. */
const BACK_WITHIN_MS = 10_000;

let dataDir: string;
let started: EmbeddedPostgres[];
let owners: ChildProcess[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sheaf-embedded-'));
  started = [];
  owners = [];
});

afterEach(async () => {
  for (const postgres of started) await postgres.stop();
  for (const owner of owners) await kill(owner);
  const pid = await serverPid().catch(() => 0);
  if (pid && isRunning(pid)) await start().then((postgres) => postgres.stop());
  await rm(dataDir, { recursive: true, force: true });
});

describe('a start', () => {
  test('finds the data of the start before it', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();

    const second = await start();
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('keeps the password where only its user can read it', async () => {
    await start();
    const { mode } = await stat(join(dataDir, 'postgres-password'));
    expect(mode & 0o777).toBe(0o600);
  });

  test('goes past a postmaster.pid whose process is gone', async () => {
    await (await start()).stop();
    await writePostmasterFile(await endedPid());
    const postgres = await start();
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('goes past a postmaster.pid whose process id belongs to another program now', async () => {
    await (await start()).stop();
    await writePostmasterFile(process.pid);
    const postgres = await start();
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test("that fails says what the server's log says", async () => {
    const attempt = startEmbeddedPostgres({
      dataDir,
      log: QUIET,
      settings: { max_connections: 'many' },
    });
    await expect(attempt).rejects.toThrow(/max_connections/);
  });

  test('succeeds after one that failed', async () => {
    await startEmbeddedPostgres({
      dataDir,
      log: QUIET,
      settings: { max_connections: 'many' },
    }).catch(() => {});
    const postgres = await start();
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('a data folder', () => {
  test('in use is refused, and the error names the process', async () => {
    const owner = await startOwner();
    await expect(start()).rejects.toThrow(`process ${owner.pid}`);
  });

  test('that is new serves one of two starts at once', async () => {
    const outcomes = await Promise.allSettled([start(), start()]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('in use can be joined, and leaving it does not stop its server', async () => {
    const owned = await start();
    const joined = await joinEmbeddedPostgres({ dataDir, log: QUIET });
    await joined.stop();
    expect(joined.url).toBe(owned.url);
    expect(await query(owned.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('that is new can be joined by two at once', async () => {
    const [one, other] = await Promise.all([
      joinEmbeddedPostgres({ dataDir, log: QUIET }),
      joinEmbeddedPostgres({ dataDir, log: QUIET }),
    ]);
    started.push(one, other);
    expect(one.url).toBe(other.url);
  });

  test('is taken over when the process id of its killed owner belongs to another program now', async () => {
    await writeFile(
      join(dataDir, 'process.lock'),
      `{"pid":${process.ppid},"mark":"an earlier one"}`,
    );
    await expect(start()).resolves.toHaveProperty('url');
  });
});

describe('a server whose owner was killed', () => {
  test('is adopted by the next start, with its data', async () => {
    const owner = await startOwner();
    await query(owner.url, 'create table kept as select 42 as answer');
    const pid = await serverPid();
    await kill(owner.process);
    expect(isRunning(pid)).toBe(true);

    const postgres = await start();
    expect(await serverPid()).toBe(pid);
    expect(await query(postgres.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('is stopped by the one who adopted it', async () => {
    const owner = await startOwner();
    const pid = await serverPid();
    await kill(owner.process);

    await (await start()).stop();
    expect(isRunning(pid)).toBe(false);
  });

  test('is started again by the one who adopted it when it is killed too', async () => {
    const owner = await startOwner();
    await kill(owner.process);
    const postgres = await start();
    process.kill(await serverPid(), 'SIGKILL');
    expect(await queryWhenBack(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('a server that is killed', () => {
  test('comes back on the same port with everything that was committed', async () => {
    const postgres = await start();
    await query(postgres.url, 'create table kept as select 42 as answer');
    process.kill(await serverPid(), 'SIGKILL');
    expect(await queryWhenBack(postgres.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('comes back again the second time', async () => {
    const postgres = await start();
    for (let round = 0; round < 2; round++) {
      process.kill(await serverPid(), 'SIGKILL');
      expect(await queryWhenBack(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    }
  });
});

test('stopping while a killed server comes back leaves no process', async () => {
  for (const pauseMs of [0, 60, 120, 180]) {
    const postgres = await start();
    process.kill(await serverPid(), 'SIGKILL');
    await sleep(pauseMs);
    await postgres.stop();
    const pid = await serverPid().catch(() => 0);
    expect(pid > 0 && isRunning(pid)).toBe(false);
  }
});

test('stopping at the first answer of a server that came back leaves no process', async () => {
  for (let round = 0; round < 4; round++) {
    const postgres = await start();
    process.kill(await serverPid(), 'SIGKILL');
    await queryWhenBack(postgres.url, 'select 1');
    const pid = await serverPid();
    await postgres.stop();
    expect(isRunning(pid)).toBe(false);
  }
});

test('stopping ends open connections and leaves no process', async () => {
  const postgres = await start();
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => {});
  await client.connect();
  const pid = await serverPid();
  await postgres.stop();
  expect(isRunning(pid)).toBe(false);
});

async function start(): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: QUIET });
  started.push(postgres);
  return postgres;
}

async function startOwner(): Promise<{ process: ChildProcess; pid: number; url: string }> {
  const script = join(import.meta.dirname, 'embedded-postgres-owner.ts');
  const owner = spawn(process.execPath, [script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  owners.push(owner);
  const [url] = await once(owner.stdout, 'data');
  return { process: owner, pid: owner.pid ?? 0, url: String(url).trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function serverPid(): Promise<number> {
  return Number(
    (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0],
  );
}

async function writePostmasterFile(pid: number): Promise<void> {
  const lines = [pid, join(dataDir, 'postgres'), 1_700_000_000, 1, '', '127.0.0.1', '', 'ready'];
  const path = join(dataDir, 'postgres', 'postmaster.pid');
  await writeFile(path, `${lines.join('\n')}\n`);
  const { uid, gid } = await stat(join(dataDir, 'postgres'));
  await chown(path, uid, gid);
}

async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

async function queryWhenBack(url: string, sql: string): Promise<unknown[]> {
  const giveUpAt = Date.now() + BACK_WITHIN_MS;
  for (;;) {
    try {
      return await query(url, sql);
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await sleep(10);
    }
  }
}
