/** Records failed attempts of steps: the step waits for its next attempt, or has FAILED. */
import { sql } from 'kysely';
import { prepare } from '../../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../../platform/database/tenant-database.ts';
import { query } from '../../../platform/database/tenant-scope.ts';
import type { FailedAttempt } from '../../../platform/jobs/definition.ts';
import type { Platform } from '../../../platform/platform.ts';
import { definitionOfVersion } from '../../definitions/definitions.ts';
import { advance } from './advance.ts';
import type { StepJob } from './step-job.ts';
import { lockedExecution } from './step-states.ts';

/** Writes nothing if the step was given to another job, or its execution was cancelled. */
const failStep = prepare(
  (p: StepJob & { status: string; attempt: number | null; errorMessage: string }) =>
    query
      .updateTable('workflow_step_run')
      .set({
        status: sql<'FAILED'>`${p.status}::text::"WorkflowStepStatus"`,
        attempts: sql<number>`coalesce(
          ${sql.ref('earlierAttempts')} + ${p.attempt}::int, ${sql.ref('attempts')})`,
        failures: sql<number>`${sql.ref('failures')} + 1`,
        errorMessage: sql<string>`case when ${p.attempt}::int is null
          then coalesce(${sql.ref('errorMessage')}, ${p.errorMessage}) else ${p.errorMessage} end`,
        runId: sql<string | null>`case when ${p.status} = 'PENDING' then ${sql.ref('runId')} end`,
        paused: sql`case when ${p.status} = 'PENDING' then ${sql.ref('paused')} end`,
        finishedAt: sql<Date | null>`case when ${p.status} <> 'PENDING'
          then statement_timestamp() end`,
      })
      .where('executionId', '=', p.executionId)
      .where('stepId', '=', p.stepId)
      .where('runId', '=', p.runId)
      .where('status', 'in', ['PENDING', 'RUNNING'])
      .returning('stepId'),
);

interface Failure {
  payload: StepJob;
  /** Null: unknown, because the attempt could not report it. */
  attempt: number | null;
  message: string;
  /** Whether another attempt follows. */
  retried: boolean;
}

async function recordFailure(
  platform: Platform,
  tx: TenantTransaction,
  { payload, attempt, message, retried }: Failure,
): Promise<void> {
  const execution = await lockedExecution(tx, payload.executionId);
  if (execution === null) return;
  const failed = await tx.runPrepared(failStep, {
    ...payload,
    status: retried ? 'PENDING' : 'FAILED',
    attempt,
    errorMessage: message,
  });
  if (failed.length === 0) return;
  const definition = await definitionOfVersion(platform, tx, execution.versionId);
  await advance(platform, tx, { execution, definition });
}

/** Records a failed attempt, in the transaction in which the job engine does. */
export async function stepAttemptFailed(
  platform: Platform,
  tx: TenantTransaction,
  failure: FailedAttempt<StepJob>,
): Promise<void> {
  const { payload, attempt, message, retryAt } = failure;
  await recordFailure(platform, tx, { payload, attempt, message, retried: retryAt !== null });
}

/** Fails a step whose last attempt ended without reporting it, as when its worker is killed. */
export async function stepDied(
  platform: Platform,
  tx: TenantTransaction,
  payload: StepJob,
): Promise<void> {
  await recordFailure(platform, tx, {
    payload,
    attempt: null,
    message: 'The worker stopped while it was running the step.',
    retried: false,
  });
}
