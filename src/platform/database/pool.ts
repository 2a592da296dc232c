/**
 * The connections to PostgreSQL. Everything that the process sends goes through `SheafClient.query`,
 * where statements are counted, timed, traced and, when slow, logged with their text but without their values.
 */
import pg from 'pg';
import type { Log } from '../log.ts';
import { sqlSeconds } from '../metrics.ts';
import { SECOND } from '../time.ts';
import { databaseTrace } from '../tracing.ts';
import { currentStatistics, isTransactionControl } from './statements.ts';

export interface PoolOptions {
  url: string;
  size: number;
  /** Server-side limit of one statement in milliseconds; 0 is none. */
  statementTimeoutMs: number;
  /** Server-side limit of one wait for a lock in milliseconds; none unless given. */
  lockTimeoutMs?: number;
  slowQueryMs: number;
  /** Refuses writes, whatever the server would say. */
  readOnly?: boolean;
  log: Log;
}

/** Dates and timestamps stay the text that they came as (a Date each cost 7 % of a list's CPU); numeric and bigint are numbers. */
const PARSERS = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.DATE, asText],
  [pg.types.builtins.TIMESTAMPTZ, asText],
  [pg.types.builtins.NUMERIC, Number],
  [pg.types.builtins.INT8, Number],
]);

function asText(text: string): string {
  return text;
}

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') => PARSERS.get(oid) ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** From which similarity on `%` finds a word: two letters swapped in a word of five leave 0.2. */
const SESSION = '-c TimeZone=UTC -c pg_trgm.similarity_threshold=0.2';

/** A pool whose idle clients may lose their connection without harm, and which counts every statement once. */
export function createPool(options: PoolOptions): pg.Pool {
  const pool = new CountingPool({
    connectionString: options.url,
    max: options.size,
    connectionTimeoutMillis: 2 * SECOND,
    idleTimeoutMillis: 30 * SECOND,
    statement_timeout: options.statementTimeoutMs || undefined,
    lock_timeout: options.lockTimeoutMs,
    // A frozen server never answers, so the client gives up as well, a little later than the server would.
    query_timeout: options.statementTimeoutMs ? options.statementTimeoutMs + SECOND : undefined,
    keepAlive: true,
    application_name: 'sheaf',
    options: SESSION + (options.readOnly ? ' -c default_transaction_read_only=on' : ''),
    types,
    Client: clientClass(options),
  });
  // Without a listener an idle client's error ends the process when PostgreSQL restarts.
  pool.on('error', (error) => options.log.warn({ reason: error.message }, 'an idle database connection was lost'));
  // The same holds for a client that a transaction has, between two of its statements: its next statement fails.
  pool.on('connect', (client) => client.on('error', (error) => options.log.warn({ reason: error.message }, 'a database connection was lost')));
  return pool;
}

/** Waits for a client itself: the pool's own `query` would run in the async context of whoever freed the client. */
class CountingPool extends pg.Pool {
  override query = (async (...args: Parameters<pg.ClientBase['query']>) => {
    const client = await this.connect();
    try {
      const result = await (client.query as (...query: unknown[]) => Promise<unknown>)(...args);
      client.release();
      return result;
    } catch (error) {
      client.release(isConnectionLost(error) ? (error as Error) : undefined);
      throw error;
    }
  }) as unknown as pg.Pool['query'];
}

/** Whether the connection itself is no longer of use after this error. */
function isConnectionLost(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? '';
  if (code === '57014') return false; // statement_timeout: the server cancelled the statement, the session lives
  const message = error instanceof Error ? error.message : '';
  return /^(08|57P0|E[A-Z]+$)/.test(code) || /terminat|not queryable|timeout|closed/i.test(message);
}

function clientClass(options: PoolOptions): new (config?: string | pg.ClientConfig) => pg.Client {
  return class SheafClient extends pg.Client {
    override query = ((...args: unknown[]) => {
      const run = super.query as (...query: unknown[]) => unknown;
      const text = typeof args[0] === 'string' ? args[0] : ((args[0] as { text?: string } | undefined)?.text ?? '');
      if (typeof args.at(-1) === 'function' || isTransactionControl(text)) return run.apply(this, args);
      return observed(options, text, () => run.apply(this, args) as Promise<pg.QueryResult>);
    }) as pg.Client['query'];
  };
}

async function observed(options: PoolOptions, text: string, run: () => Promise<pg.QueryResult>): Promise<pg.QueryResult> {
  const statistics = currentStatistics();
  if (statistics) statistics.statements += 1;
  const startedAt = performance.now();
  try {
    return await databaseTrace(text, run);
  } finally {
    const milliseconds = performance.now() - startedAt;
    if (statistics) statistics.milliseconds += milliseconds;
    sqlSeconds.observe(milliseconds / SECOND);
    if (milliseconds >= options.slowQueryMs) options.log.warn({ statement: text, ms: Math.round(milliseconds) }, 'slow statement');
  }
}
