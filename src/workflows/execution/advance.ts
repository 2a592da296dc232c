/**
 * Moves an execution on, in the transaction that ended one of its steps: enqueues the steps that
 * became ready, skips those behind a failed one, and ends the execution when nothing is left. So
 * nothing is lost between a step and the next, and no process has to live for an execution to go
 * on.
 *
 * The execution's row is locked by the caller, before anything else: steps of one execution that
 * end at once do so one after the other, and see each other.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import {
  prepare,
  type TenantQueries,
  type TenantTransaction,
} from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Definition, JsonObject } from '../definitions/definition.ts';
import { dependentsOf } from '../definitions/plan.ts';
import { publishExecutionChanged } from '../topics.ts';
import { countExecution } from './metrics.ts';
import { nextSteps, type StepState } from './next-steps.ts';
import { EXECUTION_COLUMNS, NOW } from './rows.ts';
import { RUN_STEP, type StepJob } from './step-job.ts';
import { type LockedExecution, readStates } from './step-states.ts';

const blockSteps = prepare((p: { executionId: string; stepIds: string[] }) =>
  query
    .updateTable('workflow_step_run')
    .set({ status: 'SKIPPED', blocked: true, finishedAt: NOW })
    .where('executionId', '=', p.executionId)
    .where('stepId', '=', sql<string>`any(${p.stepIds}::text[])`),
);

interface ExecutionUpdate {
  id: string;
  status: string;
  doneCount: number;
  parallel: boolean;
  outputBytes: number;
  output: string | null;
  errorMessage: string | null;
  ended: boolean;
}

/**
 * Beginnings of steps that a database server forgot when it died (run-step.ts) may have been seen
 * with their versions. They begin again, unless the execution is cancelled: that is newer than all
 * that can have been forgotten.
 */
function nextVersion(status: string) {
  return sql<number>`${sql.ref('version')} + case when ${status}::text = 'CANCELLED' then ${sql.ref('stepCount')} else 0 end + 1`;
}

const updateExecution = prepare((p: ExecutionUpdate) =>
  query
    .updateTable('workflow_execution')
    .set({
      version: nextVersion(p.status),
      status: sql<'QUEUED'>`${p.status}::text::"WorkflowExecutionStatus"`,
      doneCount: p.doneCount,
      parallel: p.parallel,
      outputBytes: p.outputBytes,
      output: sql`${p.output}::jsonb`,
      errorMessage: p.errorMessage,
      finishedAt: sql<Date | null>`case when ${p.ended}::boolean then coalesce(${sql.ref('finishedAt')}, statement_timestamp()) end`,
    })
    .where('id', '=', p.id)
    .returning(EXECUTION_COLUMNS),
);

const giveSteps = prepare((p: { executionId: string; stepIds: string[]; runId: string }) =>
  query
    .updateTable('workflow_step_run')
    .set({ runId: p.runId })
    .where('executionId', '=', p.executionId)
    .where('stepId', '=', sql<string>`any(${p.stepIds}::text[])`),
);

interface Advancing {
  execution: LockedExecution;
  definition: Definition;
  /**
   * Of all steps by their places, where the step that ended is counted on the execution already.
   */
  states?: readonly StepState[];
}

/**
 * Does what follows from the states of the steps; the caller has written these already. Answers the
 * execution where it wrote it.
 */
