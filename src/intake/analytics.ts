/**
 * Analytics of the intakes whose first answers were saved in a range of time. One statement over
 * one index, so that all its numbers are of one moment; on the replica if there is one.
 */
import { sql } from 'kysely';
import type { ClientType } from '../../generated/kysely.ts';
import { whereGiven } from '../platform/database/filters.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { parseMoment } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import type { CalendarDay } from '../platform/time.ts';
import type { Viewer } from '../schema-builder/context.ts';

/** `from` is included and `to` is not; both are moments with a zone. Null does not restrict. */
export interface IntakeAnalyticsArguments {
  from?: string | null;
  to?: string | null;
  clientType?: ClientType | null;
}

/** `completed` and `abandoned` are parts of `started`. */
export interface IntakeCounts {
  started: number;
  completed: number;
  /** Neither completed nor saved for 7 days. */
  abandoned: number;
}

/** Client types and days without intakes are left out of the lists. */
export interface IntakeAnalytics extends IntakeCounts {
  /** From the first save to the submission, in minutes; null when none is completed. */
  medianMinutesToComplete: number | null;
  byClientType: (IntakeCounts & { clientType: ClientType })[];
  byDay: { day: CalendarDay; started: number; completed: number }[];
}

/**
 * Reads the analytics of the intakes first saved in [from, to). In `byDay`, an intake counts as
 * completed on the UTC day of its completion, even after `to`.
 */
export async function readIntakeAnalytics(
  platform: Platform,
  viewer: Viewer,
  args: IntakeAnalyticsArguments,
): Promise<IntakeAnalytics> {
  const from = args.from == null ? null : parseMoment('from', args.from);
  const to = args.to == null ? null : parseMoment('to', args.to);
  const [analytics] = await platform.replica
    .forTenant(viewer)
    .run(analyticsOf({ from, to, clientType: args.clientType ?? null }));
  if (!analytics) throw new Error('A count always returns a row.');
  return analytics;
}

const COMPLETED = sql<number>`count("completedAt")`;
const ABANDONED = sql<number>`count(*) filter (
  where "completedAt" is null and "lastSavedAt" < statement_timestamp() - interval '7 days'
)`;
const MINUTES = sql`extract(epoch from "completedAt" - "startedAt") / 60`;

const byClientType = sql`
  select "clientType", count(*) as started, ${COMPLETED} as completed, ${ABANDONED} as abandoned
  from chosen group by 1 order by 1`;
const byDay = sql`
  select to_char(day, 'YYYY-MM-DD') as day, sum(started) as started, sum(completed) as completed
  from (
    select date_trunc('day', "startedAt", 'UTC') as day, 1 as started, 0 as completed from chosen
    union all
    select date_trunc('day', "completedAt", 'UTC'), 0, 1 from chosen where "completedAt" is not null
  ) as moments
  group by 1 order by 1`;

interface Range {
  from: string | null;
  to: string | null;
  clientType: ClientType | null;
}

function analyticsOf({ from, to, clientType }: Range) {
  const chosen = query
    .selectFrom('intake_progress')
    .select(['clientType', 'startedAt', 'completedAt', 'lastSavedAt'])
    .$call(whereGiven(from, (at, eb) => eb('startedAt', '>=', sql<string>`${at}::timestamptz`)))
    .$call(whereGiven(to, (at, eb) => eb('startedAt', '<', sql<string>`${at}::timestamptz`)))
    .$call(whereGiven(clientType, (type, eb) => eb('clientType', '=', type)));
  return query
    .with('chosen', () => chosen)
    .selectFrom('chosen')
    .select([
      sql<number>`count(*)`.as('started'),
      COMPLETED.as('completed'),
      ABANDONED.as('abandoned'),
      sql<number | null>`percentile_cont(0.5) within group (order by ${MINUTES})`.as(
        'medianMinutesToComplete',
      ),
      sql<IntakeAnalytics['byClientType']>`(
        select coalesce(json_agg(types), '[]') from (${byClientType}) as types
      )`.as('byClientType'),
      sql<IntakeAnalytics['byDay']>`(
        select coalesce(json_agg(days), '[]') from (${byDay}) as days
      )`.as('byDay'),
    ]);
}
