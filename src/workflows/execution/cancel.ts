/** Cancels an execution: what runs of it is stopped, and nothing of it changes afterwards. */
import { sql } from 'kysely';
import type { z } from 'zod';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { userError } from '../../platform/errors.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { EXECUTION_CANCELLED } from '../topics.ts';
import { changeExecution, type ExecutionId } from './change.ts';
import { jobIdOf, RUN_STEP } from './engine/step-job.ts';

/**
 * Cancels an execution that has not ended, with all of its steps that are not done. A step that
 * runs is stopped: its requests are aborted, and whatever it still returns is dropped.
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
      await cancelSteps(platform, tx, id);
      EXECUTION_CANCELLED.publishAfterCommit(platform, tx, [id]);
      return 'CANCELLED';
    },
  });
}

/**
 * Takes the steps away from their jobs, so that no run of one can write anything, and cancels the
 * jobs that wait. Those that run are left alone: the end of a step locks its job before the
 * execution, which is locked here.
 */
async function cancelSteps(
  platform: Platform,
  tx: TenantTransaction,
  executionId: string,
): Promise<void> {
  const open = await tx.run(
    query
      .selectFrom('workflow_step_run')
      .select(['stepId', 'status', 'runId', 'paused'])
      .where('executionId', '=', executionId)
      .where('status', 'in', ['PENDING', 'RUNNING'])
      .forUpdate(),
  );
  const waiting = open.filter(({ status, paused }) => status === 'PENDING' || paused !== null);
  const jobs = waiting.flatMap(({ stepId, runId }) =>
    runId === null ? [] : jobIdOf({ executionId, stepId, runId }),
  );
  await platform.jobs.cancel(tx, RUN_STEP, jobs);
  await tx.run(
    query
      .updateTable('workflow_step_run')
      .set({
        status: 'CANCELLED',
        runId: null,
        paused: null,
        finishedAt: sql<Date>`statement_timestamp()`,
      })
      .where('executionId', '=', executionId)
      .where('status', 'in', ['PENDING', 'RUNNING']),
  );
}
