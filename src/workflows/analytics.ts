/** Figures of the executions that were started in a range of time. One statement, on the replica where there is one: all figures are of one moment. */
import { sql } from 'kysely';
import type { WorkflowStepType } from '../generated/kysely.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { moment, parseArgument, text } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';

export interface WorkflowAnalyticsArguments {
  key?: string | null;
  from?: string | null;
  to?: string | null;
  /** Whether the figures of the steps are wanted: they are of many more rows. */
  withSteps: boolean;
}

export interface StepFigures {
  type: WorkflowStepType;
  runs: number;
  failed: number;
  medianSeconds: number | null;
}

export interface WorkflowFigures {
  executions: number;
  completed: number;
  failed: number;
  cancelled: number;
  parallel: number;
  medianSeconds: number | null;
  p95Seconds: number | null;
  steps: StepFigures[];
}

/** Over executions created in [from, to). Times are those of COMPLETED executions, from their creation on. */
export async function readWorkflowAnalytics(platform: Platform, viewer: Viewer, args: WorkflowAnalyticsArguments): Promise<WorkflowFigures> {
  const chosen = {
    key: args.key == null ? null : parseArgument(text(200), 'key', args.key),
    from: args.from == null ? null : parseArgument(moment(), 'from', args.from),
    to: args.to == null ? null : parseArgument(moment(), 'to', args.to),
  };
  const database = platform.replica.forTenant(viewer);
  const [[figures], steps] = await Promise.all([database.run(executionFigures(chosen)), args.withSteps ? database.run(stepFigures(chosen)) : []]);
  if (!figures) throw new Error('Counting answers a row, always.');
  const { times, ...counts } = figures;
  return { ...counts, medianSeconds: times?.[0] ?? null, p95Seconds: times?.[1] ?? null, steps };
}

interface Chosen {
  key: string | null;
  from: string | null;
  to: string | null;
}

function executionsIn({ key, from, to }: Chosen) {
  return query
    .selectFrom('workflow_execution')
    .$if(key !== null, (executions) =>
      executions.where(
        'workflow_execution.workflowId',
        '=',
        query
          .selectFrom('workflow')
          .select('workflow.id')
          .where('workflow.key', '=', key ?? ''),
      ),
    )
    .$if(from !== null, (executions) => executions.where('workflow_execution.createdAt', '>=', sql<string>`${from}::timestamptz`))
    .$if(to !== null, (executions) => executions.where('workflow_execution.createdAt', '<', sql<string>`${to}::timestamptz`));
}

function countOf(status: string) {
  return sql<number>`count(*) filter (where ${sql.ref('workflow_execution.status')} = ${sql.lit(status)})`;
}

function executionFigures(chosen: Chosen) {
  // One sort for both; date_part is a float already, where extract computes a numeric.
  const seconds = sql`date_part('epoch', ${sql.ref('workflow_execution.finishedAt')} - ${sql.ref('workflow_execution.createdAt')})`;
  const times = sql<
    [number, number] | null
  >`percentile_cont(array[0.5, 0.95]::float8[]) within group (order by ${seconds}) filter (where ${sql.ref('workflow_execution.status')} = 'COMPLETED')`;
  return executionsIn(chosen).select([
    sql<number>`count(*)`.as('executions'),
    countOf('COMPLETED').as('completed'),
    countOf('FAILED').as('failed'),
    countOf('CANCELLED').as('cancelled'),
    sql<number>`count(*) filter (where ${sql.ref('workflow_execution.parallel')})`.as('parallel'),
    times.as('times'),
  ]);
}

/** Runs are steps that ran to their end; the times are of those that COMPLETED. */
function stepFigures(chosen: Chosen) {
  const seconds = sql`date_part('epoch', ${sql.ref('run.finishedAt')} - ${sql.ref('run.startedAt')})`;
  return executionsIn(chosen)
    .innerJoin('workflow_step_run as run', 'run.executionId', 'workflow_execution.id')
    .where('run.status', 'in', ['COMPLETED', 'FAILED'])
    .groupBy('run.type')
    .orderBy('run.type')
    .select([
      'run.type',
      sql<number>`count(*)`.as('runs'),
      sql<number>`count(*) filter (where ${sql.ref('run.status')} = 'FAILED')`.as('failed'),
      sql<number | null>`percentile_cont(0.5) within group (order by ${seconds}) filter (where ${sql.ref('run.status')} = 'COMPLETED')`.as('medianSeconds'),
    ]);
}
