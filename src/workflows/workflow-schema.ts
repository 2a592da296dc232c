/** Workflows and executions as they are read. */

import { NEWEST_FIRST, parsePage } from '../platform/database/keyset.ts';
import { NAME_LENGTH, parseArgument, text } from '../platform/input.ts';
import { builder } from '../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../schema-builder/columns.ts';
import { connectionType, forwardArguments, pageArguments } from '../schema-builder/connections.ts';
import { isClient } from '../schema-builder/context.ts';
import { selectsField } from '../schema-builder/lookahead.ts';
import { maxItems, maxLength } from '../schema-builder/maxima.ts';
import { payload, payloadType } from '../schema-builder/mutations.ts';
import { Node, registerNode } from '../schema-builder/nodes.ts';
import { ANALYSIS_WEIGHT, weighs } from '../schema-builder/weights.ts';
import { userLoader } from '../tenancy/loaders.ts';
import { User } from '../tenancy/schema.ts';
import {
  CONDITION_LENGTH,
  GIVEN_ID_LENGTH,
  MAX_STEPS,
  type Step,
} from './definitions/definition.ts';
import {
  type ListedDefinition,
  listWorkflows,
  planWorkflow,
  readDefinition,
} from './definitions/definitions.ts';
import { type Plan, planOf } from './definitions/plan.ts';
import { MAX_STEPS_LENGTH } from './definitions/step-problems.ts';
import { listExecutions } from './execution/executions.ts';
import {
  EXECUTION_COLUMNS,
  type ExecutionColumn,
  type ExecutionRow,
  progressOf,
  type StepRunRow,
} from './execution/rows.ts';
import { rateLimitOf } from './execution/start-limits.ts';
import {
  readWorkflowAnalytics,
  type StepFigures,
  type WorkflowFigures,
} from './figures/analytics.ts';
import {
  executionCountLoader,
  executionLoader,
  executionsOfWorkflowLoader,
  stepRunsLoader,
  workflowLoader,
  workflowVersionLoader,
} from './loaders.ts';
import { type ExecutionNode, executionNode, type WorkflowNode, workflowNode } from './nodes.ts';
import { STEP_TYPES } from './steps/index.ts';

