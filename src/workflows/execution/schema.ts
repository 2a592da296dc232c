/** Executions of workflows and their steps as they are read. */
import {
  WorkflowExecutionStatus as ExecutionStatusName,
  WorkflowStepStatus as StepStatusName,
} from '../../../generated/kysely.ts';
import { parsePage } from '../../platform/database/keyset.ts';
import { NEWEST_FIRST } from '../../platform/database/ordering.ts';
import { builder } from '../../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../../schema-builder/columns.ts';
import { connectionOf, pageArguments } from '../../schema-builder/connections.ts';
import { enumOf } from '../../schema-builder/enums.ts';
import { inputOf } from '../../schema-builder/inputs.ts';
import { existing } from '../../schema-builder/loaders.ts';
import { modelType } from '../../schema-builder/models.ts';
import { nodeType } from '../../schema-builder/nodes.ts';
import { userLoader } from '../../tenancy/loaders.ts';
import { User } from '../../tenancy/schema.ts';
import { workflowVersionLoader } from '../definitions/loaders.ts';
import { Workflow, WorkflowStepType } from '../definitions/schema.ts';
import {
  EXECUTION_COLUMNS,
  type ExecutionColumn,
  progressOf,
  type StepRunRow,
} from './executions.ts';
import { ExecutionFilter, listExecutions } from './list.ts';
import {
  executionCountLoader,
  executionLoader,
  executionsOfWorkflowLoader,
  stepRunsLoader,
} from './loaders.ts';
import { executionNode } from './nodes.ts';

const WorkflowExecutionStatus = enumOf('WorkflowExecutionStatus', ExecutionStatusName, {
  description: 'The status of an execution: whether it still runs, and how it ended.',
  values: {
    QUEUED: 'It was started, but none of its steps has begun.',
    RUNNING: 'A step has begun, and other steps are running, waiting or about to start.',
    COMPLETED: 'Every step was COMPLETED, or SKIPPED because its condition was false.',
    FAILED: 'A step FAILED, and no other one can run. It can be resumed.',
    CANCELLED: 'Somebody cancelled it before its end. Nothing of it changes any more.',
  },
});
const WorkflowStepStatus = enumOf('WorkflowStepStatus', StepStatusName, {
  description: 'The status of a step of an execution.',
  values: {
    PENDING: 'It has not begun, or waits for its next attempt.',
    RUNNING: 'An attempt is under way; a WAIT or GENERATE_PACKET step may be waiting.',
    COMPLETED: 'It is done and its output is kept: it never runs again.',
    FAILED: 'Its last attempt failed, and no further one follows unless the execution is resumed.',
    SKIPPED: 'Its condition was false, or a step that it depends on FAILED.',
    CANCELLED: 'Its execution was cancelled before the step was done.',
  },
});

const StepRun = modelType<'WorkflowStepRun', StepRunRow>('WorkflowStepRun', {
  description: 'A step of one execution, with its status and its output.',
  fields: (t) => ({
    stepId: t.exposeString('stepId', {
      description: 'The `id` that the step was given when the workflow was saved.',
    }),
    type: t.expose('type', { type: WorkflowStepType, description: 'What the step does.' }),
    status: t.expose('status', {
      type: WorkflowStepStatus,
      description: 'How far the step has got.',
    }),
    attempts: t.exposeInt('attempts', {
      description:
        'Attempts that have begun, 0 before the first. After a temporary failure the step is tried again, up to 3 attempts; an attempt that a crash interrupted is repeated too, and does not count as a failure.',
    }),
    output: t.expose('output', {
      type: 'JSON',
      nullable: true,
      description: 'An object whose keys depend on the type of step; null unless COMPLETED.',
    }),
    errorMessage: t.exposeString('errorMessage', {
      nullable: true,
      description:
        'Why the last attempt failed, even while another one is planned; null if none failed.',
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the first attempt began; null until then, and if the step was SKIPPED because another one failed.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the step was COMPLETED, FAILED, SKIPPED or CANCELLED; null until then.',
    }),
  }),
});

/** Loaded by id; closed to portal users. */
export const WorkflowExecution = nodeType('WorkflowExecution', {
  description:
    'One run of a workflow. It continues even after a crash or restart of the server, without running finished steps again. Portal users cannot read it.',
  load: executionLoader,
  closedToClients: true,
  present: executionNode,
  fields: (t) => ({
    version: t.exposeInt('version', {
      description:
        'Rises with each change of the execution or one of its steps: of two states the one with the higher version is newer.',
    }),
    workflow: t.field({
      description: 'The workflow in the version that it had when the execution was started.',
      type: Workflow,
      resolve: async ({ versionId }, _args, context) =>
        existing(await workflowVersionLoader(context).load(versionId)),
    }),
    status: t.expose('status', {
      type: WorkflowExecutionStatus,
      description: 'Whether it runs, and how it ended.',
    }),
    progress: t.int({
      description: 'COMPLETED and SKIPPED steps ÷ all steps, in percent, 0 to 100, rounded down.',
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
        'When it was COMPLETED, FAILED or CANCELLED; null until then, and again once resumed.',
    }),
  }),
});

builder.objectField(WorkflowExecution, 'retryOf', (t) =>
  t.field({
    description:
      'The FAILED or CANCELLED execution that was started with the same idempotency key before; null for a first start.',
    type: WorkflowExecution,
    nullable: true,
    resolve: ({ retryOfId }, _args, context) =>
      retryOfId === null ? null : executionLoader(context).load(retryOfId),
  }),
);

const ExecutionConnection = connectionOf(WorkflowExecution);

builder.objectField(Workflow, 'executions', (t) =>
  t.field({
    description: 'The executions of the workflow in any version, newest first.',
    type: ExecutionConnection,
    args: pageArguments(t.arg),
    resolve: async ({ workflowId }, args, context) => ({
      ...(await executionsOfWorkflowLoader(context).load({
        id: workflowId,
        page: parsePage(args, NEWEST_FIRST),
      })),
      count: async () => (await executionCountLoader(context).load(workflowId))[0]?.count ?? 0,
    }),
  }),
);

/** The columns that the fields of WorkflowExecution need. */
const EXECUTION_NEEDS: ColumnNeeds<ExecutionColumn> = {
  all: EXECUTION_COLUMNS,
  always: ['id', 'createdAt'],
  fields: {
    workflow: ['versionId'],
    progress: ['doneCount', 'stepCount'],
    steps: [],
    startedBy: ['startedById'],
    retryOf: ['retryOfId'],
  },
};

builder.queryField('workflowExecutions', (t) =>
  t.field({
    type: ExecutionConnection,
    description: 'The executions of your company, newest first.',
    args: {
      ...pageArguments(t.arg),
      filter: t.arg({
        type: inputOf('WorkflowExecutionFilter', ExecutionFilter),
        description: 'Omitted or empty: all executions.',
      }),
    },
    resolve: (_root, args, { platform, viewer }, info) =>
      listExecutions(platform, viewer, {
        ...args,
        columns: neededColumns(info, CONNECTION_ROWS, EXECUTION_NEEDS),
      }),
  }),
);
