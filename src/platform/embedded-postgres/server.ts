/**
 * One run of PostgreSQL on a cluster: spawned by this process, or adopted, that is, found running
 * because the process that spawned it was killed.
 *
 * PostgreSQL writes postmaster.pid into its cluster: its process id in line 1, its port in line 4
 * (since 9.1).
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { backoffMs } from '../backoff.ts';
import { type Cluster, DATABASE_USER, logTail } from './cluster.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { isRunning, workingFolder } from './running-process.ts';

const READY_TIMEOUT_MS = 10_000;
/**
 * After a crash the server first replays its write-ahead log and refuses connections with a code of
 * its own; that is work, not a hang.
 */
const RECOVERY_TIMEOUT_MS = 120_000;
/**
 * Processes of a killed server hold its shared memory for a moment, and no new server starts until
 * they are gone.
 */
const RETRY_FOR_MS = 2_000;
const FAST_SHUTDOWN_MS = 5_000;
const POLL_MS = 20;
const ADOPTED_POLL_MS = 200;
/** The largest possible process id, which no system assigns. */
const NO_PROCESS = 2_147_483_647;
const CANNOT_CONNECT_NOW = '57P03';

/** A run of PostgreSQL; `port` is on 127.0.0.1. */
export interface Server {
  pid: number;
  port: number;
  adopted: boolean;
  hasExited(): boolean;
  /** Resolves when the process is gone, however it ended. */
  exited: Promise<void>;
}

/** How to start a run. */
export interface StartOptions {
  /** Further server settings, by name. */
  settings: Record<string, string>;
  /** 0 takes a free one. */
  port: number;
  signal: AbortSignal;
}

/**
 * Resolves when the server accepts connections. Throws an EmbeddedPostgresError with the end of its
 * log when it does not start.
 */
export async function startServer(cluster: Cluster, options: StartOptions): Promise<Server> {
  const giveUpAt = Date.now() + RETRY_FOR_MS;
  for (let failures = 1; ; failures += 1) {
    options.signal.throwIfAborted();
    await disownPostmasterFile(cluster.folder);
    const server = await spawnServer(cluster, options);
    const outcome = await waitUntilReady(server, cluster.password, options.signal);
    if (outcome === 'ready') return server;
    if (outcome !== 'exited') await stopServer(server, cluster);
    if (outcome !== 'exited' || Date.now() > giveUpAt) {
      throw new EmbeddedPostgresError(
        `PostgreSQL did not start (${outcome}). The end of ${cluster.logFile}:\n${await logTail(cluster)}`,
      );
    }
    await sleep(backoffMs(failures, { firstMs: 50, longestMs: 400 }));
  }
}

/**
 * The server that already runs on this cluster, once it accepts connections; null when there is
 * none. Throws an EmbeddedPostgresError when it can't be used.
 */
export async function adoptServer(cluster: Cluster, signal: AbortSignal): Promise<Server | null> {
  const found = await findServer(cluster.folder);
  if (!found) return null;
  const server = { ...found, adopted: true, ...pollForExit(found.pid) };
  const outcome = await waitUntilReady(server, cluster.password, signal);
  if (outcome === 'ready') return server;
  if (outcome === 'exited') return null;
  throw new EmbeddedPostgresError(
    `The PostgreSQL process ${found.pid}, left running on ${cluster.folder} by a killed process, cannot be used (${outcome}). Stop it and start again.`,
  );
}

/** The live server of a cluster, which may not accept connections yet; null when there is none. */
export async function findServer(folder: string): Promise<{ pid: number; port: number } | null> {
  const lines = (await readFile(postmasterFile(folder), 'utf8').catch(() => '')).split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid && port && isRunning(pid) && (await isServerOf(folder, { pid, port }))
    ? { pid, port }
    : null;
}

/**
 * PostgreSQL does not start while the process named in its file exists, even if the id now belongs
 * to another program or to a zombie that is never reaped. Only the id is replaced: the file also
 * guards the memory that children of a killed server may still use.
 */
async function disownPostmasterFile(folder: string): Promise<void> {
  const content = await readFile(postmasterFile(folder), 'utf8').catch(() => '');
  if (content === '' || (await findServer(folder))) return;
  await writeFile(postmasterFile(folder), content.replace(/^\d+/, String(NO_PROCESS)));
}

/**
 * A server has its cluster as working folder from the start; where the system does not provide
 * that, a server that responds is accepted.
 */
