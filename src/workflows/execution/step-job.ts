/** The job that runs a step, as the rules that enqueue it know it. */
import { z } from 'zod';
import { defineJob } from '../../platform/jobs/definition.ts';
import { SECOND } from '../../platform/time.ts';
import { MAX_TIMEOUT_SECONDS } from '../definitions/definition.ts';

const StepJob = z.object({
  executionId: z.uuid(),
  stepId: z.string(),
  /** The step has it too, until it is given to another job. */
  runId: z.uuid(),
});

export type StepJob = z.infer<typeof StepJob>;

/** Failed attempts that a step has. */
export const MAX_FAILURES = 3;
/**
 * A kill is no failure of the step, and costs nothing but time; unless it is the step itself that
 * kills its worker, again and again.
 */
const ATTEMPTS = 10;
/** A step's own time limit comes first. */
const TIMEOUT_MS = (MAX_TIMEOUT_SECONDS + 60) * SECOND;

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
