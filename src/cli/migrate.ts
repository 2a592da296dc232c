/**
 * `npm run migrate` applies the pending migrations, one process at a time; with `-- --status` it
 * only lists all of them.
 */
import { migrate, migrationStatus } from '../platform/database/migrate.ts';
import { SECOND } from '../platform/time.ts';
import { MIGRATIONS_FOLDER } from '../project.ts';
import {
  print,
  reaching,
  readSettingsWithoutTokens,
  runCommand,
  withDatabaseUrl,
} from './command.ts';

const COMMAND = {
  usage: ['npm run migrate', 'npm run migrate -- --status'],
  about:
    'Applies the pending migrations to the database of DATABASE_URL, or to the embedded one. Several may run at once: each\nwaits for the one before. A migration is applied whole or not at all.',
  options: {
    status: { type: 'boolean', default: false, meaning: 'lists all migrations and applies none' },
  },
  examples: ['DATABASE_URL=postgres://sheaf:secret@localhost/sheaf npm run migrate'],
} as const;

await runCommand(COMMAND, async ({ values }) => {
  await withDatabaseUrl(readSettingsWithoutTokens(), (url) =>
    reaching(() => (values.status ? listMigrations(url) : applyMigrations(url))),
  );
});

async function listMigrations(url: string): Promise<void> {
  const migrations = await migrationStatus(url, MIGRATIONS_FOLDER);
  const width = Math.max(0, ...migrations.map(({ name }) => name.length));
  for (const { name, appliedAt } of migrations)
    print(`${name.padEnd(width)}  ${appliedAt ? `applied ${appliedAt.toISOString()}` : 'pending'}`);
}

async function applyMigrations(url: string): Promise<void> {
  const log = {
    info: (values: Values, message: string) => print(lineOf(values, message)),
  };
  const applied = await migrate(url, { migrationsDir: MIGRATIONS_FOLDER, log });
  if (applied.length === 0) print('Nothing to do: every migration is applied.');
}

type Values = Partial<Record<'migration' | 'number' | 'of' | 'ms', unknown>>;

/** The message itself where it is about no migration. */
function lineOf({ migration, number, of, ms }: Values, message: string): string {
  if (migration === undefined) return message;
  const verb = message === 'migration applied' ? 'applied' : 'applying';
  return `${verb} ${migration} (${number} of ${of}, ${(Number(ms) / SECOND).toFixed(1)} s)`;
}
