/**
 * Whether the input of a step can fit the step's type: its templates are not filled in yet, so they
 * are assumed to fit.
 */
import type { AnyStepType } from '../steps/step-type.ts';
import { templatesIn } from './templates.ts';

/** What is wrong with a value in the input of a step. */
export interface InputProblem {
  path: string[];
  message: string;
}

/** What is wrong for any values of the templates; paths lead into the input. */
export function inputProblems({ input: schema }: AnyStepType, input: unknown): InputProblem[] {
  const parsed = schema.safeParse(input);
  if (parsed.success) return [];
  const templates = templatesIn(input).map(({ at }) => at);
  return parsed.error.issues
    .map(({ code, path, message }) => ({ code, path: path.map(String), message }))
    .filter(
      ({ code, path }) =>
        code === 'unrecognized_keys' || !templates.some((at) => concerns(at, path)),
    )
    .map(({ path, message }) => ({ path, message }));
}

/** Whether a problem at `path` may come from a template at `at`: one lies within the other. */
function concerns(at: readonly string[], path: readonly string[]): boolean {
  return (
    at.slice(0, path.length).every((part, index) => part === path[index]) &&
    (path.length <= at.length || at.every((part, index) => part === path[index]))
  );
}
