/**
 * Values computed from a client's answers, such as energy needs and a weekly plan: pure functions,
 * with the sources of their formulas. Templates see the values as `computed.<name>`.
 */
export { computeValues } from './computed-values.ts';
export { COMPUTED_INPUTS } from './inputs.ts';
export type { ComputedValues } from './types.ts';
