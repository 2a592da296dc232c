/** Begins an attempt of a step: marks it as running, and reads what it needs. */
import { sql } from 'kysely';
import { prepare } from '../../../platform/database/prepared.ts';
import { query } from '../../../platform/database/tenant-scope.ts';
import { JobLostError, type RunningJob } from '../../../platform/jobs/definition.ts';
import type { Platform } from '../../../platform/platform.ts';
import { conditionReferences } from '../../definitions/conditions.ts';
import {
  type Definition,
  isObject,
  type JsonObject,
  type Step,
} from '../../definitions/definition.ts';
import { definitionOfVersion } from '../../definitions/definitions.ts';
import { parseReference, type Scope, templatesIn } from '../../definitions/templates.ts';
import { EXECUTION_CHANGED } from '../../topics.ts';
import { readOutputs } from './outputs.ts';
import type { StepJob } from './step-job.ts';

/** A step that this attempt has begun. */
export interface BegunStep {
  definition: Definition;
  step: Step;
  scope: Scope;
  startedById: string | null;
  /** What the step remembered when it paused; null if it has not. */
  paused: JsonObject | null;
  /** Attempts before this one that failed. */
  failures: number;
  /** By performance.now(). */
  beganAt: number;
}

/**
 * Begins a step. Null when the execution was cancelled; throws a JobLostError when the step was
 * given to another job.
 */
export async function beginStep(
  platform: Platform,
  job: RunningJob<StepJob>,
): Promise<BegunStep | null> {
  const { executionId, stepId } = job.payload;
  const database = platform.database.forTenant(job);
  const [begun] = await database.runPrepared(markRunning, { ...job.payload, attempt: job.attempt });
  if (!begun) return null;
  const { versionId, input, startedById, failures } = begun;
  if (failures === null) throw new JobLostError();
  EXECUTION_CHANGED.publish(platform, { tenantId: job.tenantId, id: executionId });
  const definition = await definitionOfVersion(platform, database, versionId);
  const step = definition.steps.find(({ id }) => id === stepId);
  if (!step) throw new Error('The step of an execution is missing in its definition.');
  // Outputs never change, so they need not be read by the statement that marks the step.
  const outputs = await readOutputs(database, executionId, referencesOf(step));
  return {
    definition,
    step,
    scope: { input, outputs },
    startedById,
    paused: isObject(begun.paused) ? begun.paused : null,
    failures,
    beganAt: performance.now(),
  };
}

/** The steps whose outputs a step reads. */
function referencesOf({ input, when }: Step): string[] {
  const inTemplates = templatesIn(input).flatMap(({ text }) => parseReference(text).stepId ?? []);
  return [...new Set([...inTemplates, ...(when === null ? [] : conditionReferences(when).steps)])];
}

/**
 * The commit does not wait for the disk, nor do transactions that wait for its row: otherwise steps
 * that begin at the same time would wait for one flush after the other. If the database server dies
 * before the flush, the beginning of the step is lost; its job began earlier and runs again. The
 * result of a step is flushed.
 */
const NOT_FLUSHED = sql<string>`set_config('synchronous_commit', 'off', true)`.as('flushed');

/**
 * One statement, since it is half of the time that a short step takes. It locks the execution's row
 * first, as everything that ends or stops a step does.
 */
const markRunning = prepare((p: StepJob & { attempt: number }) =>
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
          startedAt: sql<Date>`coalesce(
            ${sql.ref('workflow_step_run.startedAt')}, statement_timestamp())`,
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
