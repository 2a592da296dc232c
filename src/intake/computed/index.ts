/** Values from answers: what the rest of intake uses of this folder. */
export { computeValues } from './computed-values.ts';
export { COMPUTED_INPUTS } from './inputs.ts';
export type { ComputedValues } from './types.ts';
