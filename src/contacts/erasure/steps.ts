/**
 * The steps of an erasure. Each is repeated until nothing is left to do for it, with a transaction
 * of its own each time. Later domains add steps for what is theirs.
 */
import { sql } from 'kysely';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, TENANT } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import type { ContactPoint } from '../points/points.ts';

/** A person who is being erased, as their contact is at the moment; the transaction has locked it. */
export interface ErasedPerson {
  id: string;
  name: string;
  /** All e-mails and phones. */
  points: readonly ContactPoint[];
  pipedrivePersonId: string | null;
  searchText: string;
}

/** MORE: it is to be repeated at once. WAIT: something that is under way has to end first. */
export type StepResult = 'DONE' | 'MORE' | 'WAIT';

/** Erases a part of what is held about a person. */
export interface ErasureStep {
  /**
   * Whether it looks through all rows of a table, by the person's words. Such a step runs once; all
   * others run again in the transaction that removes the contact, which finds what came in between.
   */
  scans?: boolean;
  /** Called before each transaction of the step. */
  prepare?(platform: Platform, tenantId: string, signal: AbortSignal): Promise<void>;
  /** Repeating it changes nothing more. */
  erase(platform: Platform, tx: TenantTransaction, person: ErasedPerson): Promise<StepResult>;
}

const steps: ErasureStep[] = [];

/** Adds a step. Call it once for each, when the domain is loaded. */
export function onContactErasure(step: ErasureStep): void {
  steps.push(step);
}

/** All steps, in the order in which they run. */
export function erasureSteps(): readonly ErasureStep[] {
  return steps;
}

/**
 * Waits until no sync is writing a page and nothing adds a contact, and keeps them waiting until the
 * transaction ends. It comes before all other locks.
 */
export async function lockOut(tx: TenantTransaction): Promise<void> {
  await tx.run(
    query.selectNoFrom(
      sql`pg_advisory_xact_lock(hashtextextended('erase ' || ${TENANT}::uuid::text, 0))`.as('held'),
    ),
  );
}

/** Keeps erasures waiting until the transaction ends. It comes before all other locks. */
export async function holdOffErasures(tx: TenantTransaction): Promise<void> {
  await tx.run(
    query.selectNoFrom(
      sql`pg_advisory_xact_lock_shared(hashtextextended('erase ' || ${TENANT}::uuid::text, 0))`.as(
        'held',
      ),
    ),
  );
}
