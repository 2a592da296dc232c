/** A migrated, empty database for one test file: a clone of the run's template. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';

const TEMPLATE_DATABASE = 'sheaf_template';
const TEMPLATE_BUSY = '55006';
const BUSY_FOR_MS = 20_000;

export interface TestDatabase {
  url: string;
  /** Ends the connections that are left. */
  drop(): Promise<void>;
}

/**
 * 0.05 s. `template` may name another database of the run's server: "template0" is one without any
 * table.
 */
export async function createTestDatabase(
  template: string = TEMPLATE_DATABASE,
): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const giveUpAt = Date.now() + BUSY_FOR_MS;
  for (;;) {
    try {
      await runAsAdmin(`create database ${name} template ${template}`);
      break;
    } catch (error) {
      const isBusy = error instanceof pg.DatabaseError && error.code === TEMPLATE_BUSY;
      if (!isBusy || Date.now() > giveUpAt) throw error;
      await sleep(100);
    }
  }
  const url = new URL(inject('postgresAdminUrl'));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => runAsAdmin(`drop database if exists ${name} with (force)`) };
}

async function runAsAdmin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresAdminUrl') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
