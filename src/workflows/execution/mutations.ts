/** Mutations of executions. */
import { inputOf } from '../../schema-builder/inputs.ts';
import { mutation, payloadOf } from '../../schema-builder/mutations.ts';
import { cancelExecution } from './cancel.ts';
import './erasure.ts';
import { ExecutionId } from './change.ts';
import { resumeExecution } from './resume.ts';
import { WorkflowExecution } from './schema.ts';
import { StartWorkflow, startWorkflow } from './start.ts';

inputOf('WorkflowExecutionIdInput', ExecutionId);

const ExecutionPayload = payloadOf('WorkflowExecutionPayload', { execution: WorkflowExecution });

mutation('startWorkflow', {
  description:
    'Starts an execution of a workflow and returns at once, without waiting for its steps: workflowExecutionProgress shows how far it is. Over a limit on starts it fails with RATE_LIMITED, extensions.resetAt (DateTime) and extensions.remaining.',
  input: StartWorkflow,
  payload: ExecutionPayload,
  rule: startWorkflow,
});

mutation('cancelWorkflowExecution', {
  description:
    'Stops an execution at once; CONFLICT if it has ended. Requests of running steps are aborted, and all steps that are not done are CANCELLED; the outputs of the others are kept. It cannot be resumed.',
  input: ExecutionId,
  payload: ExecutionPayload,
  rule: cancelExecution,
});

mutation('resumeWorkflowExecution', {
  description:
    'Lets a FAILED execution go on; CONFLICT if it is not FAILED, or was started again with its idempotency key. Its failed steps run again, with new attempts, and the steps behind them; finished steps do not. Their number counts towards the limit on the steps of your company: over it the mutation fails with RATE_LIMITED.',
  input: ExecutionId,
  payload: ExecutionPayload,
  rule: resumeExecution,
});
