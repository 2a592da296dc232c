import type { WorkflowStepType } from '../generated/graphql.ts';
import type { StepRun } from './documents.ts';

/** What a person sees of a step, in the order of its life. */
export const STEP_STATES = [
  'PENDING',
  'RUNNING',
  'WAITING',
  'RETRYING',
  'COMPLETED',
  'FAILED',
  'SKIPPED',
  'CANCELLED',
] as const;
export type StepState = (typeof STEP_STATES)[number];

interface StepInExecution {
  run: Pick<StepRun, 'status' | 'attempts' | 'errorMessage'>;
  type: WorkflowStepType;
}

/** A step's status, told apart further: WAITING for a time, RETRYING between two attempts. */
export function stepStateOf({
  run: { status, attempts, errorMessage },
  type,
}: StepInExecution): StepState {
  if (status === 'RUNNING' && type === 'WAIT') return 'WAITING';
  if (status !== 'PENDING') return status;
  return attempts > 0 && errorMessage !== null ? 'RETRYING' : 'PENDING';
}
