/** Loaders of executions and their steps, and of the executions of workflows. */
import { sql } from 'kysely';
import { applyPage, type PageRequest } from '../../platform/database/keyset.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Context } from '../../schema-builder/context.ts';
import { groupLoader, pagesOf, rowLoader } from '../../schema-builder/loaders.ts';
import { executionCounts } from '../figures/kept-figures.ts';
import {
  EXECUTION_COLUMNS,
  type ExecutionRow,
  executionsById,
  stepsOfExecutions,
} from './executions.ts';
import { executionNode } from './nodes.ts';

function database({ platform, viewer }: Context) {
  return platform.database.forTenant(viewer);
}

/** Executions by id. */
export const executionLoader = rowLoader(
  (context, ids) => database(context).runPrepared(executionsById, { ids }),
  executionNode,
);

/** The steps of an execution, in the order of its definition. */
export const stepRunsLoader = groupLoader(
  (context, ids) => database(context).runPrepared(stepsOfExecutions, { ids }),
  ({ executionId }) => executionId,
);

/** A page of the executions of a workflow. */
export const executionsOfWorkflowLoader = pagesOf<ExecutionRow>({
  read: (context, { ids, page }) => database(context).run(executionsOfWorkflows(ids, page)),
  parentOf: ({ workflowId }) => workflowId,
});

function executionsOfWorkflows(workflowIds: string[], page: PageRequest) {
  return query
    .selectFrom(
      sql<{ workflowId: string }>`unnest(${workflowIds}::uuid[])`.as<'parent'>(
        sql`parent("workflowId")`,
      ),
    )
    .innerJoinLateral(
      (eb) =>
        applyPage(
          eb
            .selectFrom('workflow_execution')
            .select(EXECUTION_COLUMNS)
            .whereRef('workflow_execution.workflowId', '=', 'parent.workflowId'),
          'workflow_execution',
          page,
        ).as('execution'),
      (join) => join.onTrue(),
    )
    .selectAll('execution');
}

/** How many executions a workflow has: one row, or none for no executions. */
export const executionCountLoader = groupLoader(
  (context, ids) => database(context).runPrepared(executionCounts, { ids }),
  ({ workflowId }) => workflowId,
);
