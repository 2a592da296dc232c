/** The job that runs a step, as the rules that enqueue and cancel it know it. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineJob } from '../../../platform/jobs/definition.ts';
import { SECOND } from '../../../platform/time.ts';
import { MAX_TIMEOUT_SECONDS } from '../../definitions/definition.ts';

const StepJob = z.object({
  executionId: z.uuid(),
  stepId: z.string(),
  /** Also in the step's row, until the step is given to another job. */
  runId: z.uuid(),
});

/** The payload of a step job: one run of one step. */
export type StepJob = z.infer<typeof StepJob>;

/** Failed attempts after which a step has FAILED. */
export const MAX_FAILURES = 3;
/**
 * More than MAX_FAILURES: a killed worker is not a failure of the step and costs only time, unless
 * the step itself kills its worker again and again.
 */
const ATTEMPTS = 10;
/** Longer than any step's own time limit, which therefore ends it first. */
const TIMEOUT_MS = (MAX_TIMEOUT_SECONDS + 60) * SECOND;

/** The job that runs one step. Its own time limit is never reached: that of the step is shorter. */
export const RUN_STEP = defineJob({
  name: 'workflow-steps',
  payload: StepJob,
  limits: (config) => ({
    concurrency: config.WORKFLOW_CONCURRENCY,
    attempts: ATTEMPTS,
    retryDelayMs: config.WORKFLOW_RETRY_DELAY_MS,
    timeoutMs: TIMEOUT_MS,
  }),
});

/** The job of a step, to be enqueued; it starts at once, or not before `startAfter`. */
export function jobOf(payload: StepJob, startAfter?: Date) {
  return { id: jobIdOf(payload), payload, ...(startAfter ? { startAfter } : {}) };
}

/** The id of a step's job: it follows from the payload, so that the job can be cancelled. */
export function jobIdOf({ executionId, stepId, runId }: StepJob): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([executionId, stepId, runId]))
    .digest('hex');
  // A UUID of version 8, which RFC 9562 leaves to applications.
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `a${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}
