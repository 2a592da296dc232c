/** The list of executions, paged from indexes for every filter. */
import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { z } from 'zod';
import { WorkflowExecutionStatus } from '../../../generated/kysely.ts';
import { oneOf } from '../../platform/database/arrays.ts';
import { whereGiven } from '../../platform/database/filters.ts';
import {
  applyPage,
  countRows,
  type PageArguments,
  type PageRequest,
  parsePage,
  toPage,
} from '../../platform/database/keyset.ts';
import { NEWEST_FIRST } from '../../platform/database/ordering.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import { type Given, NAME_LENGTH, parseArgument, text } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import type { ExecutionColumn, ExecutionRow } from './executions.ts';

/** Which executions a list shows. */
export const ExecutionFilter = z
  .object({
    workflowKey: text(NAME_LENGTH)
      .optional()
      .describe('The key of a workflow, in any version; omitted or null: all workflows.'),
    status: z
      .array(z.enum(WorkflowExecutionStatus))
      .optional()
      .describe(
        'Executions with one of these statuses; omitted or null: every status. An empty list finds nothing.',
      ),
  })
  .describe('Which executions to list: those that meet all given conditions.');

interface ExecutionListArguments extends PageArguments {
  filter?: Given<typeof ExecutionFilter> | null;
  /** The columns to read: `id`, `createdAt`, and those that the caller needs. */
  columns: readonly ExecutionColumn[];
}

/** A page of the tenant's executions, newest first. An empty list of statuses matches none. */
export async function listExecutions(
  platform: Platform,
  viewer: Viewer,
  args: ExecutionListArguments,
) {
  const page = parsePage(args, NEWEST_FIRST);
  const { status, workflowKey } = args.filter ?? {};
  const ofWorkflow = query.selectFrom('workflow_execution').$call(
    whereGiven(workflowKey, (key, eb) =>
      eb(
        'workflow_execution.workflowId',
        '=',
        query
          .selectFrom('workflow')
          .select('workflow.id')
          .where('workflow.key', '=', parseArgument(text(NAME_LENGTH), 'filter.workflowKey', key)),
      ),
    ),
  );
  const pageOf = (executions: typeof ofWorkflow) =>
    applyPage(executions.select(args.columns), 'workflow_execution', page).$castTo<ExecutionRow>();
  const database = platform.database.forTenant(viewer);
  const several = status != null && status.length > 1;
  const matching =
    status == null
      ? ofWorkflow
      : ofWorkflow.where(several ? hasStatus(status) : oneOf('workflow_execution.status', status));
  const rows = await database.run(
    several
      ? pageOfEach(status, page, pageOf(ofWorkflow.where(HAS_WANTED_STATUS)))
      : pageOf(matching),
  );
  return { ...toPage(rows, page), count: () => countRows(database, matching) };
}

/** Compares values of the enum itself, so that an index on the column can be used. */
function hasStatus(statuses: readonly WorkflowExecutionStatus[]): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref('workflow_execution.status')} = any(${enumArray(statuses)})`;
}

function enumArray(statuses: readonly WorkflowExecutionStatus[]) {
  return sql`${statuses}::text[]::"WorkflowExecutionStatus"[]`;
}

const HAS_WANTED_STATUS = sql<boolean>`${sql.ref('workflow_execution.status')} = ${sql.ref('wanted.status')}`;

/**
 * A page over several statuses: a page of each status from its index, then the page of all these
 * rows. No single index is in order across several statuses. `ofStatus` selects the page of
 * `wanted.status`.
 */
function pageOfEach(
  statuses: readonly WorkflowExecutionStatus[],
  page: PageRequest,
  ofStatus: SelectQueryBuilder<TenantTables, 'workflow_execution', ExecutionRow>,
) {
  const wanted = sql<{
    status: WorkflowExecutionStatus;
  }>`unnest(${enumArray([...new Set(statuses)])})`;
  const found = query
    .selectFrom(wanted.as<'wanted'>(sql`wanted("status")`))
    .innerJoinLateral(ofStatus.as('found'), (join) => join.onTrue())
    .selectAll('found');
  return applyPage(found, 'found', page).$castTo<ExecutionRow>();
}
