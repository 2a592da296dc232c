/** Runs an erasure, one transaction after the other, from where an earlier attempt left it. */
import { sql } from 'kysely';
import { violatesForeignKey } from '../../platform/database/sql-errors.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { JobFailure, type RunningJob } from '../../platform/jobs/definition.ts';
import type { Platform } from '../../platform/platform.ts';
import { SECOND } from '../../platform/time.ts';
import { lockContacts } from '../locks.ts';
import { readPoints } from '../points/points.ts';
import { ERASE_CONTACT } from './job.ts';
import { removeContact } from './own-steps.ts';
import { type ErasedPerson, type ErasureStep, erasureSteps, lockOut } from './steps.ts';
import { ERASURE_CHANGED } from './topics.ts';

/** How long an erasure waits for something that is under way, such as a message being sent. */
const WAIT_MS = 2 * SECOND;

/** How often an attempt tries to remove the contact. */
const MAX_ROUNDS = 100;

type ErasureJob = RunningJob<{ erasureId: string }>;

/** Erases the person; resolves when that is done, or when another job goes on with it. */
export async function runErasure(platform: Platform, job: ErasureJob): Promise<void> {
  const steps = erasureSteps();
  let rounds = 0;
  for (let index = await begin(platform, job); index !== null; ) {
    job.signal.throwIfAborted();
    const step: ErasureStep | undefined = steps[index];
    if (step) await step.prepare?.(platform, job.tenantId, job.signal);
    else for (const each of steps) await each.prepare?.(platform, job.tenantId, job.signal);
    if (step) index = await runStep(platform, job, { step, index });
    else if (++rounds > MAX_ROUNDS)
      throw new JobFailure('Something that refers to the contact is added again and again.');
    else index = await finish(platform, job, steps);
  }
}

/** Makes the erasure RUNNING and returns its next step; null, the job completed, if it has ended. */
async function begin(platform: Platform, job: ErasureJob): Promise<number | null> {
  return platform.database.forTenant(job).transaction(async (tx) => {
    await job.hold(tx);
    const [row] = await tx.run(
      query
        .updateTable('contact_erasure')
        .set({ status: 'RUNNING', version: sql<number>`version + 1` })
        .where('id', '=', job.payload.erasureId)
        .where('status', 'in', ['QUEUED', 'RUNNING'])
        .returning('stepsDone'),
    );
    if (!row) await job.complete(tx);
    else ERASURE_CHANGED.publishAfterCommit(platform, tx, [job.payload.erasureId]);
    return row?.stepsDone ?? null;
  });
}

async function runStep(
  platform: Platform,
  job: ErasureJob,
  { step, index }: { step: ErasureStep; index: number },
): Promise<number | null> {
  return platform.database.forTenant(job).transaction(async (tx) => {
    const person = await hold(tx, job, { isAlone: !step.scans });
    const result = await step.erase(platform, tx, person);
    if (result === 'WAIT') return goOnLater(platform, tx, job);
    if (result === 'MORE') return index;
    await store(platform, tx, { id: job.payload.erasureId, stepsDone: index + 1 });
    return index + 1;
  });
}

/**
 * Repeats what does not scan, since something may have been added meanwhile, and removes the contact
 * in the same transaction. If that is refused because something refers to it, all is repeated.
 */
async function finish(
  platform: Platform,
  job: ErasureJob,
  steps: readonly ErasureStep[],
): Promise<number | null> {
  try {
    return await platform.database.forTenant(job).transaction(async (tx) => {
      const person = await hold(tx, job, { isAlone: true });
      for (const step of steps) {
        if (step.scans) continue;
        const result = await step.erase(platform, tx, person);
        if (result === 'WAIT') return goOnLater(platform, tx, job);
        if (result === 'MORE') return steps.length;
      }
      await store(platform, tx, {
        id: job.payload.erasureId,
        stepsDone: steps.length + 1,
        isCompleted: true,
      });
      await removeContact(tx, person);
      await job.complete(tx);
      return null;
    });
  } catch (error) {
    if (violatesForeignKey(error)) return 0;
    throw error;
  }
}

/** Locks the contact, and everybody out who might add to what is held about the person. */
async function hold(
  tx: TenantTransaction,
  job: ErasureJob,
  { isAlone }: { isAlone: boolean },
): Promise<ErasedPerson> {
  await job.hold(tx);
  if (isAlone) await lockOut(tx);
  const [erasure] = await tx.run(
    query
      .selectFrom('contact_erasure')
      .select('contactId')
      .where('id', '=', job.payload.erasureId)
      .where('status', '=', 'RUNNING')
      .forUpdate(),
  );
  const { contacts } = await lockContacts(tx, erasure?.contactId ? [erasure.contactId] : []);
  const [person] = contacts;
  // A foreign key keeps the contact of an erasure that has not ended.
  if (!person) throw new Error('The erasure has ended already.');
  return { ...person, points: (await readPoints(tx, [person.id])).get(person.id) ?? [] };
}

/** Completes the job, and lets another one go on after a while. */
async function goOnLater(platform: Platform, tx: TenantTransaction, job: ErasureJob) {
  await platform.jobs.enqueue(tx, ERASE_CONTACT, [
    { payload: job.payload, startAfter: new Date(Date.now() + WAIT_MS) },
  ]);
  await job.complete(tx);
  return null;
}

interface Progress {
  id: string;
  stepsDone: number;
  /** Then nothing says any more whom it was about. */
  isCompleted?: boolean;
}

async function store(
  platform: Platform,
  tx: TenantTransaction,
  { id, stepsDone, isCompleted = false }: Progress,
): Promise<void> {
  await tx.run(
    query
      .updateTable('contact_erasure')
      .set({ stepsDone, version: sql<number>`version + 1` })
      .$if(isCompleted, (row) =>
        row.set({
          status: 'COMPLETED',
          contactId: null,
          finishedAt: sql<Date>`statement_timestamp()`,
        }),
      )
      .where('id', '=', id),
  );
  ERASURE_CHANGED.publishAfterCommit(platform, tx, [id]);
}

/** Fails an erasure whose job has no attempts left; it can be asked for again. */
export async function failErasure(
  platform: Platform,
  tx: TenantTransaction,
  { erasureId }: { erasureId: string },
): Promise<void> {
  const failed = await tx.run(
    query
      .updateTable('contact_erasure')
      .set({
        status: 'FAILED',
        finishedAt: sql<Date>`statement_timestamp()`,
        version: sql<number>`version + 1`,
      })
      .where('id', '=', erasureId)
      .where('status', 'in', ['QUEUED', 'RUNNING'])
      .returning('id'),
  );
  ERASURE_CHANGED.publishAfterCommit(
    platform,
    tx,
    failed.map(({ id }) => id),
  );
}