const WorkflowStepType = builder.enumType('WorkflowStepType', { values: [...STEP_TYPES.keys()] });
const WorkflowExecutionStatus = builder.enumType('WorkflowExecutionStatus', {
  values: ['QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const,
});
const WorkflowStepStatus = builder.enumType('WorkflowStepStatus', {
  values: ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'SKIPPED'] as const,
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

const RateLimit = builder
  .objectRef<{ points: number; windowSeconds: number }>('RateLimit')
  .implement({
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

const StepRun = builder.objectRef<StepRunRow>('WorkflowStepRun').implement({
  fields: (t) => ({
    stepId: t.exposeString('stepId'),
    type: t.expose('type', { type: WorkflowStepType }),
    status: t.expose('status', { type: WorkflowStepStatus }),
    attempts: t.exposeInt('attempts'),
    output: t.expose('output', { type: 'JSON', nullable: true }),
    errorMessage: t.exposeString('errorMessage', { nullable: true }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
  }),
});

export const Workflow = builder.objectRef<WorkflowNode>('Workflow');
export const WorkflowExecution = builder.objectRef<ExecutionNode>('WorkflowExecution').implement({
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id'),
    version: t.exposeInt('version'),
    workflow: t.field({
      description: 'As it was when the execution started.',
      type: Workflow,
      resolve: async ({ versionId }, _args, context) =>
        present(await workflowVersionLoader(context).load(versionId)),
    }),
    status: t.expose('status', { type: WorkflowExecutionStatus }),
    progress: t.int({ resolve: progressOf }),
    input: t.expose('input', { type: 'JSON' }),
    output: t.expose('output', { type: 'JSON', nullable: true }),
    errorMessage: t.exposeString('errorMessage', { nullable: true }),
    steps: t.field({
      type: [StepRun],
      resolve: ({ uuid, steps }, _args, context) => steps ?? stepRunsLoader(context).load(uuid),
    }),
    startedBy: t.field({
      type: User,
      nullable: true,
      resolve: ({ startedById }, _args, context) =>
        startedById === null ? null : userLoader(context).load(startedById),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
  }),
});

function present<T>(row: T | null): T {
  if (row === null) throw new Error('A foreign key points at a row that is not there.');
  return row;
}

const ExecutionConnection = connectionType<ExecutionRow, ExecutionNode>(
  'WorkflowExecution',
  WorkflowExecution,
  executionNode,
);

Workflow.implement({
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
    executions: t.field({
      type: ExecutionConnection,
      args: forwardArguments(t.arg),
      resolve: async ({ workflowId }, args, context) => ({
        ...(await executionsOfWorkflowLoader(context).load({
          workflowId,
          page: parsePage(args, NEWEST_FIRST),
        })),
        count: async () => (await executionCountLoader(context).load(workflowId))[0]?.count ?? 0,
      }),
    }),
  }),
});

registerNode('Workflow', async (context, id) =>
  isClient(context.viewer) ? null : workflowLoader(context).load(id),
);
registerNode('WorkflowExecution', async (context, id) =>
  isClient(context.viewer) ? null : executionLoader(context).load(id),
);

const StepAnalytics = builder.objectRef<StepFigures>('WorkflowStepAnalytics').implement({
  fields: (t) => ({
    type: t.expose('type', { type: WorkflowStepType }),
    runs: t.exposeInt('runs'),
    failed: t.exposeInt('failed'),
    medianSeconds: t.exposeFloat('medianSeconds', { nullable: true }),
  }),
});
const WorkflowAnalytics = builder.objectRef<WorkflowFigures>('WorkflowAnalytics').implement({
  fields: (t) => ({
    executions: t.exposeInt('executions'),
    completed: t.exposeInt('completed'),
    failed: t.exposeInt('failed'),
    cancelled: t.exposeInt('cancelled'),
    parallel: t.exposeInt('parallel', {
      description: 'Executions with steps that ran at the same time.',
    }),
    medianSeconds: t.exposeFloat('medianSeconds', { nullable: true }),
    p95Seconds: t.exposeFloat('p95Seconds', { nullable: true }),
    steps: t.field({ type: [StepAnalytics], resolve: ({ steps }) => steps }),
  }),
});

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
const ExecutionFilter = builder.inputType('WorkflowExecutionFilter', {
  fields: (t) => ({
    workflowKey: t.string({ ...maxLength(NAME_LENGTH) }),
    status: t.field({ type: [WorkflowExecutionStatus] }),
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

/** What the fields of WorkflowExecution are made of. */
const EXECUTION_NEEDS: ColumnNeeds<ExecutionColumn> = {
  all: EXECUTION_COLUMNS,
  always: ['id', 'createdAt'],
  fields: {
    workflow: ['versionId'],
    progress: ['doneCount', 'stepCount'],
    steps: [],
    startedBy: ['startedById'],
  },
};

builder.queryFields((t) => ({
  workflow: t.field({
    type: Workflow,
    nullable: true,
    args: { key: t.arg.string({ required: true, ...maxLength(NAME_LENGTH) }) },
    resolve: async (_root, args, { platform, viewer }) => {
      const definition = await readDefinition(
        platform,
        viewer,
        parseArgument(text(NAME_LENGTH), 'key', args.key),
      );
      return definition && workflowNode(definition);
    },
  }),
  workflows: t.field({
    type: WorkflowConnection,
    args: forwardArguments(t.arg),
    resolve: (_root, args, { platform, viewer }) => listWorkflows(platform, viewer, args),
  }),
  workflowAnalytics: t.field({
    ...weighs(ANALYSIS_WEIGHT),
    description:
      'Of executions created in [from, to), and the steps that they ran; times are of what COMPLETED, to within 1/16.',
    type: WorkflowAnalytics,
    args: {
      key: t.arg.string({ ...maxLength(NAME_LENGTH) }),
      from: t.arg({ type: 'DateTime' }),
      to: t.arg({ type: 'DateTime' }),
    },
    resolve: (_root, args, { platform, viewer }, info) =>
      readWorkflowAnalytics(platform, viewer, { ...args, withSteps: selectsField(info, 'steps') }),
  }),
  workflowPlan: t.field({
    description:
      'Checks steps without storing them: errors (unknown dependency, cycle) or the execution plan.',
    type: PlanResult,
    args: { steps: t.arg({ type: [WorkflowStepInput], required: true, ...maxItems(MAX_STEPS) }) },
    resolve: (_root, { steps }, context) => payload(context, planned(steps)),
  }),
  workflowExecutions: t.field({
    type: ExecutionConnection,
    args: { ...pageArguments(t.arg), filter: t.arg({ type: ExecutionFilter }) },
    resolve: (_root, args, { platform, viewer }, info) =>
      listExecutions(platform, viewer, {
        ...args,
        columns: neededColumns(info, CONNECTION_ROWS, EXECUTION_NEEDS),
      }),
  }),
}));

async function planned(steps: Parameters<typeof planWorkflow>[0]): Promise<{ plan: Plan }> {
  return planWorkflow(steps);
}
