/**
 * Lets the job engine run its own statements inside a tenant's transaction, on tables that no
 * tenant owns. Nobody else may import this (see .dependency-cruiser.mjs): it goes around the
 * tenant.
 */
import type pg from 'pg';

export type Execute = (config: pg.QueryConfig) => Promise<pg.QueryResult>;

const executors = new WeakMap<object, Execute>();

/** Called by TenantTransaction alone. */
export function giveEngineAccess(tx: object, execute: Execute): void {
  executors.set(tx, execute);
}

/** What runs a statement in this transaction as it is. */
export function engineAccess(tx: object): Execute {
  const execute = executors.get(tx);
  if (!execute) throw new Error('Not a transaction.');
  return execute;
}
