/**
 * The connections to PostgreSQL. Everything that the process sends goes through
 * `SheafClient.query`, where statements are counted, limited, timed, traced and, when slow, logged
 * with their text but without their values.
 */
import type { Socket } from 'node:net';
import pg from 'pg';
import type { Log } from '../log.ts';
import { sqlSeconds } from '../metrics.ts';
import { SECOND } from '../time.ts';
import { databaseTrace } from '../tracing.ts';
import {
  countBytes,
  countStatement,
  currentStatistics,
  isTransactionControl,
  type StatementStatistics,
} from './statements.ts';

/** Where to connect, and the limits of each session. */
export interface PoolOptions {
  url: string;
  size: number;
  /** How long a connection may take to be there, in milliseconds; 2,000 when absent. */
  connectTimeoutMs?: number;
  /** Server-side limit of one statement in milliseconds; 0 means none. */
  statementTimeoutMs: number;
  /** Server-side limit of one wait for a lock in milliseconds; none unless given. */
  lockTimeoutMs?: number;
  slowQueryMs: number;
  /** Makes every session read-only, whatever the server allows. */
  readOnly?: boolean;
  log: Log;
}

/**
 * Dates and timestamps stay text as received (making Dates took 7 % of a list's CPU); numeric and
 * bigint become numbers.
 */
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
  getTypeParser: ((oid: number, format?: 'text') =>
    PARSERS.get(oid) ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** The similarity from which `%` matches: a word of five letters with two swapped still has 0.2. */
const SESSION = '-c TimeZone=UTC -c pg_trgm.similarity_threshold=0.2';

const CONNECT_TIMEOUT_MS = 2 * SECOND;
/**
 * A process that is frozen between two statements of a transaction holds its locks no longer than
 * this; the server then rolls the transaction back.
 */
const MAX_IDLE_IN_TRANSACTION_MS = 20 * SECOND;

/** A pool that survives the loss of idle connections and counts every statement once. */
export function createPool(options: PoolOptions): pg.Pool {
  const pool = new CountingPool({
    connectionString: options.url,
    max: options.size,
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30 * SECOND,
    statement_timeout: options.statementTimeoutMs || undefined,
    lock_timeout: options.lockTimeoutMs,
    idle_in_transaction_session_timeout: MAX_IDLE_IN_TRANSACTION_MS,
    // A frozen server never responds, so the client gives up as well, a little later than the
    // server would.
    query_timeout: options.statementTimeoutMs ? options.statementTimeoutMs + SECOND : undefined,
    keepAlive: true,
    application_name: 'sheaf',
    options: SESSION + (options.readOnly ? ' -c default_transaction_read_only=on' : ''),
    types,
    Client: clientClass(options),
  });
  // Without a listener an idle client's error ends the process when PostgreSQL restarts.
  pool.on('error', (error) =>
    options.log.warn({ reason: error.message }, 'an idle database connection was lost'),
  );
  // The same holds for a client in a transaction, between two of its statements; its next statement
  // fails.
  pool.on('connect', (client) =>
    client.on('error', (error) =>
      options.log.warn({ reason: error.message }, 'a database connection was lost'),
    ),
  );
  return pool;
}

/**
 * Waits for a client itself: the pool's own `query` would run in the async context of the code that
 * released the client.
 */
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

/** Whether this error makes the connection itself unusable. */
function isConnectionLost(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? '';
  if (code === '57014') return false; // statement_timeout: only the statement was cancelled
  const message = error instanceof Error ? error.message : '';
  return /^(08|57P0|E[A-Z]+$)/.test(code) || /terminat|not queryable|timeout|closed/i.test(message);
}

function clientClass(options: PoolOptions): new (config?: string | pg.ClientConfig) => pg.Client {
  return class SheafClient extends pg.Client {
    readonly #bytes = countingBytes(this);

    override query = ((...args: unknown[]) => {
      const run = super.query as (...query: unknown[]) => unknown;
      const text =
        typeof args[0] === 'string'
          ? args[0]
          : ((args[0] as { text?: string } | undefined)?.text ?? '');
      const statistics = currentStatistics();
      this.#bytes.countFor(statistics);
      if (typeof args.at(-1) === 'function' || isTransactionControl(text))
        return run.apply(this, args);
      return observed(
        { options, text, statistics },
        () => run.apply(this, args) as Promise<pg.QueryResult>,
      );
    }) as pg.Client['query'];
  };
}

/**
 * Counts the bytes that a connection receives for the request that uses it, which pg does not
 * report. For a request over its limit the connection is closed: otherwise PostgreSQL would send
 * the rest of the rows, and pg would keep them. Only an attack gets there, and a new connection
 * takes 5 ms.
 */
function countingBytes(client: pg.Client) {
  let statistics: StatementStatistics | undefined;
  // Not before, because TLS replaces the stream.
  client.once('connect', () => {
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
    stream.on('data', (chunk: Buffer) => {
      const refusal = statistics && countBytes(statistics, chunk.length);
      if (refusal) stream.destroy(refusal);
    });
  });
  return {
    countFor: (request: StatementStatistics | undefined) => {
      statistics = request;
    },
  };
}

interface Statement {
  options: PoolOptions;
  text: string;
  statistics: StatementStatistics | undefined;
}

async function observed(
  { options, text, statistics }: Statement,
  run: () => Promise<pg.QueryResult>,
): Promise<pg.QueryResult> {
  if (statistics) countStatement(statistics);
  const startedAt = performance.now();
  try {
    return await databaseTrace(text, run);
  } catch (error) {
    throw statistics?.refusal ?? error;
  } finally {
    const milliseconds = performance.now() - startedAt;
    if (statistics) statistics.milliseconds += milliseconds;
    sqlSeconds.observe(milliseconds / SECOND);
    if (milliseconds >= options.slowQueryMs)
      options.log.warn({ statement: text, ms: Math.round(milliseconds) }, 'slow statement');
  }
}
