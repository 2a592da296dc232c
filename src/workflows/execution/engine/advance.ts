/**
 * Moves an execution on, in the transaction that ended one of its steps: enqueues the steps that
 * became ready, skips those behind a failed one, and ends the execution when nothing is left. So
 * nothing is lost between a step and the next, and no process has to live for an execution to go
 * on.
 *
 * The caller locks the execution's row before anything else. Steps of one execution that end at
 * once therefore do so one after the other, and see each other.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { WorkflowExecutionStatus } from '../../../../generated/kysely.ts';
import { anyText } from '../../../platform/database/arrays.ts';
import { prepare } from '../../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../../platform/database/tenant-database.ts';
import { query } from '../../../platform/database/tenant-scope.ts';
import type { Platform } from '../../../platform/platform.ts';
import type { Definition } from '../../definitions/definition.ts';
import { EXECUTION_CHANGED } from '../../topics.ts';
import { EXECUTION_COLUMNS, type ExecutionRow } from '../executions.ts';
import { countExecution } from './metrics.ts';
import { type NextSteps, nextSteps, type StepState } from './next-steps.ts';
import { executionOutput } from './outputs.ts';
import { jobOf, RUN_STEP } from './step-job.ts';
import { type LockedExecution, readStates } from './step-states.ts';

interface Advancing {
  execution: LockedExecution;
  definition: Definition;
  /**
   * All steps in the definition's order, if the execution's row counts the step that ended already;
   * otherwise they are read.
   */
  states?: readonly StepState[];
}

/**
 * Does what follows from the states of the steps, which the caller has written. Returns the
 * execution if its row was written.
 */
export async function advance(
  platform: Platform,
  tx: TenantTransaction,
  { execution, definition, states: counted }: Advancing,
): Promise<ExecutionRow | undefined> {
  const states = counted ?? (await readStates(tx, execution.id, definition));
  const byId = new Map<string, StepState>(states.map((state) => [state.stepId, state]));
  const next = nextSteps(definition.steps, byId, {
    maxParallel: platform.config.WORKFLOW_MAX_PARALLEL_STEPS,
    parallel: platform.config.WORKFLOW_PARALLEL_EXECUTION_ENABLED,
  });
  const isCancelled = execution.status === 'CANCELLED';
  if (!isCancelled) await carryOut(platform, tx, { executionId: execution.id, next });
  EXECUTION_CHANGED.publishAfterCommit(platform, tx, [execution.id]);
  const ended = isCancelled || next.ended !== null;
  if (counted !== undefined && !ended && next.block.length === 0) return undefined;
  const parallel = execution.parallel || hasRunning(states);
  const row = await writeExecution(tx, {
    id: execution.id,
    outputBytes: execution.outputBytes,
    definition,
    parallel,
    status: isCancelled ? 'CANCELLED' : (next.ended ?? execution.status),
    doneCount: countDone(states) + (isCancelled ? 0 : next.block.length),
    ended,
  });
  if (next.ended !== null && !isCancelled)
    tx.afterCommit(() => countExecution(platform, { parallel, definition, row }));
  return row;
}

/** Whether a step runs beside the one that just ended, and so ran at the same time. */
function hasRunning(states: readonly StepState[]): boolean {
  return states.some(({ status, paused }) => status === 'RUNNING' && !paused);
}

function countDone(states: readonly StepState[]): number {
  return states.filter(({ status }) => status === 'COMPLETED' || status === 'SKIPPED').length;
}

const blockSteps = prepare((p: { executionId: string; stepIds: string[] }) =>
  query
    .updateTable('workflow_step_run')
    .set({ status: 'SKIPPED', blocked: true, finishedAt: sql<Date>`statement_timestamp()` })
    .where('executionId', '=', p.executionId)
    .where('stepId', '=', anyText(p.stepIds)),
);

const assignRun = prepare((p: { executionId: string; stepIds: string[]; runId: string }) =>
  query
    .updateTable('workflow_step_run')
    .set({ runId: p.runId })
    .where('executionId', '=', p.executionId)
    .where('stepId', '=', anyText(p.stepIds)),
);

/** Skips the steps that are blocked, and enqueues jobs for those that are to start. */
async function carryOut(
  platform: Platform,
  tx: TenantTransaction,
  { executionId, next: { block, start } }: { executionId: string; next: NextSteps },
): Promise<void> {
  if (block.length > 0) await tx.runPrepared(blockSteps, { executionId, stepIds: block });
  if (start.length === 0) return;
  const runId = uuidv7();
  await tx.runPrepared(assignRun, { executionId, stepIds: start, runId });
  const jobs = start.map((stepId) => jobOf({ executionId, stepId, runId }));
  await platform.jobs.enqueue(tx, RUN_STEP, jobs);
}

interface ExecutionUpdate {
  id: string;
  status: WorkflowExecutionStatus;
  doneCount: number;
  parallel: boolean;
  outputBytes: number;
  /** Whether it is not to go on. */
  ended: boolean;
}

/**
 * The version after a change. Clients may have seen versions of begun steps that a crash of the
 * database server took back (begin-step.ts). Those steps begin again and pass the lost versions,
 * unless the execution is cancelled: its version then passes all that can have been lost.
 */
function nextVersion(status: string) {
  const lost = sql`case when ${status}::text = 'CANCELLED' then ${sql.ref('stepCount')} else 0 end`;
  return sql<number>`${sql.ref('version')} + ${lost} + 1`;
}

const updateExecution = prepare(
  (p: ExecutionUpdate & { output: string | null; errorMessage: string | null }) =>
    query
      .updateTable('workflow_execution')
      .set({
        version: nextVersion(p.status),
        status: sql<WorkflowExecutionStatus>`${p.status}::text::"WorkflowExecutionStatus"`,
        doneCount: p.doneCount,
        parallel: p.parallel,
        outputBytes: p.outputBytes,
        output: sql`${p.output}::jsonb`,
        errorMessage: p.errorMessage,
        finishedAt: sql<Date | null>`case when ${p.ended}::boolean
          then coalesce(${sql.ref('finishedAt')}, statement_timestamp()) end`,
      })
      .where('id', '=', p.id)
      .returning(EXECUTION_COLUMNS),
);

async function writeExecution(
  tx: TenantTransaction,
  { definition, ...update }: ExecutionUpdate & { definition: Definition },
): Promise<ExecutionRow> {
  const { id, status } = update;
  const output =
    status === 'COMPLETED' ? JSON.stringify(await executionOutput(tx, id, definition)) : null;
  const errorMessage = status === 'FAILED' ? await failureMessage(tx, id) : null;
  const [row] = await tx.runPrepared(updateExecution, { ...update, output, errorMessage });
  if (!row) throw new Error('An execution is gone although its row is locked.');
  return row;
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
