/** The run-time migrator, on a database without any table, and the migrations of this code. */
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { diffFunctions } from '../../scripts/function-diff.ts';
import { diffSchema } from '../../scripts/schema-diff.ts';
import {
  migrate,
  migrationStatus,
  pendingMigrations,
} from '../../src/platform/database/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const QUIET = { info() {} };
const PRISMA = join(import.meta.dirname, '../../prisma');
const FIRST = '20260101000000_first';
const SECOND = '20260102000000_second';

let folder: string;
let database: TestDatabase;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sheaf-migrations-'));
  database = await createTestDatabase('template0');
});

afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('migrating', () => {
  test('applies every file once, in the order of the names', async () => {
    await write(SECOND, 'alter table note add column body text');
    await write(FIRST, 'create table note (id int)');
    expect(await run()).toEqual([FIRST, SECOND]);
    expect(await run()).toEqual([]);
  });

  test('applies each file once when several start at once', async () => {
    await write(FIRST, 'create table note (id int); select pg_sleep(0.2)');
    await write(SECOND, 'alter table note add column body text');
    const applied = await Promise.all([run(), run(), run(), run()]);
    expect(applied.flat()).toEqual([FIRST, SECOND]);
  });

  test('leaves nothing of a file that fails, and keeps those before it', async () => {
    await write(FIRST, 'create table note (id int)');
    await write(SECOND, 'create table half (id int);\ninsert into nowhere values (1)');
    await expect(run()).rejects.toThrow(
      `${SECOND} failed and left nothing behind: relation "nowhere" does not exist (line 2)`,
    );
    expect(
      await query(
        "select to_regclass('note') is not null as note, to_regclass('half') is not null as half",
      ),
    ).toEqual([{ note: true, half: false }]);
    expect(await pendingMigrations(database.url, folder)).toEqual([SECOND]);
  });

  test('applies a file that failed once it is mended', async () => {
    await write(FIRST, 'create table note (id int');
    await run().catch(() => {});
    await write(FIRST, 'create table note (id int)');
    expect(await run()).toEqual([FIRST]);
  });

  test('refuses a file that was changed after it was applied', async () => {
    await write(FIRST, 'create table note (id int)');
    await run();
    await write(FIRST, 'create table note (id bigint)');
    await expect(run()).rejects.toThrow(`${FIRST} was changed`);
    await expect(pendingMigrations(database.url, folder)).rejects.toThrow(`${FIRST} was changed`);
  });

  test('does not take another kind of line end for a change', async () => {
    await write(FIRST, 'create table note (id int);\n-- end\n');
    await run();
    await write(FIRST, 'create table note (id int);\r\n-- end\r\n');
    expect(await run()).toEqual([]);
  });

  test('refuses a database that has a migration which this code does not know', async () => {
    await write(FIRST, 'create table note (id int)');
    await run();
    await rm(join(folder, FIRST), { recursive: true });
    await expect(run()).rejects.toThrow(`${FIRST}, which this code does not know`);
  });

  test('refuses a migration that Prisma began and did not finish', async () => {
    const sql = 'create table note (id int)';
    await write(FIRST, sql);
    await write(SECOND, 'select 1');
    await run();
    await query(
      `update _prisma_migrations set finished_at = null where migration_name = '${SECOND}'`,
    );
    await expect(run()).rejects.toThrow(`${SECOND} was started by another tool and not finished`);
  });

  test("waits longer than the server's statement time-out", async () => {
    await query(
      "do $$ begin execute format('alter database %I set statement_timeout = 100', current_database()); end $$",
    );
    await write(FIRST, 'select pg_sleep(0.3)');
    expect(await run()).toEqual([FIRST]);
  });

  test('writes the history as Prisma does', async () => {
    const sql = 'create table note (id int)';
    await write(FIRST, sql);
    await run();
    const [row] = await query(
      'select *, finished_at >= started_at as finished from _prisma_migrations',
    );
    expect(row).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      migration_name: FIRST,
      checksum: createHash('sha256').update(sql).digest('hex'),
      finished: true,
      applied_steps_count: 1,
      logs: null,
      rolled_back_at: null,
    });
  });
});

