/**
 * Dates of phases, and whether a package or phase is on time. Working days are Monday to Friday.
 * The timeline status is a function of stored columns and today's date, so that it is right at any
 * moment without a job; `timelineCondition` says the same in SQL for filters.
 */
import { type RawBuilder, sql } from 'kysely';
import { type CalendarDay, DAY, fromCalendarDay, toCalendarDay } from '../../platform/time.ts';

/** In the order of the schema, which is not the order in which they apply. */
export const TIMELINE_STATUSES = [
  'NOT_STARTED',
  'ON_TRACK',
  'AT_RISK',
  'OVERDUE',
  'COMPLETED',
] as const;
/** Whether work is on time on a given day. */
export type TimelineStatus = (typeof TIMELINE_STATUSES)[number];

/** Percentage points by which progress may lag behind the share of working days that are over. */
const AT_RISK_POINTS = 20;
/** Work that would end later ends on this day: the last with a year of four digits. */
const LAST_DAY: CalendarDay = '9999-12-31';
/** 1969-12-29 was a Monday: days are counted from it. */
const DAYS_FROM_MONDAY_TO_EPOCH = 3;

/** Days since Monday 1969-12-29. */
function dayNumber(day: CalendarDay): number {
  return fromCalendarDay(day).getTime() / DAY + DAYS_FROM_MONDAY_TO_EPOCH;
}

/** Working days from that Monday to the day with this number, both included. */
function workingDaysUntil(number: number): number {
  const weeks = Math.floor(number / 7);
  return weeks * 5 + Math.min(number - weeks * 7 + 1, 5);
}

/** Counts Monday to Friday, both ends included; 0 if `last` is before `first`. */
export function workingDays(first: CalendarDay, last: CalendarDay): number {
  return Math.max(0, workingDaysUntil(dayNumber(last)) - workingDaysUntil(dayNumber(first) - 1));
}

/**
 * The working day `count` working days after `day`, or after the last working day before it; with 0
 * on a weekend, the Friday.
 */
function plusWorkingDays(day: CalendarDay, count: number): CalendarDay {
  const index = workingDaysUntil(dayNumber(day)) + count - 1;
  const weeks = Math.floor(index / 5);
  const milliseconds = (weeks * 7 + (index - weeks * 5) - DAYS_FROM_MONDAY_TO_EPOCH) * DAY;
  return milliseconds > fromCalendarDay(LAST_DAY).getTime()
    ? LAST_DAY
    : toCalendarDay(new Date(milliseconds));
}

/** The day itself, or the Monday after a weekend. */
function workingDayFrom(day: CalendarDay): CalendarDay {
  return workingDays(day, day) === 1 ? day : plusWorkingDays(day, 1);
}

/** The first and the last working day of a phase. */
export interface PhaseDates {
  startDate: CalendarDay;
  expectedEndDate: CalendarDay;
}

/**
 * The dates of consecutive phases: the first starts on `start` (on Monday when that is a weekend),
 * each takes ceil(hours ÷ hours of a working day) working days, at least 1, and the next starts on
 * the next one. `hours` are in hundredths.
 */
export function phaseDates(
  start: CalendarDay,
  hours: readonly number[],
  hoursPerWorkingDay: number,
): PhaseDates[] {
  const perDay = Math.round(hoursPerWorkingDay * 100);
  let next = workingDayFrom(start);
  return hours.map((hundredths) => {
    const days = Math.max(1, Math.ceil(hundredths / perDay));
    const dates = { startDate: next, expectedEndDate: plusWorkingDays(next, days - 1) };
    next = plusWorkingDays(dates.expectedEndDate, 1);
    return dates;
  });
}

/** What the timeline status of a package or phase depends on; progress is in percent. */
export interface Timed {
  /** Only packages have one. */
  status?: string;
  progress: number;
  startDate: CalendarDay | null;
  expectedEndDate: CalendarDay | null;
}

/** The timeline status on the day `today`. */
export function timelineStatus(work: Timed, today: CalendarDay): TimelineStatus {
  if (work.status === 'COMPLETED' || work.progress === 100) return 'COMPLETED';
  if (work.startDate === null) return 'NOT_STARTED';
  const start = work.startDate;
  if (today < start) return 'NOT_STARTED';
  if (work.expectedEndDate === null) return 'ON_TRACK';
  const end = work.expectedEndDate;
  if (today > end) return 'OVERDUE';
  return workingDays(start, today) * 100 >=
    (work.progress + AT_RISK_POINTS) * workingDays(start, end)
    ? 'AT_RISK'
    : 'ON_TRACK';
}

/**
 * Whether a row of `table` has one of these statuses on the day `today`, written so that indexes on
 * the dates can be used.
 */
export function timelineCondition(
  table: string,
  statuses: readonly TimelineStatus[],
  today: CalendarDay,
): RawBuilder<boolean> {
  const column = (name: string) => sql.ref(`${table}.${name}`);
  const [start, end, progress] = [
    column('startDate'),
    column('expectedEndDate'),
    column('progress'),
  ];
  const day = sql`${today}::date`;
  const elapsed = sql`"workingDays"(${start}, ${day})`;
  const planned = sql`"workingDays"(${start}, ${end})`;
  const lag = sql`${elapsed} * 100 >= (${progress} + ${AT_RISK_POINTS}::int) * ${planned}`;
  const open = sql`(${column('status')} <> 'COMPLETED' and ${progress} < 100)`;
  const conditions: Record<TimelineStatus, RawBuilder<unknown>> = {
    COMPLETED: sql`(${column('status')} = 'COMPLETED' or ${progress} = 100)`,
    NOT_STARTED: sql`(${open} and (${start} is null or ${start} > ${day}))`,
    OVERDUE: sql`(${open} and ${start} <= ${day} and ${end} < ${day})`,
    AT_RISK: sql`(${open} and ${start} <= ${day} and ${end} >= ${day} and ${lag})`,
    ON_TRACK: sql`(${open} and ${start} <= ${day}
      and (${end} is null or (${end} >= ${day} and not (${lag}))))`,
  };
  if (statuses.length === 0) return sql<boolean>`false`;
  return sql<boolean>`(${sql.join(
    statuses.map((status) => conditions[status]),
    sql` or `,
  )})`;
}
