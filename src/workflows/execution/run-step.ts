/**
 * Runs one attempt of a step. Three parts: it begins with a statement that marks the step as
 * running, does what its type does, and ends in a transaction that records the output, completes
 * the job and moves the execution on, or does nothing of it.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { prepare, type TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { JobFailure, JobLostError, type RunningJob } from '../../platform/jobs/definition.ts';
import { failureOf } from '../../platform/jobs/failure.ts';
import type { Platform } from '../../platform/platform.ts';
import { SECOND } from '../../platform/time.ts';
import { conditionHolds, conditionReferences } from '../definitions/conditions.ts';
import type { Definition, JsonObject, Step } from '../definitions/definition.ts';
import { isObject } from '../definitions/definition.ts';
import { definitionOfVersion } from '../definitions/definitions.ts';
import {
  fillTemplates,
  parseReference,
  type Scope,
  TemplateError,
  templatesIn,
} from '../definitions/templates.ts';
import { STEP_TYPES } from '../steps/index.ts';
import { refused, type StepOutcome } from '../steps/step-type.ts';
import { tellExecutionChanged } from '../topics.ts';
import { advance, jobOf, readOutputs } from './advance.ts';
import type { StepState } from './next-steps.ts';
import { MAX_FAILURES, RUN_STEP, type StepJob } from './step-job.ts';
import { finishStep, type LockedExecution, lockedExecution } from './step-states.ts';

/** JSON characters of the outputs of all steps of an execution. */
const MAX_OUTPUT_LENGTH = 8_388_608;

/** A step that this run has begun. */
interface BegunStep {
  definition: Definition;
  step: Step;
  scope: Scope;
  startedById: string | null;
  paused: JsonObject | null;
  /** Attempts before this one that failed. */
  failures: number;
  beganAt: number;
}

type Result = StepOutcome | { skip: true };

export async function runStep(platform: Platform, job: RunningJob<StepJob>): Promise<void> {
  const begun = await begin(platform, job);
  if (begun === null) return;
  try {
    await end(platform, job, { begun, result: await perform(platform, job, begun) });
  } catch (error) {
    // Lost or handed back: nothing of it is a failure.
    if (error instanceof JobLostError || job.signal.aborted) throw error;
    const { message, retry } = failureOf(error, platform.log, { name: RUN_STEP.name, id: job.id });
    throw new JobFailure(message, {
      retry: retry && begun.failures + 1 < MAX_FAILURES,
      cause: error,
    });
  }
}

/**
 * The commit does not wait for the disk, nor those who wait for its row: steps that begin at once
 * would wait for a flush each. A server that dies within that moment forgets that the step began;
 * its job has begun before and runs again. What the step comes to is flushed.
 */
const NOT_FLUSHED = sql<string>`set_config('synchronous_commit', 'off', true)`.as('flushed');

/**
 * One statement, since it is half of what a short step waits for; the execution's row first, as
 * whoever ends or stops a step has it.
 */
const beginStep = prepare((p: StepJob & { attempt: number }) =>
  query
    .with('execution', (cte) =>
      cte
        .updateTable('workflow_execution')
        .set({
          version: sql<number>`${sql.ref('version')} + 1`,
          status: 'RUNNING',
          startedAt: sql<Date>`coalesce(${sql.ref('startedAt')}, statement_timestamp())`,
        })
        .where('id', '=', p.executionId)
        .where('status', 'in', ['QUEUED', 'RUNNING'])
        .returning(['id', 'versionId', 'input', 'startedById']),
    )
    .with('run', (cte) =>
      cte
        .updateTable('workflow_step_run')
        .from('execution')
        .set({
          status: 'RUNNING',
          attempts: sql<number>`${sql.ref('earlierAttempts')} + ${p.attempt}::int`,
          startedAt: sql<Date>`coalesce(${sql.ref('workflow_step_run.startedAt')}, statement_timestamp())`,
          errorMessage: null,
        })
        .whereRef('workflow_step_run.executionId', '=', 'execution.id')
        .where('workflow_step_run.stepId', '=', p.stepId)
        .where('workflow_step_run.runId', '=', p.runId)
        .where('workflow_step_run.status', 'in', ['PENDING', 'RUNNING'])
        .returning(['workflow_step_run.paused', 'workflow_step_run.failures']),
    )
    .selectFrom('execution')
    .leftJoin('run', (join) => join.onTrue())
    .select([
      'execution.versionId',
      'execution.input',
      'execution.startedById',
      'run.paused',
      'run.failures',
      NOT_FLUSHED,
    ]),
);

/**
 * Null when the execution was cancelled; throws a JobLostError when the step is another job's by
 * now.
 */
async function begin(platform: Platform, job: RunningJob<StepJob>): Promise<BegunStep | null> {
  const { executionId, stepId } = job.payload;
  const database = platform.database.forTenant(job);
  const [begun] = await database.runPrepared(beginStep, { ...job.payload, attempt: job.attempt });
  if (!begun) {
    await database.runPrepared(releaseStep, job.payload);
    return null;
  }
  const { versionId, input, startedById, failures } = begun;
  if (failures === null) throw new JobLostError();
  tellExecutionChanged(platform, { tenantId: job.tenantId, id: executionId });
  const definition = await definitionOfVersion(platform, database, versionId);
  const step = definition.steps.find(({ id }) => id === stepId);
  if (!step) throw new Error('An execution has a step that its definition has not.');
  // What is done stays as it is, so that it need not be read at the moment at which the step
  // begins.
  const outputs = await readOutputs(database, executionId, referencesOf(step));
  const paused = isObject(begun.paused) ? begun.paused : null;
  return {
    definition,
    step,
    scope: { input, outputs },
    startedById,
    paused,
    failures,
    beganAt: performance.now(),
  };
}