test('the status lists what is applied and what is pending', async () => {
  await write(FIRST, 'create table note (id int)');
  expect(await migrationStatus(database.url, folder)).toEqual([{ name: FIRST, appliedAt: null }]);
  await run();
  await write(SECOND, 'select 1');
  expect(await migrationStatus(database.url, folder)).toEqual([
    { name: FIRST, appliedAt: expect.any(Date) },
    { name: SECOND, appliedAt: null },
  ]);
});

describe('the schema', () => {
  const schemaPath = join(PRISMA, 'schema.prisma');
  const migrationsDir = join(PRISMA, 'migrations');

  test('is what the migrations lead to', async () => {
    const shadowDatabaseUrl = inject('postgresAdminUrl');
    expect(await diffSchema({ shadowDatabaseUrl, migrationsDir, schemaPath })).toBe('');
  });

  test('with a new column is told apart from the migrations', async () => {
    const changed = join(folder, 'schema.prisma');
    await writeFile(
      changed,
      (await readFile(schemaPath, 'utf8')).replace(
        'model Tenant {',
        'model Tenant {\n  drifted String?',
      ),
    );
    const shadowDatabaseUrl = inject('postgresAdminUrl');
    expect(await diffSchema({ shadowDatabaseUrl, migrationsDir, schemaPath: changed })).toContain(
      '"drifted"',
    );
  });

  test('is told apart from migrations with a further table', async () => {
    const longer = join(folder, 'migrations');
    await cp(migrationsDir, longer, { recursive: true });
    await mkdir(join(longer, '99990101000000_drifted'));
    await writeFile(
      join(longer, '99990101000000_drifted', 'migration.sql'),
      "create table drifted (id int primary key); select ';'",
    );
    const shadowDatabaseUrl = inject('postgresAdminUrl');
    expect(await diffSchema({ shadowDatabaseUrl, migrationsDir: longer, schemaPath })).toContain(
      'DROP TABLE "drifted"',
    );
  });

  test('leaves no database behind when it is compared', async () => {
    const shadowDatabaseUrl = inject('postgresAdminUrl');
    await diffSchema({ shadowDatabaseUrl, migrationsDir, schemaPath });
    expect(await query("select datname from pg_database where datname like 'shadow%'")).toEqual([]);
  });
});

describe('the functions of the database', () => {
  let migrated: TestDatabase;

  beforeEach(async () => {
    migrated = await createTestDatabase();
    await cp(join(PRISMA, 'functions'), folder, { recursive: true });
  });

  afterEach(() => migrated.drop());

  test('are those of prisma/functions', async () => {
    expect(await diffFunctions(migrated.url, folder)).toBe('');
  });

  test('are told apart from a changed file, which is the whole difference', async () => {
    const changed = await edit('workingDays', (sql) => sql.replace('* 5', '* 6'));
    expect(await diffFunctions(migrated.url, folder)).toBe(
      `set local check_function_bodies = off;\n\n${changed}`,
    );
  });

  test('are told apart from a file with another result, and dropped first', async () => {
    const changed = await edit('workingDays', (sql) => sql.replace('integer', 'bigint'));
    expect(await diffFunctions(migrated.url, folder)).toBe(
      `drop function "workingDays"(first date, last date);\n\nset local check_function_bodies = off;\n\n${changed}`,
    );
  });

  test('lack the function of a new file, and drop that of a removed one', async () => {
    await rm(join(folder, 'workingDays.sql'));
    const added = 'create or replace function "one"() returns integer return 1;\n';
    await writeFile(join(folder, 'one.sql'), added);
    expect(await diffFunctions(migrated.url, folder)).toBe(
      `drop function "workingDays"(first date, last date);\n\nset local check_function_bodies = off;\n\n${added}`,
    );
  });

  test('are not compared with a file that has the name of another function', async () => {
    await edit('workingDays', (sql) => sql.replace('workingDays', 'workDays'));
    await expect(diffFunctions(migrated.url, folder)).rejects.toThrow('workingDays');
  });
});

/** Resolves to the new text of a function's file. */
async function edit(name: string, change: (sql: string) => string): Promise<string> {
  const path = join(folder, `${name}.sql`);
  const changed = change(await readFile(path, 'utf8'));
  await writeFile(path, changed);
  return changed;
}

async function write(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, 'migration.sql'), sql);
}

function run(): Promise<string[]> {
  return migrate(database.url, { migrationsDir: folder, log: QUIET });
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
