/**
 * Sums, products and maxima of numbers of which some are known only with an operation's variables.
 * What is known is folded to a constant; the rest becomes steps that each run once, in order, and
 * store their result in a slot. A term that is used many times (a fragment spread twice, whose
 * parts are again spread twice …) is therefore computed once, where nested closures would be
 * exponential.
 *
 * Numbers are whole, not negative, and stop at Number.MAX_SAFE_INTEGER.
 */

/** The values of an operation's variables, as the client sent them. */
export type Variables = Readonly<Record<string, unknown>>;

/** A constant, or the slot of a number that depends on variables. */
export type Term = number | { readonly slot: number };

type Step = (slots: Float64Array, variables: Variables) => number;

/** The steps so far; the result of step n is in slot n. */
export type CostProgram = Step[];

/**
 * A term computed from the variables themselves; `read` must return a whole number, not negative.
 */
export function variableTerm(program: CostProgram, read: (variables: Variables) => number): Term {
  return addStep(program, (_slots, variables) => read(variables));
}

export function sumOf(program: CostProgram, terms: readonly Term[]): Term {
  let constant = 0;
  const slots: number[] = [];
  for (const term of terms) {
    if (typeof term === 'number') constant = saturate(constant + term);
    else slots.push(term.slot);
  }
  const [first] = slots;
  if (first === undefined) return constant;
  if (slots.length === 1 && constant === 0) return { slot: first };
  return addStep(program, (values) => {
    let sum = constant;
    for (const slot of slots) sum = saturate(sum + valueAt(values, slot));
    return sum;
  });
}

export function productOf(program: CostProgram, left: Term, right: Term): Term {
  if (typeof left === 'number') {
    if (typeof right === 'number') return saturate(left * right);
    const { slot } = right;
    return left === 0 ? 0 : addStep(program, (values) => saturate(left * valueAt(values, slot)));
  }
  if (typeof right === 'number') return productOf(program, right, left);
  return addStep(program, (values) =>
    saturate(valueAt(values, left.slot) * valueAt(values, right.slot)),
  );
}

/** The largest of the terms; 0 of none. */
export function maximumOf(program: CostProgram, terms: readonly Term[]): Term {
  let constant = 0;
  const slots: number[] = [];
  for (const term of terms) {
    if (typeof term === 'number') constant = Math.max(constant, term);
    else slots.push(term.slot);
  }
  if (slots.length === 0) return constant;
  return addStep(program, (values) => {
    let maximum = constant;
    for (const slot of slots) maximum = Math.max(maximum, valueAt(values, slot));
    return maximum;
  });
}

/**
 * The finished program as a function of the variables. It keeps its slots between calls, so a call
 * allocates nothing.
 */
export function evaluator(program: CostProgram, result: Term): (variables: Variables) => number {
  if (typeof result === 'number') return () => result;
  const slots = new Float64Array(program.length);
  return (variables) => {
    let index = 0;
    for (const step of program) slots[index++] = step(slots, variables);
    return valueAt(slots, result.slot);
  };
}

function addStep(program: CostProgram, step: Step): Term {
  program.push(step);
  return { slot: program.length - 1 };
}

function valueAt(slots: Float64Array, slot: number): number {
  return slots[slot] ?? 0;
}

function saturate(value: number): number {
  return Math.min(value, Number.MAX_SAFE_INTEGER);
}
