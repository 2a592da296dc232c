/** Cancels an execution: it stops before its next step. */
import { type RawBuilder, sql } from 'kysely';
import type { z } from 'zod';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { userError } from '../../platform/errors.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { changeExecution, type ExecutionId } from './change.ts';
import { jobIdOf, RUN_STEP } from './engine/step-job.ts';

/**
 * Cancels an execution that has not ended. Steps that are running finish, and their outputs are
 * kept; steps that wait become PENDING again.
 */
export async function cancelExecution(
  platform: Platform,
  viewer: Viewer,
  { id }: z.output<typeof ExecutionId>,
) {
  return changeExecution(platform, viewer, {
    id,
    change: async (tx, { status }) => {
      if (status !== 'QUEUED' && status !== 'RUNNING')
        throw userError('CONFLICT', ['id'], 'The execution has ended already.');
      await takeBackWaiting(platform, tx, id);
      return 'CANCELLED';
    },
  });
}

/** Cancels the jobs that have not begun, and makes their steps PENDING. */
async function takeBackWaiting(
  platform: Platform,
  tx: TenantTransaction,
  executionId: string,
): Promise<void> {
  const waiting = await tx.run(
    query
      .selectFrom('workflow_step_run')
      .select(['stepId', 'runId'])
      .where('executionId', '=', executionId)
      .where('runId', 'is not', null)
      .where(waits())
      .forUpdate(),
  );
  const jobs = waiting.flatMap(({ stepId, runId }) =>
    runId === null ? [] : jobIdOf({ executionId, stepId, runId }),
  );
  await platform.jobs.cancel(tx, RUN_STEP, jobs);
  await tx.run(
    query
      .updateTable('workflow_step_run')
      .set({ status: 'PENDING', runId: null, paused: null })
      .where('executionId', '=', executionId)
      .where(waits()),
  );
}

/** Whether the job of a step has not begun. */
function waits(): RawBuilder<boolean> {
  const status = sql.ref('workflow_step_run.status');
  const paused = sql.ref('workflow_step_run.paused');
  return sql<boolean>`(${status} = 'PENDING' or (${status} = 'RUNNING' and ${paused} is not null))`;
}
