/**
 * Counts the SQL statements of a request, and the bytes that they bring, at the one place where SQL
 * leaves the process, and ends a request that has used up its share. Feeds
 * `extensions.performance`, the request's log line and the metrics too. BEGIN, COMMIT, ROLLBACK and
 * SAVEPOINT are not counted. Jobs and commands have no statistics, hence no limits.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { RequestError } from '../errors.ts';

/** What one request has done to the database so far. */
export interface StatementStatistics {
  statements: number;
  /** Sum of the statements' durations, in milliseconds; parallel statements add up. */
  milliseconds: number;
  /** Reads that a cache of the domains answered. */
  cacheHits: number;
  /**
   * Makes the signal that aborts when nobody waits for the answer any more; asked only by who has
   * to wait for something.
   */
  signal?: () => AbortSignal;
  /** Received from PostgreSQL. */
  bytes: number;
  readonly limits: StatementLimits;
  /** Why the request may read no more, once it is over a limit. */
  refusal: RequestError | null;
}

/** What one request may ask of the database; both are inclusive. */
export interface StatementLimits {
  statements: number;
  bytes: number;
}

/**
 * What a request may read: four times the largest response. Rows hold more than is selected of
 * them, but 500 artifacts of 1 MB, which one statement can name, must not get into memory.
 */
const MAX_READ_BYTES = 32 * 1_048_576;

/** Nothing done yet. */
export function newStatistics({ MAX_STATEMENTS }: { MAX_STATEMENTS: number }): StatementStatistics {
  return {
    statements: 0,
    milliseconds: 0,
    cacheHits: 0,
    bytes: 0,
    limits: { statements: MAX_STATEMENTS, bytes: MAX_READ_BYTES },
    refusal: null,
  };
}

/**
 * Counts a statement that is about to be sent; throws QUERY_TOO_COMPLEX when it is one too many,
 * and for each one after that.
 */
export function countStatement(statistics: StatementStatistics): void {
  const { limits } = statistics;
  if (statistics.statements >= limits.statements) {
    statistics.refusal ??= new RequestError(
      'QUERY_TOO_COMPLEX',
      `The request needs more SQL statements than the limit of ${limits.statements}: ask for less at once.`,
    );
  }
  if (statistics.refusal) throw statistics.refusal;
  statistics.statements += 1;
}

/** Counts bytes that arrived; the refusal, when they are too many. */
export function countBytes(statistics: StatementStatistics, bytes: number): RequestError | null {
  statistics.bytes += bytes;
  if (statistics.bytes > statistics.limits.bytes) {
    statistics.refusal ??= new RequestError(
      'QUERY_TOO_COMPLEX',
      `The request reads more from the database than the limit of ${statistics.limits.bytes} bytes: ask for less at once.`,
    );
  }
  return statistics.refusal;
}

const current = new AsyncLocalStorage<StatementStatistics>();

/** Runs `work` so that the statements it causes, now or later, are counted in `statistics`. */
export function countingStatements<T>(statistics: StatementStatistics, work: () => T): T {
  return current.run(statistics, work);
}

/** Runs `work` outside the caller's request: what is done for everybody counts for nobody. */
export function uncounted<T>(work: () => T): T {
  return current.exit(work);
}

/** The statistics of the request that the caller runs in, if any. */
export function currentStatistics(): StatementStatistics | undefined {
  return current.getStore();
}

/**
 * Aborts when the request that the caller runs in is no longer wanted; undefined outside of
 * requests.
 */
export function currentSignal(): AbortSignal | undefined {
  return current.getStore()?.signal?.();
}

const TRANSACTION_CONTROL = /^\s*(begin|commit|rollback|savepoint|release|start transaction)\b/i;

/** Whether a statement only delimits a transaction. */
export function isTransactionControl(text: string): boolean {
  return TRANSACTION_CONTROL.test(text);
}
