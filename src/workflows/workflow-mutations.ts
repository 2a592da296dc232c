/** Mutations of workflows and executions. */
import { NAME_LENGTH } from '../platform/input.ts';
import { builder } from '../schema-builder/builder.ts';
import { maxItems, maxLength } from '../schema-builder/maxima.ts';
import { payload, payloadType } from '../schema-builder/mutations.ts';
import { EMPTY_OBJECT } from '../schema-builder/scalars.ts';
import { type Definition, MAX_STEPS } from './definitions/definition.ts';
import { saveWorkflow } from './definitions/definitions.ts';
import {
  cancelExecution,
  MAX_INPUT_LENGTH,
  resumeExecution,
  startWorkflow,
} from './execution/executions.ts';
import type { ExecutionRow } from './execution/rows.ts';
import { executionNode, workflowNode } from './nodes.ts';
import { Workflow, WorkflowExecution, WorkflowStepInput } from './workflow-schema.ts';

const RateLimitInput = builder.inputType('RateLimitInput', {
  fields: (t) => ({ points: t.int({ required: true }), windowSeconds: t.int({ required: true }) }),
});
const SaveWorkflowInput = builder.inputType('SaveWorkflowInput', {
  fields: (t) => ({
    key: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    name: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    steps: t.field({ type: [WorkflowStepInput], required: true, ...maxItems(MAX_STEPS) }),
    rateLimit: t.field({ type: RateLimitInput, description: 'Per user; default 10 in 60 s.' }),
  }),
});
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

const WorkflowPayload = payloadType<{ workflow: Definition }>('WorkflowPayload', (t) => ({
  workflow: t.field({
    type: Workflow,
    nullable: true,
    resolve: ({ workflow }) => workflow && workflowNode(workflow),
  }),
}));
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
  saveWorkflow: t.field({
    type: WorkflowPayload,
    args: { input: t.arg({ type: SaveWorkflowInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, saveWorkflow(context.platform, context.viewer, input)),
  }),
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
