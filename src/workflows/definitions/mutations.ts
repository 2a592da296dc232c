/** The mutation that saves workflows. */
import { NAME_LENGTH } from '../../platform/input.ts';
import { builder } from '../../schema-builder/builder.ts';
import { maxItems, maxLength } from '../../schema-builder/maxima.ts';
import { payload, payloadType } from '../../schema-builder/mutations.ts';
import { type Definition, MAX_STEPS } from './definition.ts';
import { workflowNode } from './nodes.ts';
import { saveWorkflow } from './save.ts';
import { Workflow, WorkflowStepInput } from './schema.ts';

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

const WorkflowPayload = payloadType<{ workflow: Definition }>('WorkflowPayload', (t) => ({
  workflow: t.field({
    type: Workflow,
    nullable: true,
    resolve: ({ workflow }) => workflow && workflowNode(workflow),
  }),
}));

builder.mutationFields((t) => ({
  saveWorkflow: t.field({
    type: WorkflowPayload,
    args: { input: t.arg({ type: SaveWorkflowInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, saveWorkflow(context.platform, context.viewer, input)),
  }),
}));
