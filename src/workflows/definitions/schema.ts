/** Workflows, their steps and plans as they are read. */
import { NAME_LENGTH, parseArgument, text } from '../../platform/input.ts';
import { builder } from '../../schema-builder/builder.ts';
import { connectionType, forwardArguments } from '../../schema-builder/connections.ts';
import { isClient } from '../../schema-builder/context.ts';
import { maxItems, maxLength } from '../../schema-builder/maxima.ts';
import { payload, payloadType } from '../../schema-builder/mutations.ts';
import { Node, registerNode } from '../../schema-builder/nodes.ts';
import { rateLimitOf } from '../execution/start-limits.ts';
import { STEP_TYPES } from '../steps/index.ts';
import {
  CONDITION_LENGTH,
  GIVEN_ID_LENGTH,
  MAX_STEPS,
  type StartLimit,
  type Step,
} from './definition.ts';
import { type ListedDefinition, listWorkflows, readDefinition } from './definitions.ts';
import { workflowLoader } from './loaders.ts';
import { type WorkflowNode, workflowNode } from './nodes.ts';
import { type Plan, planOf } from './plan.ts';
import { planWorkflow } from './save.ts';
import { MAX_STEPS_LENGTH } from './step-problems.ts';

export const WorkflowStepType = builder.enumType('WorkflowStepType', {
  values: [...STEP_TYPES.keys()],
});

const WorkflowStep = builder.objectRef<Step>('WorkflowStep').implement({
  fields: (t) => ({
    id: t.exposeString('id'),
    type: t.expose('type', { type: WorkflowStepType }),
    dependsOn: t.stringList({ resolve: (step) => [...step.dependsOn] }),
    input: t.expose('input', { type: 'JSON', nullable: true }),
    when: t.exposeString('when', { nullable: true }),
    parallel: t.exposeBoolean('parallel'),
    timeoutSeconds: t.exposeInt('timeoutSeconds'),
  }),
});

const RateLimit = builder.objectRef<StartLimit>('RateLimit').implement({
  description:
    'Over it startWorkflow is RATE_LIMITED, with extensions.resetAt (DateTime) and extensions.remaining.',
  fields: (t) => ({ points: t.exposeInt('points'), windowSeconds: t.exposeInt('windowSeconds') }),
});

const WorkflowPlan = builder.objectRef<Plan>('WorkflowPlan').implement({
  description: '`groups[i]` may run together once every group before it is done.',
  fields: (t) => ({
    groups: t.field({ type: t.listRef(t.listRef('String')), resolve: (plan) => plan.groups }),
    criticalPath: t.exposeStringList('criticalPath'),
  }),
});

export const Workflow = builder.objectRef<WorkflowNode>('Workflow').implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id'),
    key: t.exposeString('key'),
    name: t.exposeString('name'),
    version: t.exposeInt('version'),
    steps: t.field({ type: [WorkflowStep], resolve: ({ steps }) => [...steps] }),
    rateLimit: t.field({
      type: RateLimit,
      resolve: (workflow, _args, { platform }) => rateLimitOf(platform, workflow),
    }),
    plan: t.field({ type: WorkflowPlan, resolve: ({ steps }) => planOf(steps) }),
  }),
});

registerNode('Workflow', async (context, id) =>
  isClient(context.viewer) ? null : workflowLoader(context).load(id),
);

export const WorkflowStepInput = builder.inputType('WorkflowStepInput', {
  fields: (t) => ({
    id: t.string({ required: true, ...maxLength(GIVEN_ID_LENGTH) }),
    type: t.field({ type: WorkflowStepType, required: true }),
    dependsOn: t.stringList({
      required: true,
      defaultValue: [],
      ...maxItems(MAX_STEPS, { maxLength: GIVEN_ID_LENGTH }),
    }),
    input: t.field({
      type: 'JSON',
      description: 'May hold {{ steps.ID.output.path }} and {{ input.path }}.',
      ...maxLength(MAX_STEPS_LENGTH),
    }),
    when: t.string({
      description: 'Liquid condition; false: the step is SKIPPED and its dependents go on.',
      ...maxLength(CONDITION_LENGTH),
    }),
    parallel: t.boolean({ required: true, defaultValue: true, description: 'False: runs alone.' }),
    timeoutSeconds: t.int({ required: true, defaultValue: 60 }),
  }),
});

const PlanResult = payloadType<{ plan: Plan }>('WorkflowPlanResult', (t) => ({
  plan: t.expose('plan', { type: WorkflowPlan, nullable: true }),
}));

const WorkflowConnection = connectionType<ListedDefinition, WorkflowNode>(
  'Workflow',
  Workflow,
  workflowNode,
);

builder.queryFields((t) => ({
  workflow: t.field({
    type: Workflow,
    nullable: true,
    args: { key: t.arg.string({ required: true, ...maxLength(NAME_LENGTH) }) },
    resolve: async (_root, args, { platform, viewer }) => {
      const key = parseArgument(text(NAME_LENGTH), 'key', args.key);
      const definition = await readDefinition(platform, viewer, key);
      return definition && workflowNode(definition);
    },
  }),
  workflows: t.field({
    type: WorkflowConnection,
    args: forwardArguments(t.arg),
    resolve: (_root, args, { platform, viewer }) => listWorkflows(platform, viewer, args),
  }),
  workflowPlan: t.field({
    description:
      'Checks steps without storing them: errors (unknown dependency, cycle) or the execution plan.',
    type: PlanResult,
    args: { steps: t.arg({ type: [WorkflowStepInput], required: true, ...maxItems(MAX_STEPS) }) },
    resolve: (_root, { steps }, context) => payload(context, planWorkflow(steps)),
  }),
}));