async function isServerOf(
  folder: string,
  { pid, port }: { pid: number; port: number },
): Promise<boolean> {
  const worksIn = workingFolder(pid);
  return worksIn === null ? accepts(port) : worksIn === folder;
}

function postmasterFile(folder: string): string {
  return join(folder, 'postmaster.pid');
}

/**
 * A fast shutdown: transactions are rolled back, connections closed, everything written. After 5 s
 * the server is told to quit at once, and after 5 more it is killed; then it replays its log at the
 * next start.
 */
export async function stopServer(server: Server, cluster: Cluster): Promise<void> {
  if (server.hasExited()) return;
  if (process.platform === 'win32') {
    await promisify(execFile)(cluster.binaries.pgCtl, [
      'stop',
      '-D',
      cluster.folder,
      '-m',
      'fast',
      '-t',
      '5',
    ]).catch(() => {});
  } else {
    signalServer(server, 'SIGINT');
  }
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    const timer = new AbortController();
    const gone = await Promise.race([
      server.exited.then(() => true),
      sleep(FAST_SHUTDOWN_MS, false, { signal: timer.signal }).catch(() => false),
    ]);
    timer.abort();
    if (gone) return;
    signalServer(server, signal);
  }
}

function signalServer(server: Server, signal: NodeJS.Signals): void {
  try {
    process.kill(server.pid, signal);
  } catch {
    // It has already ended.
  }
}

/**
 * In a separate session: Ctrl-C in a terminal reaches every process of the terminal's session, and
 * would stop the database before this process has finished its requests.
 */
async function spawnServer(cluster: Cluster, options: StartOptions): Promise<Server> {
  const port = options.port || (await freePort());
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    // Failed statements would put people's data into the log: ERROR is below LOG here, DETAIL shows
    // values.
    log_min_messages: 'log',
    log_error_verbosity: 'terse',
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = openSync(cluster.logFile, 'a');
  const child = spawn(
    cluster.binaries.postgres,
    ['-D', cluster.nameForServer, '-p', String(port), ...flags],
    {
      cwd: cluster.folder,
      detached: true,
      stdio: ['ignore', log, log],
      ...cluster.runAs,
    },
  );
  closeSync(log);
  child.unref();
  return { pid: child.pid ?? 0, port, adopted: false, ...exitOf(child) };
}

function exitOf(child: ChildProcess): Pick<Server, 'hasExited' | 'exited'> {
  let gone = false;
  const exited = new Promise<void>((resolve) => {
    const settle = () => {
      gone = true;
      resolve();
    };
    child.once('exit', settle);
    child.once('error', settle);
  });
  return { exited, hasExited: () => gone };
}

/** The system does not report the end of a process that is not a child of this one. */
function pollForExit(pid: number): Pick<Server, 'hasExited' | 'exited'> {
  const exited = new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (isRunning(pid)) return;
      clearInterval(timer);
      resolve();
    }, ADOPTED_POLL_MS);
    timer.unref();
  });
  return { exited, hasExited: () => !isRunning(pid) };
}

/** Resolves to "ready", or to what is wrong. */
async function waitUntilReady(
  server: Server,
  password: string,
  signal: AbortSignal,
): Promise<string> {
  const startedAt = Date.now();
  for (;;) {
    if (server.hasExited()) return 'exited';
    if (signal.aborted) return 'stopped while starting';
    const problem = await tryToConnect(server.port, password);
    if (!problem) return 'ready';
    const limitMs = problem.code === CANNOT_CONNECT_NOW ? RECOVERY_TIMEOUT_MS : READY_TIMEOUT_MS;
    if (Date.now() - startedAt > limitMs)
      return `no connection within ${limitMs / 1000} s: ${problem.message}`;
    await sleep(POLL_MS);
  }
}

async function tryToConnect(
  port: number,
  password: string,
): Promise<{ code: string; message: string } | null> {
  const client = new pg.Client({
    ...{ host: '127.0.0.1', port, user: DATABASE_USER, password, database: 'postgres' },
    ssl: false,
    connectionTimeoutMillis: 1_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { code, message: error instanceof Error ? error.message : String(error) };
  } finally {
    await client.end().catch(() => {});
  }
}

async function accepts(port: number): Promise<boolean> {
  const problem = await tryToConnect(port, '');
  return problem === null || problem.code !== 'ECONNREFUSED';
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
