/**
 * `node scripts/with-node.mjs scripts/new-migration.ts NAME` writes prisma/migrations/<UTC
 * time>_<NAME>/migration.sql: what prisma/schema.prisma has and the migrations have not. Read it
 * before committing it, and add by hand what the schema language cannot say.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/index.ts';
import { diffSchema } from './schema-diff.ts';

const PROJECT = join(import.meta.dirname, '..');
const MIGRATIONS = join(PROJECT, 'prisma', 'migrations');
const QUIET = { info() {}, warn: console.warn, error: console.error };

process.exitCode = await main();

async function main(): Promise<number> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const name = positionals.join('_').toLowerCase();
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    console.error(
      'Usage: new-migration NAME, where NAME is of letters, digits and underscores, such as add_contact_phone',
    );
    return 1;
  }
  const sql = await findDifference();
  if (!sql) {
    console.log('prisma/schema.prisma has nothing that the migrations have not.');
    return 0;
  }
  const folder = join(MIGRATIONS, `${utcTimestamp()}_${name}`);
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(MIGRATIONS, 'migration_lock.toml'),
    '# Read by Prisma only.\nprovider = "postgresql"\n',
  );
  await writeFile(join(folder, 'migration.sql'), sql);
  console.log(relative(process.cwd(), join(folder, 'migration.sql')));
  return 0;
}

async function findDifference(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sheaf-new-migration-'));
  try {
    const postgres = await startEmbeddedPostgres({
      dataDir,
      log: QUIET,
      settings: { fsync: 'off' },
    });
    try {
      return await diffSchema({
        shadowDatabaseUrl: postgres.adminUrl,
        migrationsDir: MIGRATIONS,
        schemaPath: join(PROJECT, 'prisma', 'schema.prisma'),
      });
    } finally {
      await postgres.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** 20261122093000, as Prisma names its folders. */
function utcTimestamp(): string {
  return new Date().toISOString().replace(/\D/g, '').slice(0, 14);
}
