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
  description: 'A step of a workflow, as it is defined. Each execution runs it once.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'Unique in the workflow.' }),
    type: t.expose('type', { type: WorkflowStepType, description: 'What the step does.' }),
    dependsOn: t.stringList({
      description: 'Ids of the steps that must be done before this one starts.',
      resolve: (step) => [...step.dependsOn],
    }),
    input: t.expose('input', {
      type: 'JSON',
      nullable: true,
      description:
        'An object; its keys depend on the type of step. Its texts may hold templates, such as {{ input.title }}.',
    }),
    when: t.exposeString('when', {
      nullable: true,
      description:
        'A Liquid condition; where it is false the step is SKIPPED and its dependents go on. Null: no condition.',
    }),
    parallel: t.exposeBoolean('parallel', {
      description: 'False: no other step of the execution runs at the same time.',
    }),
    timeoutSeconds: t.exposeInt('timeoutSeconds', {
      description: 'Seconds that one attempt may take, 1 to 3,600. After that it has failed.',
    }),
  }),
});

const RateLimit = builder.objectRef<StartLimit>('RateLimit').implement({
  description:
    'How often each user may start a workflow. A start over the limit fails with RATE_LIMITED, extensions.resetAt (DateTime) and extensions.remaining.',
  fields: (t) => ({
    points: t.exposeInt('points', { description: 'Starts that are allowed in each window.' }),
    windowSeconds: t.exposeInt('windowSeconds', { description: 'Seconds that a window lasts.' }),
  }),
});

const WorkflowPlan = builder.objectRef<Plan>('WorkflowPlan').implement({
  description: 'The order in which the steps of a workflow can run.',
  fields: (t) => ({
    groups: t.field({
      description:
        'Ids of steps. `groups[i]` may run together once every group before it is done; each step is in the earliest group it can be in.',
      type: t.listRef(t.listRef('String')),
      resolve: (plan) => plan.groups,
    }),
    criticalPath: t.exposeStringList('criticalPath', {
      description:
        'Ids of the steps of a longest chain of dependencies, in order: no execution is shorter than these steps, one after another.',
    }),
  }),
});

export const Workflow = builder.objectRef<WorkflowNode>('Workflow').implement({
  description:
    'Steps that depend on each other, to be run again and again. Each save is a new version. Portal users cannot read it.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The same in all versions.' }),
    key: t.exposeString('key', {
      description: 'By which it is saved and started; unique in your company.',
    }),
    name: t.exposeString('name', { description: 'What people see.' }),
    version: t.exposeInt('version', {
      description: '1 when it was first saved, then 1 more each time.',
    }),
    steps: t.field({
      description:
        'In the order in which they were saved, which need not be the order they run in.',
      type: [WorkflowStep],
      resolve: ({ steps }) => [...steps],
    }),
    rateLimit: t.field({
      description: "Its own limit on starts, or the server's.",
      type: RateLimit,
      resolve: (workflow, _args, { platform }) => rateLimitOf(platform, workflow),
    }),
    plan: t.field({
      description: 'The order in which its steps can run.',
      type: WorkflowPlan,
      resolve: ({ steps }) => planOf(steps),
    }),
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
  plan: t.expose('plan', {
    type: WorkflowPlan,
    nullable: true,
    description: 'Null if there are userErrors.',
  }),
}));

const WorkflowConnection = connectionType<ListedDefinition, WorkflowNode>(
  'Workflow',
  Workflow,
  workflowNode,
);

builder.queryFields((t) => ({
  workflow: t.field({
    description: 'The newest version of a workflow; null if there is none with this key.',
    type: Workflow,
    nullable: true,
    args: {
      key: t.arg.string({
        required: true,
        description: 'The key that it was saved with.',
        ...maxLength(NAME_LENGTH),
      }),
    },
    resolve: async (_root, args, { platform, viewer }) => {
      const key = parseArgument(text(NAME_LENGTH), 'key', args.key);
      const definition = await readDefinition(platform, viewer, key);
      return definition && workflowNode(definition);
    },
  }),
  workflows: t.field({
    description: 'The workflows of your company in their newest versions, newest workflow first.',
    type: WorkflowConnection,
    args: forwardArguments(t.arg),
    resolve: (_root, args, { platform, viewer }) => listWorkflows(platform, viewer, args),
  }),
  workflowPlan: t.field({
    description:
      'Checks steps without saving them. Returns their plan, or userErrors such as unknown dependencies (NOT_FOUND) and cycles (CYCLE). Does not check whether inputs fit the types of steps.',
    type: PlanResult,
    args: {
      steps: t.arg({
        type: [WorkflowStepInput],
        required: true,
        description: 'The steps, as saveWorkflow takes them.',
        ...maxItems(MAX_STEPS),
      }),
    },
    resolve: (_root, { steps }, context) => payload(context, planWorkflow(steps)),
  }),
}));
