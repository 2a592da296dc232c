/** The order in which the steps of a definition can run. */

/** The part of a step that its place in the order depends on. */
export interface PlannedStep {
  id: string;
  dependsOn: readonly string[];
}

/** The order in which steps can run. */
export interface Plan {
  /** Ids of steps, each in the earliest group it can be in. */
  groups: string[][];
  /**
   * A longest chain by number of steps. Of several equally long ones, the chain of the steps that
   * are defined first.
   */
  criticalPath: string[];
}

/** The plan of steps that have no `orderProblems`. */
export function planOf(steps: readonly PlannedStep[]): Plan {
  const groups: string[][] = [];
  const levels = new Map<string, number>();
  const previous = new Map<string, string>();
  for (const step of orderable(steps)) {
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

/** The steps, each after those it depends on. Steps on cycles and behind them are left out. */
export function orderable(steps: readonly PlannedStep[]): PlannedStep[] {
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

type Dependents = ReadonlyMap<string, readonly PlannedStep[]>;

/** Cached by the array of steps: it is needed each time a step of the definition ends. */
const knownDependents = new WeakMap<readonly PlannedStep[], Dependents>();

/** The steps that depend directly on each step, by its id. */
export function dependentsOf(steps: readonly PlannedStep[]): Dependents {
  const known = knownDependents.get(steps) ?? findDependents(steps);
  knownDependents.set(steps, known);
  return known;
}

function findDependents(steps: readonly PlannedStep[]): Dependents {
  const dependents = new Map<string, PlannedStep[]>(steps.map(({ id }) => [id, []]));
  for (const step of steps)
    for (const dependency of new Set(step.dependsOn)) dependents.get(dependency)?.push(step);
  return dependents;
}

/** The ids of all steps that each step waits for, directly or not, by its id. */
export function ancestorsOf(steps: readonly PlannedStep[]): Map<string, Set<string>> {
  const ancestors = new Map<string, Set<string>>();
  for (const { id, dependsOn } of orderable(steps)) {
    const all = new Set(dependsOn);
    for (const dependency of dependsOn)
      for (const earlier of ancestors.get(dependency) ?? []) all.add(earlier);
    ancestors.set(id, all);
  }
  return ancestors;
}
