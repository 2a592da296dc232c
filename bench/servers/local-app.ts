/**
 * Sheaf within the benchmark's own process, to call its rules and to see its statements with their
 * values.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type pg from 'pg';
import { type App, startApp } from '../../src/app.ts';
import { readConfig } from '../../src/platform/config.ts';
import { createLog } from '../../src/platform/log.ts';
import type { DemoBench } from '../demo.ts';
import { sheafEnvironment } from './sheaf.ts';

/** Serves the API but runs no jobs. The caller stops it. */
export async function startLocalApp({ databaseUrl }: Pick<DemoBench, 'databaseUrl'>): Promise<App> {
  const config = readConfig({ ...sheafEnvironment(databaseUrl), PORT: '0' });
  const log = createLog('error');
  return startApp({
    config: { ...config, DATABASE_URL: databaseUrl },
    log,
    api: true,
    worker: false,
    graphiql: { defaultQuery: '{ __typename }' },
  });
}

export interface RecordedStatement {
  text: string;
  values: unknown[];
}

/**
 * Records the statements that Sheaf sends while `act` runs; `taken` returns those since its last
 * call. Sheaf's driver is another copy than the benchmark's.
 */
export async function recordStatements(
  root: string,
  act: (taken: () => RecordedStatement[]) => Promise<void>,
): Promise<void> {
  const { Client } = createRequire(join(root, 'package.json'))('pg') as typeof pg;
  const { query } = Client.prototype;
  let recorded: RecordedStatement[] = [];
  Client.prototype.query = function record(this: pg.Client, ...args: unknown[]) {
    const [given, values] = args as [string | RecordedStatement, unknown[]?];
    if (typeof given === 'string')
      recorded.push({ text: given, values: Array.isArray(values) ? values : [] });
    else recorded.push({ text: given.text, values: given.values ?? [] });
    return (query as (...all: unknown[]) => unknown).apply(this, args);
  } as typeof query;
  try {
    await act(() => {
      const taken = recorded;
      recorded = [];
      return taken;
    });
  } finally {
    Client.prototype.query = query;
  }
}
