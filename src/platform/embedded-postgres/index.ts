/**
 * The embedded PostgreSQL: the real PostgreSQL programs, run by Sheaf on a data folder, so that
 * `npm start` needs no database.
 *
 * One process owns a data folder at a time and keeps its server alive. A server that ends while its
 * owner runs is started again on the same port. An owner that is killed leaves its server running;
 * the next owner adopts it.
 */
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DATABASE_USER, openCluster, storedPassword } from './cluster.ts';
import { makeDataFolder } from './data-folder.ts';
import { DataFolderInUseError } from './errors.ts';
import { lockFolder } from './folder-lock.ts';
import { adoptServer, findServer, startServer } from './server.ts';
import { type Log, Supervisor } from './supervisor.ts';

export { DataFolderInUseError, EmbeddedPostgresError } from './errors.ts';

const DATABASE = 'sheaf';
const JOIN_TIMEOUT_MS = 10_000;

/** The data folder, and how the server runs. */
export interface EmbeddedPostgresOptions {
  /** Made when missing; nothing is written outside of it. */
  dataDir: string;
  log: Log;
  /**
   * Further server settings, such as { fsync: "off" }. An adopted server keeps those it was started
   * with.
   */
  settings?: Record<string, string>;
}

/** A running server; the URLs include the password. */
export interface EmbeddedPostgres {
  /** The database `sheaf`, as a superuser. */
  url: string;
  /** The database `postgres` of the same server, for creating further databases. */
  adminUrl: string;
  /** Ends every connection and resolves when the server is gone: at most 10 s, usually 0.05 s. */
  stop(): Promise<void>;
}

/**
 * Resolves when the database accepts connections: after 0.5 s with a new folder, 0.1 s with an
 * existing one. Throws a DataFolderInUseError when another live process owns the folder, and an
 * EmbeddedPostgresError when PostgreSQL does not start.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const startedAt = Date.now();
  await makeDataFolder(options.dataDir);
  const dataDir = await realpath(options.dataDir);
  const lock = await lockFolder(dataDir);
  try {
    const cluster = await openCluster(dataDir);
    const settings = options.settings ?? {};
    const signal = new AbortController().signal;
    const server =
      (await adoptServer(cluster, signal)) ??
      (await startServer(cluster, { settings, port: 0, signal }));
    const supervisor = new Supervisor(cluster, { server, settings, log: options.log });
    const urls = urlsOf(server.port, cluster.password);
    try {
      await createDatabase(urls.adminUrl);
    } catch (error) {
      await supervisor.stop();
      throw error;
    }
    const { pid, port, adopted } = server;
    options.log.info(
      { pid, port, adopted, dataDir, ms: Date.now() - startedAt },
      'embedded PostgreSQL is ready',
    );
    return { ...urls, stop: () => supervisor.stop().finally(() => lock.release()) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * For a command that may run next to the server: uses the database of the process that owns the
 * folder, or starts one if there is none. `stop` leaves another process's server alone. Throws as
 * `startEmbeddedPostgres` does.
 */
export async function joinEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const giveUpAt = Date.now() + JOIN_TIMEOUT_MS;
  for (;;) {
    try {
      return await startEmbeddedPostgres(options);
    } catch (error) {
      if (!(error instanceof DataFolderInUseError)) throw error;
      const urls = await urlsOfRunning(await realpath(options.dataDir));
      if (urls) return { ...urls, stop: async () => {} };
      if (Date.now() > giveUpAt) throw error;
    }
    await sleep(100);
  }
}

async function urlsOfRunning(dataDir: string): Promise<{ url: string; adminUrl: string } | null> {
  try {
    const running = await findServer(join(dataDir, 'postgres'));
    if (!running) return null;
    const urls = urlsOf(running.port, await storedPassword(dataDir));
    return (await databaseExists(urls.adminUrl)) ? urls : null;
  } catch {
    // The owner is still creating it.
    return null;
  }
}

function urlsOf(port: number, password: string): { url: string; adminUrl: string } {
  const server = `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}`;
  return { url: `${server}/${DATABASE}`, adminUrl: `${server}/postgres` };
}

async function databaseExists(adminUrl: string): Promise<boolean> {
  return withClient(adminUrl, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [
      DATABASE,
    ]);
    return rowCount === 1;
  });
}

async function createDatabase(adminUrl: string): Promise<void> {
  if (await databaseExists(adminUrl)) return;
  await withClient(adminUrl, (client) => client.query(`create database ${DATABASE}`));
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, ssl: false });
  client.on('error', () => {});
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
