/**
 * The `when` of a step: a Liquid condition on `input` and `steps.ID.output`, such as
 * `steps.priority.output.priority == "EMERGENCY"`.
 */
import { limitedLiquid } from '../../platform/liquid.ts';
import type { Scope } from './templates.ts';

const MAX_CONDITION_LENGTH = 1_000;

const engine = limitedLiquid({
  parseLimit: MAX_CONDITION_LENGTH + 100,
  renderLimit: 1_000,
  memoryLimit: 1_000_000,
});

/** Conditions that begin or end with an operator: Liquid itself would take nil for the value. */
const UNFINISHED = /(?:[=<>]|\b(?:contains|and|or|not))\s*$|^\s*(?:[=<>!]|(?:contains|and|or)\b)/;

/** What a condition reads. */
export interface ConditionReferences {
  /** Ids of the steps whose outputs it reads. */
  steps: string[];
  /** Names that are neither the input nor an output of a step. */
  unknown: string[];
}

/** What a condition reads; throws an Error whose message says what is wrong with it. */
export function conditionReferences(when: string): ConditionReferences {
  const condition = bare(when);
  if (condition === '' || /\{%|%\}|\{\{|\}\}/.test(condition))
    throw new Error('Expected a condition as in a Liquid if tag, such as input.size > 10.');
  if (condition.length > MAX_CONDITION_LENGTH)
    throw new Error(`Expected at most ${MAX_CONDITION_LENGTH.toLocaleString('en')} characters.`);
  if (UNFINISHED.test(condition))
    throw new Error('Expected a value on both sides of each operator.');
  const segments = engine.globalVariableSegmentsSync(`{% if ${condition} %}{% endif %}`);
  const steps = segments.flatMap(([root, id, word]) =>
    root === 'steps' && typeof id === 'string' && word === 'output' ? [id] : [],
  );
  const unknown = segments.flatMap((path) =>
    path[0] === 'input' || (path[0] === 'steps' && path[2] === 'output')
      ? []
      : [path.map(String).join('.')],
  );
  return { steps: [...new Set(steps)], unknown };
}

/** Whether a condition holds; a value that does not exist counts as nil. */
export function conditionHolds(when: string, { input, outputs }: Scope): boolean {
  const steps = Object.fromEntries([...outputs].map(([id, output]) => [id, { output }]));
  return (
    engine.parseAndRenderSync(`{% if ${bare(when)} %}yes{% endif %}`, { input, steps }) === 'yes'
  );
}

/** Without the braces of a template, which people write out of habit. */
function bare(when: string): string {
  return /^\s*\{\{([^{}]*)\}\}\s*$/.exec(when)?.[1]?.trim() ?? when.trim();
}
