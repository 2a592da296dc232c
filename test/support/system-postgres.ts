/** A PostgreSQL of the machine's own programs, which has pg_dump and pg_restore beside it. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, globSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { eventually } from './live.ts';

const PROGRAMS = ['initdb', 'postgres', 'pg_dump', 'pg_restore'];
/** PostgreSQL does not run as root. */
const NOBODY = 65_534;
const OLDEST = 15;

const FOLDER = [
  ...(process.env['PATH'] ?? '').split(delimiter),
  ...globSync('/usr/lib/postgresql/*/bin/postgres').map((program) => dirname(program)),
].find((folder) => PROGRAMS.every((name) => existsSync(join(folder, name))) && isNew(folder));

/** Why tests of backups are skipped here; undefined where they can run. */
export const NO_SYSTEM_POSTGRES: string | undefined = FOLDER
  ? undefined
  : `no PostgreSQL ${OLDEST} or newer with ${PROGRAMS.join(', ')} is installed`;

function isNew(folder: string): boolean {
  const version = execFileSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' });
  return Number(/ (\d+)/.exec(version)?.[1]) >= OLDEST;
}

export interface SystemPostgres {
  /** Makes an empty database, and returns its URL. */
  createDatabase: (name: string) => Promise<string>;
  dump: (url: string, file: string) => Promise<void>;
  /** Fails unless all of it could be restored. */
  restore: (file: string, url: string) => Promise<void>;
  stop: () => Promise<void>;
}

export async function startSystemPostgres(): Promise<SystemPostgres> {
  const program = (name: string) => join(FOLDER ?? '', name);
  const run = promisify(execFile);
  const folder = await mkdtemp(join(tmpdir(), 'sheaf-system-postgres-'));
  const isRoot = process.getuid?.() === 0;
  const owner = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  await run(
    program('initdb'),
    ['-D', folder, '-U', 'sheaf', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    { ...owner, cwd: folder },
  );
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    max_connections: '150',
  };
  const server = spawn(
    program('postgres'),
    [
      ...['-D', folder, '-p', String(port)],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...owner, cwd: folder, stdio: 'ignore' },
  );
  const urlOf = (name: string) => `postgres://sheaf@127.0.0.1:${port}/${name}`;
  const asAdmin = async (sql: string) => {
    const client = new pg.Client({ connectionString: urlOf('postgres') });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await eventually('PostgreSQL is ready', () =>
    asAdmin('select 1').then(
      () => true,
      () => false,
    ),
  );
  return {
    createDatabase: async (name) => {
      await asAdmin(`create database ${name}`);
      return urlOf(name);
    },
    dump: async (url, file) => {
      await run(program('pg_dump'), ['--format', 'custom', '--file', file, url]);
    },
    restore: async (file, url) => {
      await run(program('pg_restore'), ['--exit-on-error', '--no-owner', '--dbname', url, file]);
    },
    stop: async () => {
      const gone = once(server, 'exit');
      server.kill('SIGINT');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
