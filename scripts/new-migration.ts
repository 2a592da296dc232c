/**
 * `npm run new-migration -- NAME` writes prisma/migrations/<UTC time>_<NAME>/migration.sql: what
 * prisma/schema.prisma and prisma/functions have that the migrations lack. Read it before you
 * commit it, and add by hand what the schema language cannot say (checks, triggers, partial
 * indexes).
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { UsageError, withCommandLine } from '../src/platform/command-line.ts';
import { withClient } from '../src/platform/database/client.ts';
import { migrate } from '../src/platform/database/migrate.ts';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/index.ts';
import { diffFunctions } from './function-diff.ts';
import { diffSchema } from './schema-diff.ts';

const PRISMA = join(import.meta.dirname, '..', 'prisma');
const MIGRATIONS = join(PRISMA, 'migrations');
const QUIET = { info() {}, warn: console.warn, error: console.error };

const COMMAND = {
  usage: ['npm run new-migration -- NAME'],
  about:
    'Writes a migration with what prisma/schema.prisma and prisma/functions have that the migrations lack. Read it, and add\nby hand what the schema language cannot say.',
  options: {},
  examples: ['npm run new-migration -- add_contact_phone'],
} as const;

await withCommandLine(COMMAND, ({ positionals }) => writeMigration(positionals));

async function writeMigration(words: readonly string[]): Promise<void> {
  const name = words.join('_').toLowerCase();
  if (!/^[a-z][a-z0-9_]*$/.test(name))
    throw new UsageError('Expected a name of letters, digits and underscores.');
  const sql = await findDifference();
  if (!sql) {
    console.log('The migrations already lead to prisma/schema.prisma and prisma/functions.');
    return;
  }
  const folder = join(MIGRATIONS, `${utcTimestamp()}_${name}`);
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(MIGRATIONS, 'migration_lock.toml'),
    '# Read by Prisma only.\nprovider = "postgresql"\n',
  );
  await writeFile(join(folder, 'migration.sql'), sql);
  console.log(relative(process.cwd(), join(folder, 'migration.sql')));
}

/** The SQL that the migrations lack; empty if nothing. */
async function findDifference(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sheaf-new-migration-'));
  try {
    const postgres = await startEmbeddedPostgres({
      dataDir,
      log: QUIET,
      settings: { fsync: 'off' },
    });
    try {
      const schema = await diffSchema({
        shadowDatabaseUrl: postgres.adminUrl,
        migrationsDir: MIGRATIONS,
        schemaPath: join(PRISMA, 'schema.prisma'),
      });
      await migrate(postgres.url, { migrationsDir: MIGRATIONS, log: QUIET });
      // A changed function may need what the schema adds.
      if (schema) await withClient({ url: postgres.url }, (client) => client.query(schema));
      const functions = await diffFunctions(postgres.url, join(PRISMA, 'functions'));
      return [schema, functions].filter((sql) => sql !== '').join('\n');
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
