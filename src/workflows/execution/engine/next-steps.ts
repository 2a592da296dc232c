/**
 * What an execution does next, from the states of its steps: a pure function, called each time a
 * step ends. Where an execution stands is kept nowhere else.
 */
import type { WorkflowStepStatus } from '../../../../generated/kysely.ts';
import type { Step } from '../../definitions/definition.ts';
import { dependentsOf, type PlannedStep } from '../../definitions/plan.ts';

/** The state of a step of one execution. */
export interface StepState {
  readonly stepId: string;
  status: WorkflowStepStatus;
  /** SKIPPED because a step that it depends on failed. */
  blocked: boolean;
  /** A job is going to run it, or runs it. */
  enqueued: boolean;
  /** It waits, without a worker. */
  paused: boolean;
}

/** How many steps of one execution may run at the same time. */
export interface RunLimits {
  /** How many steps of an execution run at once, at most. */
  maxParallel: number;
  /** False: steps run one at a time. */
  parallel: boolean;
}

/** What to do once a step has ended. */
export interface NextSteps {
  /** Ids of the steps that can't run any more, because a step that they depend on failed. */
  block: string[];
  /** Ids of the steps that are to start now. */
  start: string[];
  /** How the execution ended; null while a step runs or is going to. */
  ended: 'COMPLETED' | 'FAILED' | null;
}

/** What follows from the states of all steps of a definition. */
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
  const failed: PlannedStep[] = steps.filter(
    ({ id }) => states.get(id)?.status === 'FAILED' || states.get(id)?.blocked,
  );
  for (const { id } of failed) {
    for (const dependent of dependents.get(id) ?? []) {
      if (blocked.has(dependent.id) || states.get(dependent.id)?.status !== 'PENDING') continue;
      blocked.add(dependent.id);
      failed.push(dependent);
    }
  }
  return [...blocked];
}

interface StartRules {
  /** All steps: some of them run alone. */
  steps: readonly Step[];
  limits: RunLimits;
}

/** The ids of the ready steps that may start beside those that are under way. */
function startable(
  ready: readonly Step[],
  underway: readonly StepState[],
  { steps, limits }: StartRules,
): string[] {
  const first = ready.slice(0, 1).map(({ id }) => id);
  if (!limits.parallel) return underway.length > 0 ? [] : first;
  const alone = new Set(steps.filter((step) => !step.parallel).map(({ id }) => id));
  if (underway.some(({ stepId }) => alone.has(stepId))) return [];
  // A paused step does not count: it takes no place, and a step may be alone beside it.
  const running = underway.filter(({ paused }) => !paused).length;
  const together = ready
    .filter((step) => step.parallel)
    .slice(0, Math.max(0, limits.maxParallel - running));
  if (together.length > 0) return together.map(({ id }) => id);
  return running > 0 ? [] : first;
}