/** Leaves a step of a cancelled execution undone. */
const releaseStep = prepare((p: StepJob) =>
  query
    .updateTable('workflow_step_run')
    .set({ status: 'PENDING', runId: null, paused: null })
    .where('executionId', '=', p.executionId)
    .where('stepId', '=', p.stepId)
    .where('runId', '=', p.runId),
);

/** The steps whose outputs a step reads. */
function referencesOf({ input, when }: Step): string[] {
  const inTemplates = templatesIn(input).flatMap(({ text }) => parseReference(text).stepId ?? []);
  return [...new Set([...inTemplates, ...(when === null ? [] : conditionReferences(when).steps)])];
}

/**
 * Why what a step left running is to stop; an abort without a reason makes an error with a stack
 * each time.
 */
const OVER = new Error('The step is over.');

async function perform(
  platform: Platform,
  job: RunningJob<StepJob>,
  { step, scope, startedById, paused }: BegunStep,
): Promise<Result> {
  if (paused === null && step.when !== null && !holds(step.when, scope)) return { skip: true };
  const type = STEP_TYPES.get(step.type);
  if (type === undefined) throw refused(`This server knows no steps of the type ${step.type}.`);
  const input = filled(step, scope);
  const { executionId, stepId } = job.payload;
  const timeoutMs = step.timeoutSeconds * SECOND;
  const limit = new AbortController();
  const expired = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    limit.abort();
    expired.reject(new JobFailure(`It took longer than ${step.timeoutSeconds} s.`));
  }, timeoutMs);
  const running = {
    platform,
    tenantId: job.tenantId,
    startedById,
    idempotencyKey: `${executionId}/${stepId}`,
    signal: AbortSignal.any([job.signal, limit.signal]),
    timeoutMs,
    paused,
  };
  try {
    return await Promise.race([type.run(running, input), expired.promise]);
  } finally {
    clearTimeout(timer);
    limit.abort(OVER);
  }
}

function holds(when: string, scope: Scope): boolean {
  try {
    return conditionHolds(when, scope);
  } catch (error) {
    throw refused(`when: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function filled({ input }: Step, scope: Scope): unknown {
  try {
    return fillTemplates(input, scope);
  } catch (error) {
    throw error instanceof TemplateError ? refused(error.message) : error;
  }
}

interface Ending {
  begun: BegunStep;
  result: Result;
}

async function end(
  platform: Platform,
  job: RunningJob<StepJob>,
  { begun, result }: Ending,
): Promise<void> {
  const { definition, step, beganAt } = begun;
  const { executionId } = job.payload;
  await platform.database.forTenant(job).transaction(async (tx) => {
    // The job and what the step writes before the execution, for which the other steps of it wait.
    await job.complete(tx);
    const recorded = await record(platform, tx, { payload: job.payload, result, definition });
    await advance(platform, tx, { ...recorded, definition });
    const ms = Math.round(performance.now() - beganAt);
    const state = 'skip' in result ? 'SKIPPED' : 'store' in result ? 'COMPLETED' : 'paused';
    tx.afterCommit(() =>
      platform.log.info(
        { execution: executionId, step: step.id, type: step.type, state, attempt: job.attempt, ms },
        'a workflow step ended',
      ),
    );
  });
}

interface Recording {
  payload: StepJob;
  result: Result;
  definition: Definition;
}

interface Recorded {
  execution: LockedExecution;
  /** Of all steps, where the step was counted on the execution already. */
  states?: StepState[];
}

/** Writes what a run came to, and locks the execution. */
async function record(
  platform: Platform,
  tx: TenantTransaction,
  { payload, result, definition }: Recording,
): Promise<Recorded> {
  if ('skip' in result)
    return finishStep(tx, { payload, status: 'SKIPPED', output: null }, definition);
  if ('pauseUntil' in result)
    return {
      execution: await pause(platform, tx, {
        payload,
        until: result.pauseUntil,
        remember: result.remember,
      }),
    };
  const output = JSON.stringify(await result.store(tx));
  const recorded = await finishStep(tx, { payload, status: 'COMPLETED', output }, definition);
  if (recorded.execution.outputBytes > MAX_OUTPUT_LENGTH)
    throw refused(
      `The outputs of the steps of one execution have more than ${MAX_OUTPUT_LENGTH.toLocaleString('en')} characters.`,
    );
  return recorded;
}

interface Pausing {
  payload: StepJob;
  until: Date;
  remember: (tx: TenantTransaction) => Promise<JsonObject>;
}

/** Gives the step to a job that starts later. */
async function pause(
  platform: Platform,
  tx: TenantTransaction,
  { payload, until, remember }: Pausing,
): Promise<LockedExecution> {
  const execution = await lockedExecution(tx, payload.executionId);
  if (execution === null) throw new JobLostError();
  if (execution.status === 'CANCELLED') {
    await tx.runPrepared(releaseStep, payload);
    return execution;
  }
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
