/**
 * One PostgreSQL for the whole run, with one migrated database, `sheaf_template`, that test files
 * clone (database.ts). What a crash would lose does not matter here, so nothing is synced to disk.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { readConfig } from '../../src/platform/config.ts';
import { migrate } from '../../src/platform/database/migrate.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/index.ts';
import { isRunning } from '../../src/platform/embedded-postgres/running-process.ts';
import { Jobs } from '../../src/platform/jobs/jobs.ts';
import { createLog } from '../../src/platform/log.ts';
import { JOBS, SCHEDULES } from '../../src/worker/jobs.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The database `postgres` of the run's server, as a user that may do everything. */
    postgresAdminUrl: string;
  }
}

const TEMPLATE_DATABASE = 'sheaf_template';

const FOLDER_PREFIX = 'sheaf-test-';
const QUIET = { info() {}, warn: console.warn, error: console.error };
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  shared_preload_libraries: 'pg_stat_statements',
};

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftOvers();
  const dataDir = await mkdtemp(join(tmpdir(), `${FOLDER_PREFIX}${process.pid}-`));
  const postgres = await startEmbeddedPostgres({ dataDir, log: QUIET, settings: SETTINGS });
  const tearDown = async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await makeTemplate(postgres.adminUrl);
  } catch (error) {
    await tearDown();
    throw error;
  }
  project.provide('postgresAdminUrl', postgres.adminUrl);
  return tearDown;
}

/** A killed run leaves its server running and its folder behind. */
async function removeLeftOvers(): Promise<void> {
  const pattern = new RegExp(`^${FOLDER_PREFIX}(\\d+)-`);
  for (const name of await readdir(tmpdir())) {
    const pid = pattern.exec(name)?.[1];
    if (!pid || isRunning(Number(pid))) continue;
    const dataDir = join(tmpdir(), name);
    const adopted = await startEmbeddedPostgres({ dataDir, log: QUIET }).catch(() => null);
    await adopted?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/**
 * No connections are allowed to it afterwards: a database is not cloned while somebody is connected
 * to it.
 */
async function makeTemplate(adminUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`create database ${TEMPLATE_DATABASE}`);
    const url = new URL(adminUrl);
    url.pathname = `/${TEMPLATE_DATABASE}`;
    await migrate(url.href, {
      migrationsDir: join(import.meta.dirname, '../../prisma/migrations'),
      log: QUIET,
    });
    await installJobs(url.href);
    await admin.query(
      `alter database ${TEMPLATE_DATABASE} with is_template true allow_connections false`,
    );
  } finally {
    await admin.end();
  }
}

/** Makes the queues once instead of in every test file, where it would take half a second. */
async function installJobs(url: string): Promise<void> {
  const config = readConfig({ DATABASE_URL: url, AUTH_SECRET: 'x'.repeat(32) });
  const jobs = await Jobs.start({
    url,
    config,
    log: createLog('silent'),
    queues: JOBS,
    timetables: SCHEDULES,
    works: false,
  });
  await jobs.stop();
}
