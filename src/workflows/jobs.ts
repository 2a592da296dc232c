/** The jobs and schedules that workers run for this domain. */
import { handle, type Job, type Schedule, schedule } from '../platform/jobs/handler.ts';
import { MINUTE } from '../platform/time.ts';
import { runStep } from './execution/engine/run-step.ts';
import { stepAttemptFailed, stepDied } from './execution/engine/step-failure.ts';
import { RUN_STEP } from './execution/engine/step-job.ts';
import { countEndedExecutions } from './figures/kept-figures.ts';

/** The jobs of workflows and what runs them. */
export const jobs: readonly Job[] = [
  handle(RUN_STEP, { run: runStep, failed: stepAttemptFailed, dead: stepDied }),
];

/** Every minute: adds executions that have ended to the figures. */
export const schedules: readonly Schedule[] = [
  schedule({
    name: 'workflow-figures',
    cron: '* * * * *',
    timeoutMs: 10 * MINUTE,
    run: countEndedExecutions,
  }),
];
