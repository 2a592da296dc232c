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
  fields: (t) => ({
    workflowKey: t.string({ ...maxLength(NAME_LENGTH) }),
    status: t.field({ type: [WorkflowExecutionStatus] }),
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
    args: { ...pageArguments(t.arg), filter: t.arg({ type: ExecutionFilter }) },
    resolve: (_root, args, { platform, viewer }, info) =>
      listExecutions(platform, viewer, {
        ...args,
        columns: neededColumns(info, CONNECTION_ROWS, EXECUTION_NEEDS),
      }),
  }),
);
