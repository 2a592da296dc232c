/** What is wrong with the steps of a definition, in messages for the person who saves it. */
import type { UserError } from '../../platform/errors.ts';
import { STEP_TYPES } from '../steps/index.ts';
import { conditionReferences } from './conditions.ts';
import { isObject, MAX_ID_LENGTH, MAX_STEPS_LENGTH, MAX_TIMEOUT_SECONDS } from './definition.ts';
import type { GivenStep } from './given-steps.ts';
import { inputProblems } from './input-problems.ts';
import { invalid, orderProblems } from './order-problems.ts';
import { ancestorsOf } from './plan.ts';
import { parseReference, TemplateError, templatesIn } from './templates.ts';

/**
 * What is wrong with the order of steps, their limits, and what their templates and conditions
 * read: everything except inputs that do not fit the step's type.
 */
export function structureProblems(steps: readonly GivenStep[]): UserError[] {
  const inOrder = orderProblems(steps);
  if (inOrder.length > 0) return inOrder;
  if (JSON.stringify(steps).length > MAX_STEPS_LENGTH)
    return [
      invalid(
        ['steps'],
        `Expected at most ${MAX_STEPS_LENGTH.toLocaleString('en')} characters of JSON.`,
      ),
    ];
  const ancestors = ancestorsOf(steps);
  const ids = new Set(steps.map(({ id }) => id));
  return steps.flatMap((step, index) => {
    const known: KnownSteps = { ids, before: ancestors.get(step.id) ?? new Set() };
    const problems = [
      ...limitProblems(step),
      ...templateProblems(step, known),
      ...conditionProblems(step, known),
    ];
    return problems.map(({ path, message }) => invalid(['steps', index, ...path], message));
  });
}

/** Everything that is wrong, including inputs that do not fit the step's type. */
export function stepProblems(steps: readonly GivenStep[]): UserError[] {
  if (steps.length === 0) return [invalid(['steps'], 'Expected at least one step.')];
  const structure = structureProblems(steps);
  if (structure.length > 0) return structure;
  return steps.flatMap((step, index) => {
    const type = STEP_TYPES.get(step.type);
    const problems = type === undefined ? [] : inputProblems(type, step.input ?? {});
    return problems.map(({ path, message }) =>
      invalid(['steps', index, 'input', ...path], message),
    );
  });
}

interface Problem {
  path: (string | number)[];
  message: string;
}

interface KnownSteps {
  ids: ReadonlySet<string>;
  /** The steps that are done before the step starts. */
  before: ReadonlySet<string>;
}

function limitProblems({ input, timeoutSeconds }: GivenStep): Problem[] {
  const problems: Problem[] = [];
  if (input != null && !isObject(input))
    problems.push({ path: ['input'], message: 'Expected an object.' });
  if (timeoutSeconds < 1 || timeoutSeconds > MAX_TIMEOUT_SECONDS)
    problems.push({
      path: ['timeoutSeconds'],
      message: `Expected a whole number from 1 to ${MAX_TIMEOUT_SECONDS.toLocaleString('en')}.`,
    });
  return problems;
}

function templateProblems({ input }: GivenStep, known: KnownSteps): Problem[] {
  return templatesIn(input).flatMap(({ at, text }) => {
    const message = templateProblem(text, known);
    return message === null ? [] : [{ path: ['input', ...at], message }];
  });
}

function templateProblem(text: string, known: KnownSteps): string | null {
  try {
    const { stepId } = parseReference(text);
    return stepId === null ? null : unreachable(stepId, known);
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}

function conditionProblems({ when }: GivenStep, known: KnownSteps): Problem[] {
  if (when == null) return [];
  try {
    const { steps, unknown } = conditionReferences(when);
    const messages = [
      ...unknown.map(
        (path) =>
          `Expected input.path or steps.ID.output.path, found ${path.slice(0, MAX_ID_LENGTH)}.`,
      ),
      ...steps.map((id) => unreachable(id, known)),
    ];
    return messages.flatMap((message) => (message === null ? [] : [{ path: ['when'], message }]));
  } catch (error) {
    return [{ path: ['when'], message: error instanceof Error ? error.message : String(error) }];
  }
}

/** Why a step can't read the output of another one; null if it can. */
function unreachable(id: string, { ids, before }: KnownSteps): string | null {
  if (before.has(id)) return null;
  const shown = id.slice(0, MAX_ID_LENGTH);
  return ids.has(id)
    ? `This step does not depend on the step "${shown}", which may therefore not be done in time.`
    : `There is no step "${shown}".`;
}