export async function advance(
  platform: Platform,
  tx: TenantTransaction,
  { execution, definition, states: counted }: Advancing,
) {
  const states = counted ?? (await readStates(tx, execution.id, definition));
  const byId = new Map<string, StepState>(states.map((state) => [state.stepId, state]));
  const {
    WORKFLOW_MAX_PARALLEL_STEPS: maxParallel,
    WORKFLOW_PARALLEL_EXECUTION_ENABLED: parallel,
  } = platform.config;
  const next = nextSteps(definition.steps, byId, { maxParallel, parallel });
  const cancelled = execution.status === 'CANCELLED';
  if (!cancelled) {
    if (next.block.length > 0)
      await tx.runPrepared(blockSteps, { executionId: execution.id, stepIds: next.block });
    await start(platform, tx, { executionId: execution.id, stepIds: next.start });
  }
  publishExecutionChanged(platform, tx, execution.id);
  const ended = cancelled || next.ended !== null;
  if (counted !== undefined && !ended && next.block.length === 0) return undefined;
  const status = cancelled ? 'CANCELLED' : (next.ended ?? execution.status);
  // One that has just ended and one that runs were both under way a moment ago.
  const together =
    execution.parallel || states.some((state) => state.status === 'RUNNING' && !state.paused);
  const [row] = await tx.runPrepared(updateExecution, {
    id: execution.id,
    status,
    doneCount:
      states.filter((state) => state.status === 'COMPLETED' || state.status === 'SKIPPED').length +
      (cancelled ? 0 : next.block.length),
    parallel: together,
    outputBytes: execution.outputBytes,
    output:
      status === 'COMPLETED' ? JSON.stringify(await outputsOf(tx, execution.id, definition)) : null,
    errorMessage: status === 'FAILED' ? await failureMessage(tx, execution.id) : null,
    ended,
  });
  if (!row) throw new Error('The execution is locked, and so is there.');
  if (next.ended !== null && !cancelled)
    tx.afterCommit(() => countExecution(platform, { parallel: together, definition, row }));
  return row;
}

interface Given {
  executionId: string;
  stepIds: readonly string[];
}

/** Gives steps to jobs of their own. */
async function start(
  platform: Platform,
  tx: TenantTransaction,
  { executionId, stepIds }: Given,
): Promise<void> {
  if (stepIds.length === 0) return;
  const runId = uuidv7();
  await tx.runPrepared(giveSteps, { executionId, stepIds: [...stepIds], runId });
  await platform.jobs.enqueue(
    tx,
    RUN_STEP,
    stepIds.map((stepId) => jobOf({ executionId, stepId, runId })),
  );
}

const firstFailure = prepare((p: { executionId: string }) =>
  query
    .selectFrom('workflow_step_run')
    .select(['stepId', 'errorMessage'])
    .where('executionId', '=', p.executionId)
    .where('status', '=', 'FAILED')
    .orderBy('position')
    .limit(1),
);

async function failureMessage(tx: TenantTransaction, executionId: string): Promise<string> {
  const [failed] = await tx.runPrepared(firstFailure, { executionId });
  return `Step "${failed?.stepId}": ${failed?.errorMessage}`;
}

/** The job of a step; its id follows from what it is to do, so that it can be taken back. */
export function jobOf(payload: StepJob, startAfter?: Date) {
  return { id: jobIdOf(payload), payload, ...(startAfter ? { startAfter } : {}) };
}

export function jobIdOf({ executionId, stepId, runId }: StepJob): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([executionId, stepId, runId]))
    .digest('hex');
  // Version 8: an id of our own making (RFC 9562).
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

const outputsOfSteps = prepare((p: { executionId: string; stepIds: string[] }) =>
  query
    .selectFrom('workflow_step_run')
    .select(['stepId', 'output'])
    .where('executionId', '=', p.executionId)
    .where('stepId', '=', sql<string>`any(${p.stepIds}::text[])`),
);

/** The outputs of some steps by id; null where one has none. */
export async function readOutputs(
  database: TenantQueries,
  executionId: string,
  stepIds: readonly string[],
): Promise<Map<string, unknown>> {
  if (stepIds.length === 0) return new Map();
  const rows = await database.runPrepared(outputsOfSteps, { executionId, stepIds: [...stepIds] });
  return new Map(rows.map(({ stepId, output }) => [stepId, output]));
}

/** Of the steps that nobody depends on. */
async function outputsOf(
  tx: TenantTransaction,
  executionId: string,
  { steps }: Definition,
): Promise<JsonObject> {
  const dependents = dependentsOf(steps);
  const last = steps.filter(({ id }) => dependents.get(id)?.length === 0).map(({ id }) => id);
  const outputs = await readOutputs(tx, executionId, last);
  return Object.fromEntries(last.map((id) => [id, outputs.get(id) ?? null]));
}
