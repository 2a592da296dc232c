/** A throw-away PostgreSQL with Sheaf's tables, and the count of the statements that reach it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../../src/platform/database/migrate.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/index.ts';

const log = {
  info: () => {},
  warn: (values: object, message: string) => console.warn(message, values),
  error: (values: object, message: string) => console.error(message, values),
};

/** The servers of this run: an interrupted run must not leave them behind. */
const running = new Set<() => Promise<void>>();

/** Stops every server that is still running and removes its data. */
export async function stopDatabases(): Promise<void> {
  await Promise.all([...running].map((stop) => stop()));
}

export interface EmptyDatabase {
  url: string;
  /** Connected to it. */
  client: pg.Client;
  stop(): Promise<void>;
}

/**
 * With glibc's defaults a connection gives the memory of each statement back to the kernel, until
 * one has taken 128 KiB at once. So how fast a statement is would depend on what its connection ran
 * before: a list as one JSON text took 27 page faults and 2.1 ms of PostgreSQL's CPU time before
 * the first detail, and none and 0.5 ms after it.
 */
const KEEP_MEMORY = {
  MALLOC_TRIM_THRESHOLD_: String(16 * 1_024 ** 2),
  MALLOC_MMAP_THRESHOLD_: String(16 * 1_024 ** 2),
};

const SETTINGS = {
  shared_preload_libraries: 'pg_stat_statements',
  max_connections: '200',
  // The live queries' time counts from the commit.
  track_commit_timestamp: 'on',
};

/** A PostgreSQL of its own with Sheaf's tables; `stop` removes the data too. */
export async function startEmptyDatabase(migrationsDir: string): Promise<EmptyDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'sheaf-bench-'));
  const server = await startServer(folder);
  const client = new pg.Client({ connectionString: server.url });
  client.on('error', () => {});
  const stop = async () => {
    running.delete(stop);
    await client.end().catch(() => {});
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  running.add(stop);
  try {
    await migrate(server.url, { migrationsDir, log });
    await client.connect();
    await client.query('create extension pg_stat_statements');
    return { url: server.url, client, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** PostgreSQL takes its environment from this process; the contestants must not. */
async function startServer(dataDir: string): ReturnType<typeof startEmbeddedPostgres> {
  Object.assign(process.env, KEEP_MEMORY);
  try {
    return await startEmbeddedPostgres({ dataDir, log, settings: SETTINGS });
  } finally {
    for (const name of Object.keys(KEEP_MEMORY)) delete process.env[name];
  }
}

/** How many statements, from any process, the database ran during `act`; BEGIN and COMMIT aside. */
export async function countStatements(
  client: pg.Client,
  act: () => Promise<unknown>,
): Promise<number> {
  await client.query('select pg_stat_statements_reset()');
  await act();
  const { rows } = await client.query<{ calls: number }>(
    `select coalesce(sum(calls), 0)::int as calls from pg_stat_statements
     where dbid = (select oid from pg_database where datname = current_database())
       and query !~* '^\\s*(begin|commit|start transaction|deallocate)' and query not like '%pg_stat_statements%'`,
  );
  return rows[0]?.calls ?? 0;
}

/**
 * The fewest statements of five runs: besides `act`, a server may have looked for jobs. Those of
 * `before`, which precedes each run, do not count.
 */
export async function leastStatements(
  client: pg.Client,
  act: () => Promise<unknown>,
  before: () => Promise<unknown> = async () => {},
): Promise<number> {
  const counts: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    await before();
    counts.push(await countStatements(client, act));
  }
  return Math.min(...counts);
}
