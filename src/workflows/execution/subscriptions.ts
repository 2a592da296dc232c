/** `workflowExecutionProgress`: an execution with its steps as it is now, then after each change. */
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { RequestError } from '../../platform/errors.ts';
import { parseId } from '../../platform/input.ts';
import { liveTopics } from '../../platform/platform.ts';
import { builder } from '../../schema-builder/builder.ts';
import { EXECUTION_CHANGED } from '../topics.ts';
import {
  EXECUTION_COLUMNS,
  type ExecutionRow,
  executionVersions,
  STEP_RUN_COLUMNS,
  type StepRunRow,
} from './executions.ts';
import { executionNode } from './nodes.ts';
import { WorkflowExecution } from './schema.ts';

/** An execution and its steps at one moment. */
interface LiveExecution extends ExecutionRow {
  steps: StepRunRow[];
}

const liveExecutions = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('workflow_execution')
    .select(EXECUTION_COLUMNS)
    .select((eb) =>
      jsonArrayFrom(
        eb
          .selectFrom('workflow_step_run')
          .select(STEP_RUN_COLUMNS)
          .whereRef('workflow_step_run.executionId', '=', 'workflow_execution.id')
          .orderBy('position'),
      ).as('steps'),
    )
    .where('workflow_execution.id', '=', anyOf(p.ids))
    .$castTo<LiveExecution>(),
);

const executions = liveTopics<LiveExecution>(({ database }) => ({
  topic: EXECUTION_CHANGED,
  read: (tenantId, ids) => database.forTenant({ tenantId }).runPrepared(liveExecutions, { ids }),
  readVersions: (tenantId, ids) =>
    database.forTenant({ tenantId }).runPrepared(executionVersions, { ids }),
}));

builder.subscriptionField('workflowExecutionProgress', (t) =>
  t.field({
    description:
      'An execution with its steps as it is now, then after each change. Where changes follow each other quickly, states between them may be left out, but never the last one. An unknown id fails with NOT_FOUND.',
    type: WorkflowExecution,
    args: {
      id: t.arg.id({ required: true, description: 'The `id` that startWorkflow returned.' }),
    },
    subscribe: async (_root, args, { platform, viewer }) => {
      const id = parseId(['WorkflowExecution'], 'id', args.id);
      const states = await executions(platform).subscribe(viewer.tenantId, id);
      if (states === null) throw new RequestError('NOT_FOUND', 'Nothing with this id exists.');
      return states;
    },
    resolve: executionNode,
  }),
);
