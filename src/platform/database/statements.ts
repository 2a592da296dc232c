/**
 * Counts the SQL statements of a request and the bytes that they return, at the one place where SQL
 * leaves the process, and ends a request that is over its limits. Feeds `extensions.performance`,
 * the request's log line and the metrics too. BEGIN, COMMIT, ROLLBACK and SAVEPOINT are not
 * counted. Jobs and commands have no statistics, so no limits.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { RequestError } from '../errors.ts';
import type { Reads } from './reads.ts';

/** What one request has sent to and read from the database so far. */
export interface StatementStatistics {
  /** The id of the HTTP request, which each of its log lines and its trace have; null for others. */
  readonly request: string | null;
  statements: number;
  /** Sum of the statements' durations, in milliseconds; parallel statements add up. */
  milliseconds: number;
  /** Reads that were served from a cache of the domains. */
  cacheHits: number;
  /**
   * Makes the signal that aborts when nobody waits for the response any more; called only where
   * there is something to wait for.
   */
  signal?: () => AbortSignal;
  /** Bytes received from PostgreSQL. */
  bytes: number;
  readonly limits: StatementLimits;
  /** Why the request may read no more, once it is over a limit. */
  refusal: RequestError | null;
  /** What the answer is made of, while a query is executed that may be kept or watched. */
  reads: Reads | null;
}

/** What one request may ask of the database; both are inclusive. */
export interface StatementLimits {
  statements: number;
  bytes: number;
}

/**
 * What a request may read: four times the largest response. Rows hold more than a request selects
 * of them, but 500 artifacts of 1 MB, which one statement can name, must not get into memory.
 */
const MAX_READ_BYTES = 32 * 1_048_576;

/** The statistics of a request that has not run a statement yet. */
export function newStatistics(
  { MAX_STATEMENTS }: { MAX_STATEMENTS: number },
  request: string | null = null,
): StatementStatistics {
  return {
    request,
    statements: 0,
    milliseconds: 0,
    cacheHits: 0,
    bytes: 0,
    limits: { statements: MAX_STATEMENTS, bytes: MAX_READ_BYTES },
    refusal: null,
    reads: null,
  };
}

/**
 * Counts a statement that is about to be sent; throws QUERY_TOO_COMPLEX for the first one over the
 * limit and for each one after it.
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

/**
 * Counts received bytes; returns the QUERY_TOO_COMPLEX error once there are too many, else null.
 */
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

/** Runs `work` outside the caller's request: what is done for all counts towards no request. */
export function uncounted<T>(work: () => T): T {
  return current.exit(work);
}

/** The statistics of the request that the caller runs in; undefined outside of requests. */
export function currentStatistics(): StatementStatistics | undefined {
  return current.getStore();
}

/** What the answer is made of that the caller works at; null where nobody asks. */
export function currentReads(): Reads | null {
  return current.getStore()?.reads ?? null;
}

/**
 * Says that the answer shows something that can change without a version that rises, such as the
 * state of the process.
 */
export function markUnversioned(): void {
  const reads = currentReads();
  if (reads) reads.unversioned = true;
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
