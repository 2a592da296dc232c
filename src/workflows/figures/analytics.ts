/**
 * Analytics of the executions that were started in a range of time. The SQL function
 * workflowFigures adds up the kept figures (kept-figures.ts) and the rows of executions that are
 * not in them yet: one statement, so that all figures are of one moment, and each count is exact.
 * Durations are kept in slots no wider than 1/16 of them, so a median is accurate to 6 %.
 */
import { sql } from 'kysely';
import type { WorkflowStepType } from '../../../generated/kysely.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { query, TENANT } from '../../platform/database/tenant-scope.ts';
import { parseArgument, parseMoment, text } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import { SECOND } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { STEP_TYPES } from '../steps/index.ts';

/** Which executions are counted: all, unless something is given. */
export interface WorkflowAnalyticsArguments {
  key?: string | null;
  from?: string | null;
  to?: string | null;
  /** Whether to read the figures of steps, which come from many more rows. */
  withSteps: boolean;
}

/** The figures of the steps of one type. A run is a step that COMPLETED or FAILED. */
export interface StepFigures {
  type: WorkflowStepType;
  runs: number;
  failed: number;
  medianSeconds: number | null;
}

/** The figures of executions; the median and the 95th percentile are null without COMPLETED ones. */
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

/** The figures of the executions, or of the steps of one type. */
interface Figures extends Times {
  subject: string;
  runs: number;
  completed: number;
  failed: number;
  cancelled: number;
  parallel: number;
}

/** Durations by slots, the shortest first. */
export interface Times {
  /** How many durations each slot has. */
  counts: number[];
  /** The sum of the durations of each slot. */
  ms: number[];
}

const figuresOf = prepare(
  (p: { key: string | null; from: string | null; to: string | null; withSteps: boolean }) =>
    query
      .selectFrom(
        sql<Figures>`"workflowFigures"(
          ${TENANT}::uuid, ${p.key}::text, ${p.from}::timestamptz, ${p.to}::timestamptz,
          ${p.withSteps}::boolean
        )`.as('figures'),
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
 * The analytics of executions created in [from, to), of one workflow or all. Durations are those of
 * COMPLETED executions, in seconds from their creation.
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
 * The duration, in seconds, that a share (0 to 1) of the durations does not exceed; null if there
 * are none. Each duration counts as the mean of its slot.
 */
export function secondsAt(times: Times, share: number): number | null {
  const total = times.counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = (total - 1) * share;
  const below = msAt(times, Math.floor(rank));
  const above = msAt(times, Math.ceil(rank));
  return (below + (above - below) * (rank - Math.floor(rank))) / SECOND;
}

/** The duration at a place, counted from 0, when all are sorted. */
function msAt({ counts, ms }: Times, place: number): number {
  let slot = 0;
  for (let left = place; left >= (counts[slot] ?? 0); slot += 1) left -= counts[slot] ?? 0;
  return (ms[slot] ?? 0) / (counts[slot] ?? 1);
}
