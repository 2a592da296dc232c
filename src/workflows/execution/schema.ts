/** Executions of workflows and their steps as they are read. */
import { NEWEST_FIRST, parsePage } from '../../platform/database/keyset.ts';
import { NAME_LENGTH } from '../../platform/input.ts';
import { builder } from '../../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../../schema-builder/columns.ts';
import {
  connectionType,
  forwardArguments,
  pageArguments,
} from '../../schema-builder/connections.ts';
import { isClient } from '../../schema-builder/context.ts';
import { maxLength } from '../../schema-builder/maxima.ts';
import { Node, registerNode } from '../../schema-builder/nodes.ts';
import { userLoader } from '../../tenancy/loaders.ts';
import { User } from '../../tenancy/schema.ts';
import { workflowVersionLoader } from '../definitions/loaders.ts';
import { Workflow, WorkflowStepType } from '../definitions/schema.ts';
import {
  EXECUTION_COLUMNS,
  type ExecutionColumn,
  type ExecutionRow,
  progressOf,
  type StepRunRow,
} from './executions.ts';
import { listExecutions } from './list.ts';
import {
  executionCountLoader,
  executionLoader,
  executionsOfWorkflowLoader,
  stepRunsLoader,
} from './loaders.ts';
import { type ExecutionNode, executionNode } from './nodes.ts';

const WorkflowExecutionStatus = builder.enumType('WorkflowExecutionStatus', {
  values: ['QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const,
});
const WorkflowStepStatus = builder.enumType('WorkflowStepStatus', {
  values: ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'SKIPPED'] as const,
});

const StepRun = builder.objectRef<StepRunRow>('WorkflowStepRun').implement({
  description: 'A step of one execution: how far it is, and what came of it.',
  fields: (t) => ({
    stepId: t.exposeString('stepId', { description: 'The `id` of the step in the workflow.' }),
    type: t.expose('type', { type: WorkflowStepType, description: 'What the step does.' }),
    status: t.expose('status', { type: WorkflowStepStatus, description: 'How far the step is.' }),
    attempts: t.exposeInt('attempts', {
      description:
        'Attempts that have begun, 0 before the first. Passing faults are tried again, up to 3 attempts; so are attempts that a crash interrupted, without counting as faults.',
    }),
    output: t.expose('output', {
      type: 'JSON',
      nullable: true,
      description: 'An object whose keys depend on the type of step; null unless COMPLETED.',
    }),
    errorMessage: t.exposeString('errorMessage', {
      nullable: true,
      description:
        'Why the last attempt failed, also while the next one is awaited; null if none failed.',
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the first attempt began; null before, and if the step was SKIPPED because another one failed.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the step was COMPLETED, FAILED or SKIPPED; null before.',
    }),
  }),
});

export const WorkflowExecution = builder.objectRef<ExecutionNode>('WorkflowExecution').implement({
  description:
    'One run of a workflow. It goes on by itself, also after a crash or restart of the server, without running finished steps again. Portal users cannot read it.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Stays the same when the execution is resumed.' }),
    version: t.exposeInt('version', {
      description:
        'Rises with each change of the execution or one of its steps: of two states the one with the higher version is newer.',
    }),
    workflow: t.field({
      description: 'The workflow in the version that it had when the execution was started.',
      type: Workflow,
      resolve: async ({ versionId }, _args, context) =>
        present(await workflowVersionLoader(context).load(versionId)),
    }),
    status: t.expose('status', {
      type: WorkflowExecutionStatus,
      description: 'Whether it runs, and how it ended.',
    }),
    progress: t.int({
      description: 'COMPLETED and SKIPPED steps ÷ all steps, in per cent, 0 to 100, rounded down.',
      resolve: progressOf,
    }),
    input: t.expose('input', {
      type: 'JSON',
      description:
        'The object that startWorkflow was given; templates read it as {{ input.path }}.',
    }),
    output: t.expose('output', {
      type: 'JSON',
      nullable: true,
      description:
        'The outputs of the steps that no other step depends on, by the id of the step. Null unless COMPLETED.',
    }),
    errorMessage: t.exposeString('errorMessage', {
      nullable: true,
      description:
        'The first failed step in the order of the workflow, and why it failed; null unless FAILED.',
    }),
    steps: t.field({
      description: 'All steps, in the order of the workflow.',
      type: [StepRun],
      resolve: ({ uuid, steps }, _args, context) => steps ?? stepRunsLoader(context).load(uuid),
    }),
    startedBy: t.field({
      description: 'The user who started it; null if no user did.',
      type: User,
      nullable: true,
      resolve: ({ startedById }, _args, context) =>
        startedById === null ? null : userLoader(context).load(startedById),
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When startWorkflow was called. Durations in analytics count from here.',
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the first step began; null while QUEUED.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When it was COMPLETED, FAILED or CANCELLED; null before, and again once resumed.',
    }),
  }),
});

function present<T>(row: T | null): T {
  if (row === null) throw new Error('A foreign key points at a row that is not there.');
  return row;
}

registerNode('WorkflowExecution', async (context, id) =>
  isClient(context.viewer) ? null : executionLoader(context).load(id),
);

const ExecutionConnection = connectionType<ExecutionRow, ExecutionNode>(
  'WorkflowExecution',
  WorkflowExecution,
  executionNode,
);

builder.objectField(Workflow, 'executions', (t) =>
  t.field({
    description: 'The executions of the workflow in any version, newest first.',
    type: ExecutionConnection,
    args: forwardArguments(t.arg),
    resolve: async ({ workflowId }, args, context) => ({
      ...(await executionsOfWorkflowLoader(context).load({
        id: workflowId,
        page: parsePage(args, NEWEST_FIRST),
      })),
      count: async () => (await executionCountLoader(context).load(workflowId))[0]?.count ?? 0,
    }),
  }),
);

const ExecutionFilter = builder.inputType('WorkflowExecutionFilter', {
  description: 'Which executions to list: those that fit all conditions that are given.',
  fields: (t) => ({
    workflowKey: t.string({
      description: 'The key of a workflow, in any version; omitted or null: all workflows.',
      ...maxLength(NAME_LENGTH),
    }),
    status: t.field({
      type: [WorkflowExecutionStatus],
      description: 'Any of these; omitted or null: every status. An empty list finds nothing.',
    }),
  }),
});

/** The columns that the fields of WorkflowExecution need. */
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

builder.queryField('workflowExecutions', (t) =>
  t.field({
    type: ExecutionConnection,
    description: 'The executions of your company, newest first.',
    args: {
      ...pageArguments(t.arg),
      filter: t.arg({ type: ExecutionFilter, description: 'Omitted or empty: all executions.' }),
    },
    resolve: (_root, args, { platform, viewer }, info) =>
      listExecutions(platform, viewer, {
        ...args,
        columns: neededColumns(info, CONNECTION_ROWS, EXECUTION_NEEDS),
      }),
  }),
);
