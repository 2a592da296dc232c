/**
 * `npm run migrate` applies the pending migrations, one process at a time; with `-- --status` it
 * only lists all of them.
 */
import { parseArgs } from 'node:util';
import { migrate, migrationStatus } from '../platform/database/migrate.ts';
import { MIGRATIONS_FOLDER } from '../project.ts';
import {
  print,
  reaching,
  readSettingsWithoutTokens,
  runCommand,
  withDatabaseUrl,
} from './command.ts';

await runCommand(async () => {
  const { values } = parseArgs({ options: { status: { type: 'boolean', default: false } } });
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
    info: (values: object) => print(`applied ${'migration' in values ? values.migration : ''}`),
  };
  const applied = await migrate(url, { migrationsDir: MIGRATIONS_FOLDER, log });
  if (applied.length === 0) print('Nothing to do: every migration is applied.');
}
