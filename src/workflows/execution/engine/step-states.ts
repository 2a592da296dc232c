/**
 * The rows of an execution and its steps as the engine reads and writes them. The states of all
 * steps are read as one letter each: every step that ends asks for them, and there may be 200.
 */
import { type Selectable, sql } from 'kysely';
import { prepare } from '../../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../../platform/database/tenant-database.ts';
import { query, TENANT, type TenantTables } from '../../../platform/database/tenant-scope.ts';
import { JobLostError } from '../../../platform/jobs/definition.ts';
import type { Definition } from '../../definitions/definition.ts';
import type { StepState } from './next-steps.ts';
import type { StepJob } from './step-job.ts';

/** The letters of the SQL function workflowStepLetters. */
const LETTERS = new Map<string, Omit<StepState, 'stepId'>>([
  ['p', { status: 'PENDING', blocked: false, enqueued: false, paused: false }],
  ['e', { status: 'PENDING', blocked: false, enqueued: true, paused: false }],
  ['a', { status: 'PENDING', blocked: false, enqueued: true, paused: true }],
  ['r', { status: 'RUNNING', blocked: false, enqueued: true, paused: false }],
  ['w', { status: 'RUNNING', blocked: false, enqueued: true, paused: true }],
  ['c', { status: 'COMPLETED', blocked: false, enqueued: false, paused: false }],
  ['f', { status: 'FAILED', blocked: false, enqueued: false, paused: false }],
  ['s', { status: 'SKIPPED', blocked: false, enqueued: false, paused: false }],
  ['b', { status: 'SKIPPED', blocked: true, enqueued: false, paused: false }],
  ['x', { status: 'CANCELLED', blocked: false, enqueued: false, paused: false }],
]);

/** An execution whose row the transaction has locked. */
export type LockedExecution = Pick<
  Selectable<TenantTables['workflow_execution']>,
  'id' | 'versionId' | 'status' | 'outputBytes' | 'parallel'
>;

const lockExecution = prepare((p: { id: string }) =>
  query
    .selectFrom('workflow_execution')
    .select(['id', 'versionId', 'status', 'outputBytes', 'parallel'])
    .where('id', '=', p.id)
    .forUpdate(),
);

/** The execution, its row locked until the transaction ends; null if there is none. */
export async function lockedExecution(
  tx: TenantTransaction,
  id: string,
): Promise<LockedExecution | null> {
  return (await tx.runPrepared(lockExecution, { id }))[0] ?? null;
}

const lettersOf = prepare((p: { executionId: string }) =>
  query.selectNoFrom(
    sql<string | null>`"workflowStepLetters"(${TENANT}::uuid, ${p.executionId}::uuid)`.as(
      'letters',
    ),
  ),
);

/** The states of an execution's steps, in the order of the definition. */
export async function readStates(
  tx: TenantTransaction,
  executionId: string,
  definition: Definition,
): Promise<StepState[]> {
  const [row] = await tx.runPrepared(lettersOf, { executionId });
  return statesOf(definition, row?.letters ?? '');
}

interface FinishedStep {
  payload: StepJob;
  status: 'COMPLETED' | 'SKIPPED';
  /** The output as JSON text. */
  output: string | null;
}

type FinishedRow = Omit<LockedExecution, 'id'> & { letters: string };

const finish = prepare(
  (p: StepJob & { status: string; output: string | null; outputLength: number }) =>
    query
      .selectFrom(
        sql<FinishedRow>`"finishWorkflowStep"(
          ${TENANT}::uuid, ${p.executionId}::uuid, ${p.stepId}::text, ${p.runId}::uuid,
          ${p.status}::text::"WorkflowStepStatus", ${p.output}::jsonb, ${p.outputLength}::integer
        )`.as('finished'),
      )
      .selectAll(),
);

/**
 * Locks the execution, writes that a step is done, and counts it on the execution. Throws a
 * JobLostError when the step was given to another job.
 */
export async function finishStep(
  tx: TenantTransaction,
  { payload, status, output }: FinishedStep,
  definition: Definition,
) {
  const [row] = await tx.runPrepared(finish, {
    ...payload,
    status,
    output,
    outputLength: output?.length ?? 0,
  });
  if (!row) throw new JobLostError();
  const { letters, ...execution } = row;
  return {
    execution: { id: payload.executionId, ...execution } satisfies LockedExecution,
    states: statesOf(definition, letters),
  };
}

function statesOf({ steps }: Definition, letters: string): StepState[] {
  return steps.map(({ id }, place) => {
    const state = LETTERS.get(letters[place] ?? '');
    if (!state) throw new Error('The steps of an execution are not those of its definition.');
    return { stepId: id, ...state };
  });
}
