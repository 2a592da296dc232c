/** Resumes an execution that FAILED: what failed runs again, what is done stays done. */
import { sql } from 'kysely';
import type { z } from 'zod';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { userError } from '../../platform/errors.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { takeOutOfFigures } from '../figures/kept-figures.ts';
import { changeExecution, type ExecutionId } from './change.ts';
import { wasRetried } from './idempotency.ts';
import { takeSteps } from './start-limits.ts';

/**
 * Lets a FAILED execution go on: its failed steps run again, and the steps behind them. Throws
 * RATE_LIMITED when the tenant may not start that many steps now.
 */
export async function resumeExecution(
  platform: Platform,
  viewer: Viewer,
  { id }: z.output<typeof ExecutionId>,
) {
  return changeExecution(platform, viewer, {
    id,
    change: async (tx, { status }) => {
      if (status !== 'FAILED')
        throw userError('CONFLICT', ['id'], 'Only an execution that FAILED can be resumed.');
      if (await wasRetried(tx, id))
        throw userError(
          'CONFLICT',
          ['id'],
          'The execution was started again with its idempotency key. Resume its retry instead.',
        );
      await takeOutOfFigures(tx, id);
      await takeSteps(platform, viewer, await reopenSteps(tx, id));
      await tx.run(
        query
          .updateTable('workflow_execution')
          .set({ status: 'RUNNING', finishedAt: null, errorMessage: null })
          .where('id', '=', id),
      );
      return 'RUNNING';
    },
  });
}

/** Makes the failed steps and those behind them PENDING; returns their number. */
async function reopenSteps(tx: TenantTransaction, executionId: string): Promise<number> {
  const reopened = await tx.run(
    query
      .updateTable('workflow_step_run')
      .set({
        status: 'PENDING',
        earlierAttempts: sql<number>`${sql.ref('attempts')}`,
        failures: 0,
        blocked: false,
        errorMessage: null,
        startedAt: null,
        finishedAt: null,
      })
      .where('executionId', '=', executionId)
      .where((eb) => eb.or([eb('status', '=', 'FAILED'), eb('blocked', '=', true)]))
      .returning('stepId'),
  );
  return reopened.length;
}
