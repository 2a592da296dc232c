/**
 * Counts the SQL statements of a request at the one place where SQL leaves the process.
 * Feeds the tests' statement budgets, `extensions.performance`, the request's log line and the metrics.
 * BEGIN, COMMIT, ROLLBACK and SAVEPOINT are not counted.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

/** What one request has done to the database so far. */
export interface StatementStatistics {
  statements: number;
  /** Sum of the statements' durations, in milliseconds; parallel statements add up. */
  milliseconds: number;
  /** Reads that a cache of the domains answered. */
  cacheHits: number;
  /** Makes the signal that aborts when nobody waits for the answer any more; asked only by who has to wait for something. */
  signal?: () => AbortSignal;
}

/** Nothing done yet. */
export function newStatistics(): StatementStatistics {
  return { statements: 0, milliseconds: 0, cacheHits: 0 };
}

const current = new AsyncLocalStorage<StatementStatistics>();

/** Runs `work` so that the statements it causes, now or later, are counted in `statistics`. */
export function countingStatements<T>(statistics: StatementStatistics, work: () => T): T {
  return current.run(statistics, work);
}

/** The statistics of the request that the caller runs in, if any. */
export function currentStatistics(): StatementStatistics | undefined {
  return current.getStore();
}

/** Aborts when the request that the caller runs in is no longer wanted; undefined outside of requests. */
export function currentSignal(): AbortSignal | undefined {
  return current.getStore()?.signal?.();
}

const TRANSACTION_CONTROL = /^\s*(begin|commit|rollback|savepoint|release|start transaction)\b/i;

/** Whether a statement only delimits a transaction. */
export function isTransactionControl(text: string): boolean {
  return TRANSACTION_CONTROL.test(text);
}
