/**
 * Figures of the executions that were started in a range of time. The SQL function workflowFigures
 * adds up what is kept (workflow_figure) and the raw rows of what is not kept yet: one statement,
 * so that all figures are of one moment, and each count is what counting every row would come to.
 * Times are kept in slots no wider than 1/16 of them, so that a median is at most as far off.
 */
import { sql } from 'kysely';
import type { WorkflowStepType } from '../../../generated/kysely.ts';
import { prepare } from '../../platform/database/tenant-database.ts';
import { query, TENANT } from '../../platform/database/tenant-scope.ts';
import { parseArgument, parseMoment, text } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import { SECOND } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { STEP_TYPES } from '../steps/index.ts';

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

/** Of the executions, or of the steps of one type. */
interface Figures extends Times {
  subject: string;
  runs: number;
  completed: number;
  failed: number;
  cancelled: number;
  parallel: number;
}

/** By slots, the shortest times first: how many, and their milliseconds together. */
export interface Times {
  counts: number[];
  ms: number[];
}

const figuresOf = prepare(
  (p: { key: string | null; from: string | null; to: string | null; withSteps: boolean }) =>
    query
      .selectFrom(
        sql<Figures>`"workflowFigures"(${TENANT}::uuid, ${p.key}::text, ${p.from}::timestamptz, ${p.to}::timestamptz, ${p.withSteps}::boolean)`.as(
          'figures',
        ),
      )
      .selectAll(),
);

const NONE: Omit<Figures, 'subject'> = {
  runs: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  parallel: 0,
  counts: [],
  ms: [],
};

/**
 * Over executions created in [from, to). Times are those of COMPLETED executions, from their
 * creation on.
 */
export async function readWorkflowAnalytics(
  platform: Platform,
  viewer: Viewer,
  args: WorkflowAnalyticsArguments,
): Promise<WorkflowFigures> {
  const chosen = {
    key: args.key == null ? null : parseArgument(text(200), 'key', args.key),
    from: args.from == null ? null : parseMoment('from', args.from),
    to: args.to == null ? null : parseMoment('to', args.to),
    withSteps: args.withSteps,
  };
  const rows = new Map(
    (await platform.replica.forTenant(viewer).runPrepared(figuresOf, chosen)).map((row) => [
      row.subject,
      row,
    ]),
  );
  const { runs, completed, failed, cancelled, parallel, ...times } = rows.get('EXECUTION') ?? NONE;
  return {
    executions: runs,
    completed,
    failed,
    cancelled,
    parallel,
    medianSeconds: secondsAt(times, 0.5),
    p95Seconds: secondsAt(times, 0.95),
    steps: [...STEP_TYPES.keys()].flatMap((type) => {
      const row = rows.get(type);
      return row
        ? [{ type, runs: row.runs, failed: row.failed, medianSeconds: secondsAt(row, 0.5) }]
        : [];
    }),
  };
}

/**
 * The time below which a share of the times lies; null where there are none. Each time counts as
 * the mean of its slot.
 */
export function secondsAt({ counts, ms }: Times, share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = (total - 1) * share;
  const [below, above] = [Math.floor(rank), Math.ceil(rank)].map((place) => {
    let slot = 0;
    for (let left = place; left >= (counts[slot] ?? 0); slot += 1) left -= counts[slot] ?? 0;
    return (ms[slot] ?? 0) / (counts[slot] ?? 1);
  }) as [number, number];
  return (below + (above - below) * (rank - Math.floor(rank))) / SECOND;
}
