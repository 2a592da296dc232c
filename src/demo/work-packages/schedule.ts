/** How far the demo data's work packages are: on any day there are some of every status. */
import type { WorkItemStatus, WorkPackageStatus } from '../../../generated/kysely.ts';
import { type CalendarDay, DAY, fromCalendarDay, toCalendarDay } from '../../platform/time.ts';
import { computeFigures } from '../../work-packages/figures/figures.ts';
import { hundredths, type ItemProgress } from '../../work-packages/figures/progress.ts';
import { workingDays } from '../../work-packages/figures/timeline.ts';
import type { Random } from '../random.ts';

/** How a package stands on the day that the data is written for. */
export type Situation =
  | 'ON_TRACK'
  | 'AT_RISK'
  | 'OVERDUE'
  | 'UPCOMING'
  | 'DONE'
  | 'DRAFT'
  | 'ARCHIVED';

/** The situations of packages 0, 1, 2, … in turn. The first six have all timeline statuses. */
export const SITUATIONS: readonly Situation[] = [
  'ON_TRACK',
  'DONE',
  'AT_RISK',
  'OVERDUE',
  'UPCOMING',
  'DRAFT',
  'ARCHIVED',
  'ON_TRACK',
  'DONE',
  'ON_TRACK',
  'AT_RISK',
  'DONE',
  'ON_TRACK',
];

/** The stored status of a package in each situation. */
export const STATUS_OF: Record<Situation, WorkPackageStatus> = {
  ON_TRACK: 'ACTIVE',
  AT_RISK: 'ACTIVE',
  OVERDUE: 'ACTIVE',
  UPCOMING: 'ACTIVE',
  DONE: 'COMPLETED',
  DRAFT: 'DRAFT',
  ARCHIVED: 'ARCHIVED',
};

interface Work {
  quantity: number;
  estimatedHoursEach: number;
}

/** What progress is measured against. */
export interface Day {
  today: CalendarDay;
  hoursPerWorkingDay: number;
}

/** When a package starts (null if that is not planned yet) and how far its items are. */
export interface Schedule {
  startDate: CalendarDay | null;
  /** The progress of each item, in order. */
  progress: ItemProgress[];
}

/** Calendar days for each working day. */
const CALENDAR_DAYS = 7 / 5;
const SOME_MONDAY = '2024-01-01';

/** When a package in this situation begins, and how far its items are today. */
export function scheduleFor(
  situation: Situation,
  phases: readonly (readonly Work[])[],
  { random, ...day }: Day & { random: Random },
): Schedule {
  const fresh = phases.map((items) =>
    items.map((item) => ({ ...item, status: 'NOT_STARTED' as const, progressCompleted: 0 })),
  );
  const lastDay = (start: CalendarDay) =>
    computeFigures(start, fresh, day.hoursPerWorkingDay).package.expectedEndDate ?? start;
  const length = workingDays(SOME_MONDAY, lastDay(SOME_MONDAY));
  const startDate = startOf(situation, length, { random, ...day });
  const elapsed =
    startDate === null
      ? 0
      : Math.min(
          100,
          (workingDays(startDate, day.today) * 100) / workingDays(startDate, lastDay(startDate)),
        );
  return {
    startDate,
    progress: spread(phases.flat(), percentDone(situation, elapsed, random), random),
  };
}

function startOf(
  situation: Situation,
  length: number,
  { random, today }: Day & { random: Random },
): CalendarDay | null {
  const since = (share: number) => weekday(today, -Math.round(length * share * CALENDAR_DAYS));
  const ended = (daysAgo: number) => weekday(today, -Math.ceil(length * CALENDAR_DAYS) - daysAgo);
  switch (situation) {
    case 'ON_TRACK':
      return since(random.whole(20, 75) / 100);
    case 'AT_RISK':
      return since(random.whole(50, 85) / 100);
    case 'OVERDUE':
      return ended(random.whole(4, 25));
    case 'UPCOMING':
      return weekday(today, random.whole(3, 40));
    case 'DRAFT':
      return random.chance(0.5) ? null : weekday(today, random.whole(10, 60));
    case 'DONE':
      return ended(random.whole(5, 300));
    case 'ARCHIVED':
      return ended(random.whole(200, 400));
  }
}

/** The day this many days after `day` (before it if negative), or the Monday after a weekend. */
function weekday(day: CalendarDay, days: number): CalendarDay {
  const moment = fromCalendarDay(day).getTime() + days * DAY;
  const fromMonday = (new Date(moment).getUTCDay() + 6) % 7;
  return toCalendarDay(new Date(moment + (fromMonday < 5 ? 0 : 7 - fromMonday) * DAY));
}

/**
 * The percentage of the hours that are done. `elapsed` is the percentage of the working days that
 * are over; a package 20 points behind that is at risk.
 */
function percentDone(situation: Situation, elapsed: number, random: Random): number {
  switch (situation) {
    case 'ON_TRACK':
      return Math.max(2, Math.min(96, elapsed + random.whole(-10, 10)));
    case 'AT_RISK':
      return Math.max(0, elapsed - random.whole(25, 40));
    case 'OVERDUE':
      return random.whole(55, 95);
    case 'DONE':
      return 100;
    case 'ARCHIVED':
      return random.chance(0.6) ? 100 : random.whole(30, 80);
    case 'UPCOMING':
    case 'DRAFT':
      return 0;
  }
}

/** Completes items one after the other until this percentage of the hours is done. */
function spread(items: readonly Work[], percent: number, random: Random): ItemProgress[] {
  const total = items.reduce((sum, item) => sum + hundredths(item), 0);
  let left = (total * percent) / 100;
  return items.map((item) => {
    const share = left / hundredths(item);
    left -= hundredths(item);
    if (share >= 1)
      return percent < 100 && random.chance(0.06)
        ? { status: 'IN_REVIEW', progressCompleted: 95 }
        : { status: 'COMPLETED', progressCompleted: 100 };
    return started(Math.round(share * 100));
  });
}

function started(percent: number): ItemProgress {
  if (percent <= 0) return { status: 'NOT_STARTED', progressCompleted: 0 };
  const status: WorkItemStatus = percent >= 80 ? 'IN_REVIEW' : 'IN_PROGRESS';
  return { status, progressCompleted: Math.min(99, percent) };
}
