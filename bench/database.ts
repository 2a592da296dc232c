/**
 * A throw-away PostgreSQL with Sheaf's tables and the benchmark's data; it counts the statements
 * that reach it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../src/platform/database/migrate.ts';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/index.ts';
import { type SeededTenant, seed } from './data.ts';

/** The measured tenant, and one that only makes the tables bigger. */
const TENANTS = [
  { number: 1, organizations: 1_000, contacts: 5_000, packages: 2_000 },
  { number: 2, organizations: 500, contacts: 2_000, packages: 500 },
];

const log = {
  info: () => {},
  warn: (values: object, message: string) => console.warn(message, values),
  error: (values: object, message: string) => console.error(message, values),
};

export interface BenchDatabase {
  url: string;
  version: string;
  tenant: SeededTenant;
  /**
   * Statements without BEGIN and COMMIT that the database ran while `act` ran, of whatever process.
   */
  countStatements(act: () => Promise<void>): Promise<number>;
  stop(): Promise<void>;
}

/** The servers of this run: an interrupted one must not leave them behind. */
const running = new Set<() => Promise<void>>();

export async function stopDatabases(): Promise<void> {
  await Promise.all([...running].map((stop) => stop()));
}

export interface EmptyDatabase {
  url: string;
  /** Connected, for seeding and looking. */
  client: pg.Client;
  stop(): Promise<void>;
}

/** A PostgreSQL of its own with Sheaf's tables; `stop` removes the data too. */
export async function startEmptyDatabase(migrationsDir: string): Promise<EmptyDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'sheaf-bench-'));
  const settings = { shared_preload_libraries: 'pg_stat_statements', max_connections: '200' };
  const server = await startEmbeddedPostgres({ dataDir: folder, log, settings });
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

/** With the data of reading; resolves after some seconds of seeding. */
export async function startDatabase(migrationsDir: string): Promise<BenchDatabase> {
  const { url, client, stop } = await startEmptyDatabase(migrationsDir);
  try {
    const tenant = await seed(client, TENANTS);
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return {
      url,
      version: rows[0]?.server_version ?? 'unknown',
      tenant,
      countStatements: (act) => countStatements(client, act),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Statements without BEGIN and COMMIT that the database ran while `act` ran, of whatever process.
 */
export async function countStatements(
  client: pg.Client,
  act: () => Promise<void>,
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
