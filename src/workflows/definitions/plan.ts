/** The order that the steps of a definition may run in, and what makes an order impossible. */
import type { UserError } from '../../platform/errors.ts';
import { MAX_ID_LENGTH, MAX_STEPS } from './definition.ts';

/** As much of a step as its place in the order depends on. */
export interface PlannedStep {
  id: string;
  dependsOn: readonly string[];
}

export interface Plan {
  /** Each step in the earliest group it can be in. */
  groups: string[][];
  /**
   * A longest chain by number of steps; where there are several, the one of the steps that are
   * defined first.
   */
  criticalPath: string[];
}

/** The plan of steps without `orderProblems`. */
export function planOf(steps: readonly PlannedStep[]): Plan {
  const groups: string[][] = [];
  const levels = new Map<string, number>();
  const previous = new Map<string, string>();
  for (const step of inOrder(steps)) {
    for (const dependency of step.dependsOn) {
      const level = (levels.get(dependency) ?? 0) + 1;
      if (level <= (levels.get(step.id) ?? 0)) continue;
      levels.set(step.id, level);
      previous.set(step.id, dependency);
    }
    if (!levels.has(step.id)) levels.set(step.id, 0);
  }
  for (const { id } of steps) {
    const level = levels.get(id) ?? 0;
    while (groups.length <= level) groups.push([]);
    groups[level]?.push(id);
  }
  const criticalPath: string[] = [];
  for (let id = groups.at(-1)?.[0]; id !== undefined; id = previous.get(id))
    criticalPath.unshift(id);
  return { groups, criticalPath };
}

/** The steps, each after those it depends on; steps on cycles and behind them are left out. */
function inOrder(steps: readonly PlannedStep[]): PlannedStep[] {
  const waiting = new Map(steps.map((step) => [step.id, new Set(step.dependsOn).size]));
  const dependents = dependentsOf(steps);
  const ready = steps.filter((step) => step.dependsOn.length === 0);
  for (const { id } of ready) {
    for (const dependent of dependents.get(id) ?? []) {
      const left = (waiting.get(dependent.id) ?? 0) - 1;
      waiting.set(dependent.id, left);
      if (left === 0) ready.push(dependent);
    }
  }
  return ready;
}

/** Of definitions, which are asked for it each time a step ends. */
const knownDependents = new WeakMap<
  readonly PlannedStep[],
  ReadonlyMap<string, readonly PlannedStep[]>
>();

/** The steps that wait for each step. */
export function dependentsOf<S extends PlannedStep>(
  steps: readonly S[],
): ReadonlyMap<string, readonly S[]> {
  const known = knownDependents.get(steps) ?? findDependents(steps);
  knownDependents.set(steps, known);
  return known as ReadonlyMap<string, readonly S[]>;
}

function findDependents<S extends PlannedStep>(steps: readonly S[]): Map<string, S[]> {
  const dependents = new Map<string, S[]>(steps.map(({ id }) => [id, []]));
  for (const step of steps)
    for (const dependency of new Set(step.dependsOn)) dependents.get(dependency)?.push(step);
  return dependents;
}

/** All that each step waits for, directly or not. */
export function ancestorsOf(steps: readonly PlannedStep[]): Map<string, Set<string>> {
  const ancestors = new Map<string, Set<string>>();
  for (const { id, dependsOn } of inOrder(steps)) {
    const all = new Set(dependsOn);
    for (const dependency of dependsOn)
      for (const earlier of ancestors.get(dependency) ?? []) all.add(earlier);
    ancestors.set(id, all);
  }
  return ancestors;
}

/** Why steps can't be ordered; empty when they can. */
export function orderProblems(steps: readonly PlannedStep[]): UserError[] {
  if (steps.length > MAX_STEPS)
    return [
      problem(
        'INVALID',
        ['steps'],
        `Expected at most ${MAX_STEPS} steps, found ${steps.length.toLocaleString('en')}.`,
      ),
    ];
  const problems = [...idProblems(steps), ...unknownDependencies(steps)];
  return problems.length > 0 ? problems : cycleProblems(steps);
}

/** What the id can stand for in `steps.ID.output` without quoting. */
const STEP_ID = new RegExp(`^[\\p{L}\\p{N}_-]{1,${MAX_ID_LENGTH}}$`, 'u');

function idProblems(steps: readonly PlannedStep[]): UserError[] {
  const seen = new Set<string>();
  return steps.flatMap(({ id }, index) => {
    const isTaken = seen.has(id);
    seen.add(id);
    if (!STEP_ID.test(id))
      return [
        problem(
          'INVALID',
          ['steps', index, 'id'],
          `Expected 1 to ${MAX_ID_LENGTH} letters, digits, _ and -.`,
        ),
      ];
    return isTaken
      ? [problem('INVALID', ['steps', index, 'id'], `Another step has the id "${id}".`)]
      : [];
  });
}

function unknownDependencies(steps: readonly PlannedStep[]): UserError[] {
  const known = new Set(steps.map(({ id }) => id));
  return steps.flatMap(({ dependsOn }, index) =>
    dependsOn.flatMap((id, position) =>
      known.has(id)
        ? []
        : [
            problem(
              'NOT_FOUND',
              ['steps', index, 'dependsOn', position],
              `There is no step "${id.slice(0, MAX_ID_LENGTH)}".`,
            ),
          ],
    ),
  );
}

/**
 * One error a cycle; cycles that share a step with one that is named already show once that is
 * mended.
 */
function cycleProblems(steps: readonly PlannedStep[]): UserError[] {
  const problems: UserError[] = [];
  let left = steps;
  for (;;) {
    const ordered = new Set(inOrder(left));
    const stuck = left.filter((step) => !ordered.has(step));
    if (stuck.length === 0) return problems;
    const cycle = cycleIn(stuck);
    const index = steps.findIndex(({ id }) => id === cycle[0]);
    const message =
      cycle.length === 1
        ? `The step "${cycle[0]}" depends on itself.`
        : `These steps wait for each other: ${[...cycle, cycle[0]].join(' → ')}.`;
    problems.push(problem('CYCLE', ['steps', index, 'dependsOn'], message));
    const rest = stuck.filter(({ id }) => !cycle.includes(id));
    left = rest.map((step) => ({
      ...step,
      dependsOn: step.dependsOn.filter((id) => rest.some((one) => one.id === id)),
    }));
  }
}

/**
 * A cycle among steps that all wait for one of them, beginning with its step that is defined first.
 */
function cycleIn(stuck: readonly PlannedStep[]): string[] {
  const byId = new Map(stuck.map((step) => [step.id, step]));
  const path: string[] = [];
  let id = stuck[0]?.id ?? '';
  while (!path.includes(id)) {
    path.push(id);
    id = byId.get(id)?.dependsOn.find((dependency) => byId.has(dependency)) ?? '';
  }
  const cycle = path.slice(path.indexOf(id));
  const first = stuck.find((step) => cycle.includes(step.id))?.id ?? id;
  const start = cycle.indexOf(first);
  return [...cycle.slice(start), ...cycle.slice(0, start)];
}

function problem(
  code: UserError['code'],
  field: readonly (string | number)[],
  message: string,
): UserError {
  return { code, field: field.map(String), message };
}
