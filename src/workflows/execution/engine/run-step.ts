/**
 * Runs one attempt of a step, in three parts: begin-step.ts marks the step as running, its type
 * (steps/) does its work, and end-step.ts records the result.
 */
import { unlessAborted } from '../../../platform/aborts.ts';
import { JobFailure, JobLostError, type RunningJob } from '../../../platform/jobs/definition.ts';
import { failureOf } from '../../../platform/jobs/failure.ts';
import type { Platform } from '../../../platform/platform.ts';
import { SECOND } from '../../../platform/time.ts';
import { conditionHolds } from '../../definitions/conditions.ts';
import type { Step } from '../../definitions/definition.ts';
import { fillTemplates, type Scope, TemplateError } from '../../definitions/templates.ts';
import { STEP_TYPES } from '../../steps/index.ts';
import { refused } from '../../steps/step-type.ts';
import { watchAttempt } from './attempts.ts';
import { type BegunStep, beginStep } from './begin-step.ts';
import { type AttemptOutcome, endStep } from './end-step.ts';
import { MAX_FAILURES, RUN_STEP, type StepJob } from './step-job.ts';

/**
 * Runs an attempt; resolves once its result is committed. Throws a JobFailure when the attempt
 * failed, and a JobLostError when the step was given to another job or its execution was cancelled.
 */
export async function runStep(platform: Platform, job: RunningJob<StepJob>): Promise<void> {
  const begun = await beginStep(platform, job);
  if (begun === null) return;
  try {
    await endStep(platform, job, { begun, outcome: await perform(platform, job, begun) });
  } catch (error) {
    // Not a failure of the step: the job is lost, or goes back to the queue.
    if (error instanceof JobLostError || job.signal.aborted) throw error;
    const failure = failureOf(error, platform.log, { name: RUN_STEP.name, id: job.id });
    throw new JobFailure(failure.message, {
      retry: failure.retry && begun.failures + 1 < MAX_FAILURES,
      retryAfterMs: failure.retryAfterMs,
      cause: error,
    });
  }
}

/**
 * The reason with which a step's signal aborts once the step is over, for what it left running.
 * Without one each abort would make an error with a stack.
 */
const OVER = new Error('The step is over.');

/** What the step's type does, within the step's time limit. */
async function perform(
  platform: Platform,
  job: RunningJob<StepJob>,
  { step, scope, startedById, paused }: BegunStep,
): Promise<AttemptOutcome> {
  if (paused === null && step.when !== null && !holds(step.when, scope)) return { skip: true };
  const type = STEP_TYPES.get(step.type);
  // While a new release is rolled out its workflows may reach a process of the old one.
  if (type === undefined) throw refused(`This server has no steps of the type ${step.type}.`);
  const input = filled(step, scope);
  const { executionId, stepId } = job.payload;
  const timeoutMs = step.timeoutSeconds * SECOND;
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new JobFailure(`It took longer than ${step.timeoutSeconds} s.`)),
    timeoutMs,
  );
  const watched = watchAttempt(platform, { tenantId: job.tenantId, executionId });
  const stop = AbortSignal.any([limit.signal, watched.signal]);
  const running = {
    platform,
    tenantId: job.tenantId,
    startedById,
    idempotencyKey: `${executionId}/${stepId}`,
    signal: AbortSignal.any([job.signal, stop]),
    timeoutMs,
    paused,
  };
  try {
    return await unlessAborted(type.run(running, input), stop);
  } finally {
    clearTimeout(timer);
    watched.end();
    limit.abort(OVER);
  }
}

function holds(when: string, scope: Scope): boolean {
  try {
    return conditionHolds(when, scope);
  } catch (error) {
    throw refused(`when: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function filled({ input }: Step, scope: Scope): unknown {
  try {
    return fillTemplates(input, scope);
  } catch (error) {
    throw error instanceof TemplateError ? refused(error.message) : error;
  }
}
