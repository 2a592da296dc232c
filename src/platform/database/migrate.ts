/**
 * Brings a database to the schema of this code, at run time and on `pg` alone: Prisma's own command
 * downloads an engine.
 *
 * A migration is a folder <timestamp>_<name> with a file migration.sql. Applied migrations are
 * recorded in _prisma_migrations exactly as Prisma does it (table, checksums and advisory lock are
 * Prisma 7's), so that `prisma migrate deploy` agrees.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { SECOND } from '../time.ts';
import { withClient } from './client.ts';

/** Prisma's own lock, so that the two wait for each other. */
const MIGRATION_LOCK = 72_707_369;

const CREATE_HISTORY = `
  create table if not exists _prisma_migrations (
    id varchar(36) primary key not null,
    checksum varchar(64) not null,
    finished_at timestamptz,
    migration_name varchar(255) not null,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`;

/**
 * Applying what is pending cannot bring the database to the schema of this code; the message names
 * the migration.
 */
export class MigrationError extends Error {
  readonly code = 'MIGRATION_FAILED';

  constructor(message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = 'MigrationError';
  }
}

/** Where the migrations are, and where each applied one is logged. */
export interface MigrateOptions {
  migrationsDir: string;
  log: { info(values: object, message: string): void };
}

/** A migration by the name of its folder; `appliedAt` is null while it is pending. */
export interface MigrationStatus {
  name: string;
  appliedAt: Date | null;
}

const SAY_EVERY_MS = 2 * SECOND;

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

interface HistoryRow {
  name: string;
  checksum: string;
  appliedAt: Date | null;
}

/**
 * Applies what is pending and resolves to the names. Concurrent callers wait for each other,
 * without limit. A file is applied whole or not at all; the files before a failing one stay
 * applied. Throws MigrationError.
 */
export async function migrate(databaseUrl: string, options: MigrateOptions): Promise<string[]> {
  const migrations = await readMigrations(options.migrationsDir);
  return withClient({ url: databaseUrl }, async (client) => {
    await client.query(
      'set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0',
    );
    await saying(
      () => options.log.info({}, 'another process is migrating; waiting for it'),
      client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]),
    );
    await client.query(CREATE_HISTORY);
    const applied: string[] = [];
    const pending = selectPending(migrations, await readHistory(client));
    for (const migration of pending) {
      const startedAt = Date.now();
      const progress = () => ({
        migration: migration.name,
        number: applied.length + 1,
        of: pending.length,
        ms: Date.now() - startedAt,
      });
      await saying(
        () => options.log.info(progress(), 'a migration is being applied'),
        apply(client, migration),
      );
      options.log.info(progress(), 'migration applied');
      applied.push(migration.name);
    }
    return applied;
  });
}

/** Says so every two seconds while some work takes long. */
async function saying<T>(say: () => void, work: Promise<T>): Promise<T> {
  const timer = setInterval(say, SAY_EVERY_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Every migration that this code or the database knows, by name, even one that only the database
 * knows.
 */
export async function migrationStatus(
  databaseUrl: string,
  migrationsDir: string,
): Promise<MigrationStatus[]> {
  const migrations = await readMigrations(migrationsDir);
  const history = await withClient({ url: databaseUrl }, readHistory);
  const appliedAt = new Map(history.map((row) => [row.name, row.appliedAt]));
  const names = new Set([...migrations.map(({ name }) => name), ...appliedAt.keys()]);
  return [...names].sort().map((name) => ({ name, appliedAt: appliedAt.get(name) ?? null }));
}

/**
 * The names that `migrate` would apply. Writes nothing; throws the MigrationError that `migrate`
 * would throw before applying any.
 */
export async function pendingMigrations(
  databaseUrl: string,
  migrationsDir: string,
): Promise<string[]> {
  const migrations = await readMigrations(migrationsDir);
  const history = await withClient({ url: databaseUrl }, readHistory);
  return selectPending(migrations, history).map(({ name }) => name);
}

/** In the order of their names; a missing folder holds none. */
async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(names.sort().map((name) => readMigration(folder, name)));
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  const path = join(folder, name, 'migration.sql');
  try {
    // git may write the lines of a text file with \r\n on Windows; the checksum must not depend on
    // it.
    const sql = (await readFile(path, 'utf8')).replaceAll('\r\n', '\n');
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  } catch (cause) {
    throw new MigrationError(
      `Migration ${name} has no readable ${path}. Restore the file, or delete the folder if it was never applied.`,
      { cause },
    );
  }
}

/** Rows that were rolled back are ignored, as by Prisma. */
async function readHistory(client: pg.Client): Promise<HistoryRow[]> {
  const { rows: tables } = await client.query(
    "select to_regclass('_prisma_migrations') is not null as present",
  );
  if (!tables[0].present) return [];
  const { rows } = await client.query<HistoryRow>(
    `select migration_name as name, checksum, finished_at as "appliedAt" from _prisma_migrations
     where rolled_back_at is null order by migration_name`,
  );
  return rows;
}

function selectPending(migrations: Migration[], history: HistoryRow[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum, appliedAt } of history) {
    const migration = known.get(name);
    if (!migration) {
      throw new MigrationError(
        `The database has the migration ${name}, which this code does not know: it belongs to a newer version. Run that version.`,
      );
    }
    if (!appliedAt) {
      throw new MigrationError(
        `Migration ${name} was started by another tool and not finished. Repair the database, then delete its row in _prisma_migrations.`,
      );
    }
    if (checksum !== migration.checksum) {
      throw new MigrationError(
        `Migration ${name} was changed after it was applied (checksum ${checksum} in the database, ${migration.checksum} in the file). ` +
          'Restore the file, and put the change into a new migration.',
      );
    }
    known.delete(name);
  }
  return [...known.values()];
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback').catch(() => {});
    throw new MigrationError(
      `Migration ${name} failed and left nothing behind: ${describe(cause, sql)}`,
      { cause },
    );
  }
}

/** PostgreSQL counts characters; people count lines. */
function describe(error: unknown, sql: string): string {
  if (!(error instanceof pg.DatabaseError))
    return error instanceof Error ? error.message : String(error);
  const line = error.position
    ? ` (line ${sql.slice(0, Number(error.position)).split('\n').length})`
    : '';
  return `${error.message}${line}`;
}
