/**
 * What makes it impossible to order steps: too many of them, ids that are taken or unusable,
 * dependencies on steps that do not exist, and cycles.
 */
import type { UserError } from '../../platform/errors.ts';
import { MAX_ID_LENGTH, MAX_STEPS } from './definition.ts';
import { orderable, type PlannedStep } from './plan.ts';

/** Why steps can't be ordered; empty if they can. */
export function orderProblems(steps: readonly PlannedStep[]): UserError[] {
  if (steps.length > MAX_STEPS)
    return [
      invalid(
        ['steps'],
        `Expected at most ${MAX_STEPS} steps, found ${steps.length.toLocaleString('en')}.`,
      ),
    ];
  const problems = [...idProblems(steps), ...unknownDependencies(steps)];
  return problems.length > 0 ? problems : cycleProblems(steps);
}

/** The ids that `steps.ID.output` accepts without quotes. */
const STEP_ID = new RegExp(`^[\\p{L}\\p{N}_-]{1,${MAX_ID_LENGTH}}$`, 'u');

function idProblems(steps: readonly PlannedStep[]): UserError[] {
  const seen = new Set<string>();
  return steps.flatMap(({ id }, index) => {
    const isTaken = seen.has(id);
    seen.add(id);
    const at = ['steps', index, 'id'];
    if (!STEP_ID.test(id))
      return [invalid(at, `Expected 1 to ${MAX_ID_LENGTH} letters, digits, _ and -.`)];
    return isTaken ? [invalid(at, `Another step has the id "${id}".`)] : [];
  });
}

function unknownDependencies(steps: readonly PlannedStep[]): UserError[] {
  const known = new Set(steps.map(({ id }) => id));
  return steps.flatMap(({ dependsOn }, index) =>
    dependsOn.flatMap((id, position) => {
      if (known.has(id)) return [];
      const at = ['steps', index, 'dependsOn', position];
      return [problem('NOT_FOUND', at, `There is no step "${id.slice(0, MAX_ID_LENGTH)}".`)];
    }),
  );
}

/**
 * One error for each cycle. A cycle that shares a step with a reported one is reported once that
 * one has been fixed.
 */
function cycleProblems(steps: readonly PlannedStep[]): UserError[] {
  const problems: UserError[] = [];
  let left = steps;
  for (;;) {
    const ordered = new Set(orderable(left));
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

/** A cycle among steps that each wait for another of them, from its step that is defined first. */
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

type Path = readonly (string | number)[];

function problem(code: UserError['code'], path: Path, message: string): UserError {
  return { code, field: path.map(String), message };
}

/** An INVALID error at a path of the input. */
export function invalid(path: Path, message: string): UserError {
  return problem('INVALID', path, message);
}
