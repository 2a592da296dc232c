/**
 * Lets the job engine run its own statements inside a tenant's transaction, on tables that no
 * tenant owns. Nothing else may import this (see .dependency-cruiser.mjs): it bypasses the tenant
 * isolation.
 */
import type pg from 'pg';

/** Sends a statement as it is and resolves to the result of pg. */
export type Execute = (config: pg.QueryConfig) => Promise<pg.QueryResult>;

const executors = new WeakMap<object, Execute>();

/** For TenantTransaction only. */
export function giveEngineAccess(tx: object, execute: Execute): void {
  executors.set(tx, execute);
}

/** Runs statements in this transaction as they are; throws for anything but a TenantTransaction. */
export function engineAccess(tx: object): Execute {
  const execute = executors.get(tx);
  if (!execute) throw new Error('Not a transaction.');
  return execute;
}
