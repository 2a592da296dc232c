/**
 * What an execution does next, from the states of its steps: a pure function, asked each time a
 * step ended, whoever ran it. There is no other memory of where an execution is.
 */
import type { WorkflowStepStatus } from '../../../generated/kysely.ts';
import type { Step } from '../definitions/definition.ts';
import { dependentsOf } from '../definitions/plan.ts';

/** Where a step is. */
export interface StepState {
  readonly stepId: string;
  status: WorkflowStepStatus;
  /** SKIPPED because a step that it depends on failed. */
  blocked: boolean;
  /** A job is to run it, or runs it. */
  enqueued: boolean;
  /** It waits without a worker. */
  paused: boolean;
}

export interface RunLimits {
  /** Steps of an execution that run at once. */
  maxParallel: number;
  /** Whether steps run at once at all. */
  parallel: boolean;
}

export interface NextSteps {
  /** Ids of steps that can't run any more, since one they depend on failed. */
  block: string[];
  /** Ids of steps that are to start now. */
  start: string[];
  /** Set once nothing runs or will run. */
  ended: 'COMPLETED' | 'FAILED' | null;
}

export function nextSteps(
  steps: readonly Step[],
  states: ReadonlyMap<string, StepState>,
  limits: RunLimits,
): NextSteps {
  const block = blockedSteps(steps, states);
  const isBlocked = new Set(block);
  const isDone = (id: string) => {
    const state = states.get(id);
    return state?.status === 'COMPLETED' || (state?.status === 'SKIPPED' && !state.blocked);
  };
  const open = [...states.values()].filter(
    ({ stepId, status }) =>
      (status === 'PENDING' || status === 'RUNNING') && !isBlocked.has(stepId),
  );
  const ready = steps.filter(({ id, dependsOn }) => {
    const state = states.get(id);
    return (
      state?.status === 'PENDING' &&
      !state.enqueued &&
      !isBlocked.has(id) &&
      dependsOn.every(isDone)
    );
  });
  const failed = [...states.values()].some(({ status }) => status === 'FAILED');
  return {
    block,
    start: startable(
      ready,
      open.filter(({ enqueued }) => enqueued),
      { steps, limits },
    ),
    ended: open.length > 0 ? null : failed ? 'FAILED' : 'COMPLETED',
  };
}

/** Steps behind failed ones, directly or not. */
function blockedSteps(steps: readonly Step[], states: ReadonlyMap<string, StepState>): string[] {
  const dependents = dependentsOf(steps);
  const blocked = new Set<string>();
  const behind = steps.filter(
    ({ id }) => states.get(id)?.status === 'FAILED' || states.get(id)?.blocked,
  );
  for (const { id } of behind) {
    for (const dependent of dependents.get(id) ?? []) {
      if (blocked.has(dependent.id) || states.get(dependent.id)?.status !== 'PENDING') continue;
      blocked.add(dependent.id);
      behind.push(dependent);
    }
  }
  return [...blocked];
}

interface Surroundings {
  steps: readonly Step[];
  limits: RunLimits;
}

/** Of the steps that are ready, those that may begin beside the ones that are under way. */
function startable(
  ready: readonly Step[],
  underway: readonly StepState[],
  { steps, limits }: Surroundings,
): string[] {
  const first = ready.slice(0, 1).map(({ id }) => id);
  if (!limits.parallel) return underway.length > 0 ? [] : first;
  const alone = new Set(steps.filter((step) => !step.parallel).map(({ id }) => id));
  if (underway.some(({ stepId }) => alone.has(stepId))) return [];
  // A wait takes no part: it neither fills a place nor keeps a step from being alone.
  const running = underway.filter(({ paused }) => !paused).length;
  const together = ready
    .filter((step) => step.parallel)
    .slice(0, Math.max(0, limits.maxParallel - running));
  if (together.length > 0) return together.map(({ id }) => id);
  return running > 0 ? [] : first;
}
