/** Where the steps of an execution are, read as one letter each: a step that ends asks for all of them, and there may be 200. */
import { sql } from 'kysely';
import { prepare, type TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { JobLostError } from '../platform/jobs/definition.ts';
import type { Definition } from './definition.ts';
import { NOW } from './execution-rows.ts';
import type { StepState } from './next-steps.ts';
import type { StepJob } from './step-job.ts';

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
]);
const LETTER_OF = { COMPLETED: 'c', SKIPPED: 's' } as const;

/** By the places of the steps in the definition. */
const letters = sql<string>`string_agg(case ${sql.ref('status')}
    when 'PENDING' then case when ${sql.ref('runId')} is null then 'p' when ${sql.ref('paused')} is null then 'e' else 'a' end
    when 'RUNNING' then case when ${sql.ref('paused')} is null then 'r' else 'w' end
    when 'COMPLETED' then 'c'
    when 'FAILED' then 'f'
    else case when ${sql.ref('blocked')} then 'b' else 's' end
  end, '' order by ${sql.ref('position')})`;

const lettersOf = prepare((p: { executionId: string }) =>
  query.selectFrom('workflow_step_run').select(letters.as('letters')).where('executionId', '=', p.executionId),
);

/** Answers the letters as they were before. */
const finish = prepare((p: StepJob & { status: string; output: string | null }) =>
  query
    .with('finished', (cte) =>
      cte
        .updateTable('workflow_step_run')
        .set({
          status: sql<'SKIPPED'>`${p.status}::text::"WorkflowStepStatus"`,
          output: sql`${p.output}::jsonb`,
          runId: null,
          paused: null,
          finishedAt: NOW,
        })
        .where('executionId', '=', p.executionId)
        .where('stepId', '=', p.stepId)
        .where('runId', '=', p.runId)
        .returning('position as place'),
    )
    .selectFrom('workflow_step_run')
    .select((eb) => [letters.as('letters'), eb.selectFrom('finished').select('place').as('place')])
    .where('executionId', '=', p.executionId),
);

/** By the places of the steps in the definition. */
export async function readStates(tx: TenantTransaction, executionId: string, definition: Definition): Promise<StepState[]> {
  const [row] = await tx.runPrepared(lettersOf, { executionId });
  return statesOf(definition, row?.letters ?? '');
}

/** What a step came to. */
export interface Finish {
  payload: StepJob;
  status: 'COMPLETED' | 'SKIPPED';
  /** JSON. */
  output: string | null;
}

/** Writes that a step is done, and answers the states of all; throws a JobLostError when the step is another job's by now. */
export async function finishStep(tx: TenantTransaction, { payload, status, output }: Finish, definition: Definition): Promise<StepState[]> {
  const [row] = await tx.runPrepared(finish, { ...payload, status, output });
  const { letters: before, place } = row ?? {};
  if (before === undefined || place == null) throw new JobLostError();
  return statesOf(definition, `${before.slice(0, place)}${LETTER_OF[status]}${before.slice(place + 1)}`);
}

function statesOf({ steps }: Definition, written: string): StepState[] {
  return steps.map(({ id }, place) => {
    const state = LETTERS.get(written[place] ?? '');
    if (!state) throw new Error('An execution has not the steps of its definition.');
    return { stepId: id, ...state };
  });
}
