/**
 * Ends an attempt of a step: one transaction records the result of the step, completes its job and
 * moves the execution on, or does none of these.
 */
import { v7 as uuidv7 } from 'uuid';
import type { TenantTransaction } from '../../../platform/database/tenant-database.ts';
import { query } from '../../../platform/database/tenant-scope.ts';
import { JobLostError, type RunningJob } from '../../../platform/jobs/definition.ts';
import type { Platform } from '../../../platform/platform.ts';
import type { Definition, JsonObject } from '../../definitions/definition.ts';
import { refused, type StepOutcome } from '../../steps/step-type.ts';
import { advance } from './advance.ts';
import type { BegunStep } from './begin-step.ts';
import type { StepState } from './next-steps.ts';
import { jobOf, RUN_STEP, type StepJob } from './step-job.ts';
import { finishStep, type LockedExecution, lockedExecution } from './step-states.ts';

/** The maximum length of the JSON outputs of all steps of an execution, in characters. */
const MAX_OUTPUT_LENGTH = 8_388_608;

/** The result of an attempt: the outcome of the step's type, or skipped by its condition. */
export type AttemptOutcome = StepOutcome | { skip: true };

/**
 * Records an attempt; resolves once it is committed. Throws a JobLostError when the step was given
 * to another job, and a JobFailure when its output is too large.
 */
export async function endStep(
  platform: Platform,
  job: RunningJob<StepJob>,
  { begun, outcome }: { begun: BegunStep; outcome: AttemptOutcome },
): Promise<void> {
  const { definition, step, beganAt } = begun;
  const { executionId } = job.payload;
  await platform.database.forTenant(job).transaction(async (tx) => {
    // The other steps wait for the execution's row: the job and what the step writes come before
    // it.
    await job.complete(tx);
    const recorded = await record(platform, tx, { payload: job.payload, outcome, definition });
    await advance(platform, tx, { ...recorded, definition });
    const ms = Math.round(performance.now() - beganAt);
    const state = 'skip' in outcome ? 'SKIPPED' : 'store' in outcome ? 'COMPLETED' : 'paused';
    tx.afterCommit(() =>
      platform.log.info(
        { execution: executionId, step: step.id, type: step.type, state, attempt: job.attempt, ms },
        'a workflow step ended',
      ),
    );
  });
}

interface Attempt {
  payload: StepJob;
  outcome: AttemptOutcome;
  definition: Definition;
}

interface Recorded {
  execution: LockedExecution;
  /** All steps, if the execution's row counts this step already. */
  states?: StepState[];
}

/** Writes the outcome of an attempt, and locks the execution. */
async function record(
  platform: Platform,
  tx: TenantTransaction,
  { payload, outcome, definition }: Attempt,
): Promise<Recorded> {
  if ('skip' in outcome)
    return finishStep(tx, { payload, status: 'SKIPPED', output: null }, definition);
  if ('pauseUntil' in outcome) {
    const { pauseUntil: until, remember } = outcome;
    return { execution: await pause(platform, tx, { payload, until, remember }) };
  }
  const output = JSON.stringify(await outcome.store(tx));
  const recorded = await finishStep(tx, { payload, status: 'COMPLETED', output }, definition);
  if (recorded.execution.outputBytes > MAX_OUTPUT_LENGTH)
    throw refused(
      `The outputs of the steps of one execution have more than ${MAX_OUTPUT_LENGTH.toLocaleString('en')} characters.`,
    );
  return recorded;
}

interface Pause {
  payload: StepJob;
  until: Date;
  remember: (tx: TenantTransaction) => Promise<JsonObject>;
}

/** Gives the step to a job that starts later. */
async function pause(
  platform: Platform,
  tx: TenantTransaction,
  { payload, until, remember }: Pause,
): Promise<LockedExecution> {
  const execution = await lockedExecution(tx, payload.executionId);
  if (execution === null) throw new JobLostError();
  const later = { ...payload, runId: uuidv7() };
  const paused = await tx.run(
    query
      .updateTable('workflow_step_run')
      .set({ paused: JSON.stringify(await remember(tx)), runId: later.runId })
      .where('executionId', '=', payload.executionId)
      .where('stepId', '=', payload.stepId)
      .where('runId', '=', payload.runId)
      .returning('stepId'),
  );
  if (paused.length === 0) throw new JobLostError();
  await platform.jobs.enqueue(tx, RUN_STEP, [jobOf(later, until)]);
  return execution;
}
