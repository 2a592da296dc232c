/** Mutations of executions. */
import { NAME_LENGTH } from '../../platform/input.ts';
import { builder } from '../../schema-builder/builder.ts';
import { maxLength } from '../../schema-builder/maxima.ts';
import { payload, payloadType } from '../../schema-builder/mutations.ts';
import { EMPTY_OBJECT } from '../../schema-builder/scalars.ts';
import { cancelExecution } from './cancel.ts';
import type { ExecutionRow } from './executions.ts';
import { executionNode } from './nodes.ts';
import { resumeExecution } from './resume.ts';
import { WorkflowExecution } from './schema.ts';
import { MAX_INPUT_LENGTH, startWorkflow } from './start.ts';

const StartWorkflowInput = builder.inputType('StartWorkflowInput', {
  fields: (t) => ({
    key: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    input: t.field({
      type: 'JSON',
      required: true,
      defaultValue: EMPTY_OBJECT,
      ...maxLength(MAX_INPUT_LENGTH),
    }),
    idempotencyKey: t.string({
      description: 'A second start with the same key returns the first execution.',
      ...maxLength(NAME_LENGTH),
    }),
  }),
});

const ExecutionIdInput = builder.inputType('WorkflowExecutionIdInput', {
  fields: (t) => ({ id: t.id({ required: true }) }),
});

const ExecutionPayload = payloadType<{ execution: ExecutionRow | undefined }>(
  'WorkflowExecutionPayload',
  (t) => ({
    execution: t.field({
      type: WorkflowExecution,
      nullable: true,
      resolve: ({ execution }) => execution && executionNode(execution),
    }),
  }),
);

builder.mutationFields((t) => ({
  startWorkflow: t.field({
    type: ExecutionPayload,
    args: { input: t.arg({ type: StartWorkflowInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, startWorkflow(context.platform, context.viewer, input)),
  }),
  cancelWorkflowExecution: t.field({
    type: ExecutionPayload,
    args: { input: t.arg({ type: ExecutionIdInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, cancelExecution(context.platform, context.viewer, input)),
  }),
  resumeWorkflowExecution: t.field({
    description: 'Goes on from the last completed steps of a FAILED execution.',
    type: ExecutionPayload,
    args: { input: t.arg({ type: ExecutionIdInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, resumeExecution(context.platform, context.viewer, input)),
  }),
}));
