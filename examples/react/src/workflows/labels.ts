import type { WorkflowExecutionStatus, WorkflowStepType } from '../generated/graphql.ts';
import type { Tone } from '../shared/progress-bar.tsx';
import type { StepState } from './step-state.ts';

export const EXECUTION_LABEL: Record<WorkflowExecutionStatus, string> = {
  QUEUED: 'Queued',
  RUNNING: 'Running',
  COMPLETED: 'Completed',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
};

export const EXECUTION_TONE: Record<WorkflowExecutionStatus, Tone> = {
  QUEUED: 'muted',
  RUNNING: 'accent',
  COMPLETED: 'good',
  FAILED: 'bad',
  CANCELLED: 'muted',
};

export const STEP_LABEL: Record<StepState, string> = {
  PENDING: 'Not begun',
  RUNNING: 'Running',
  WAITING: 'Waiting',
  RETRYING: 'Tries again soon',
  COMPLETED: 'Completed',
  FAILED: 'Failed',
  SKIPPED: 'Skipped',
  CANCELLED: 'Cancelled',
};

export const TYPE_LABEL: Record<WorkflowStepType, string> = {
  ASSIGN_PRIORITY_AI: 'Assign a priority',
  ASSIGN_TECHNICIAN: 'Assign a technician',
  CREATE_MAINTENANCE_REQUEST: 'Create a request',
  GENERATE_PACKET: 'Generate a packet',
  HTTP_REQUEST: 'HTTP request',
  LOG_ACTIVITY: 'Log an activity',
  SEND_NOTIFICATION: 'Send a notification',
  WAIT: 'Wait',
};
