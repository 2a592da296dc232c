/**
 * Executions of workflows and their steps as they are read.
 *
 * An execution is QUEUED when it is started (start.ts), RUNNING once its first step has begun, then
 * COMPLETED, FAILED or CANCELLED (cancel.ts). A FAILED one can be resumed (resume.ts). engine/ runs
 * the steps: each is a job, and no process has to live for an execution to go on.
 */
import type { Selectable } from 'kysely';
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';

/** What GraphQL reads of an execution. */
export const EXECUTION_COLUMNS = [
  'id',
  'workflowId',
  'versionId',
  'version',
  'status',
  'input',
  'output',
  'errorMessage',
  'startedById',
  'retryOfId',
  'stepCount',
  'doneCount',
  'createdAt',
  'startedAt',
  'finishedAt',
] as const;
/** One of EXECUTION_COLUMNS. */
export type ExecutionColumn = (typeof EXECUTION_COLUMNS)[number];
/** A row of workflow_execution with EXECUTION_COLUMNS. */
export type ExecutionRow = Pick<Selectable<TenantTables['workflow_execution']>, ExecutionColumn>;

/** What GraphQL reads of a step of an execution. */
export const STEP_RUN_COLUMNS = [
  'executionId',
  'stepId',
  'type',
  'status',
  'attempts',
  'output',
  'errorMessage',
  'startedAt',
  'finishedAt',
] as const;
/** A row of workflow_step_run with STEP_RUN_COLUMNS. */
export type StepRunRow = Pick<
  Selectable<TenantTables['workflow_step_run']>,
  (typeof STEP_RUN_COLUMNS)[number]
>;

/** Executions by their ids, in any order. */
export const executionsById = prepare((p: { ids: string[] }) =>
  query.selectFrom('workflow_execution').select(EXECUTION_COLUMNS).where('id', '=', anyOf(p.ids)),
);

/** The versions that live topics compare. */
export const executionVersions = prepare((p: { ids: string[] }) =>
  query.selectFrom('workflow_execution').select(['id', 'version']).where('id', '=', anyOf(p.ids)),
);

/** The steps of executions, each execution's in the order of its definition. */
export const stepsOfExecutions = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('workflow_step_run')
    .select(STEP_RUN_COLUMNS)
    .where('executionId', '=', anyOf(p.ids))
    .orderBy('executionId')
    .orderBy('position'),
);

/** Completed or skipped steps ÷ all steps, in percent, rounded down. */
export function progressOf({
  doneCount,
  stepCount,
}: Pick<ExecutionRow, 'doneCount' | 'stepCount'>): number {
  return Math.floor((doneCount * 100) / stepCount);
}
