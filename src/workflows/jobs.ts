/** What workers do for this domain. */
import { handle, type Job } from '../platform/jobs/handler.ts';
import { runStep } from './run-step.ts';
import { stepAttemptFailed, stepDied } from './step-failure.ts';
import { RUN_STEP } from './step-job.ts';

export const jobs: readonly Job[] = [handle(RUN_STEP, { run: runStep, failed: stepAttemptFailed, dead: stepDied })];
