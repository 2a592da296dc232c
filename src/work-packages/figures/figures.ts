/** The figures that are stored with a package and its phases, computed from the items. */
import type { CalendarDay } from '../../platform/time.ts';
import { hundredths, meanProgress, type WeighedItem } from './progress.ts';
import { phaseDates } from './timeline.ts';

/** Hours have at most 2 decimals; progress is in percent; no dates without a start date. */
export interface PhaseFigures {
  itemCount: number;
  totalEstimatedHours: number;
  progress: number;
  startDate: CalendarDay | null;
  expectedEndDate: CalendarDay | null;
}

/**
 * Hours have at most 2 decimals; progress is in percent. `expectedEndDate` is that of the last
 * phase: null without a start date or without phases.
 */
export interface PackageFigures {
  phaseCount: number;
  itemCount: number;
  totalEstimatedHours: number;
  progress: number;
  expectedEndDate: CalendarDay | null;
}

/**
 * The figures of a package that starts on `startDate` and of its phases, given as lists of items in
 * order. `hoursPerWorkingDay` is HOURS_PER_WORKING_DAY of the configuration.
 */
export function computeFigures(
  startDate: CalendarDay | null,
  phases: readonly (readonly WeighedItem[])[],
  hoursPerWorkingDay: number,
): { package: PackageFigures; phases: PhaseFigures[] } {
  const hours = phases.map((items) => items.reduce((sum, item) => sum + hundredths(item), 0));
  const dates = startDate === null ? [] : phaseDates(startDate, hours, hoursPerWorkingDay);
  const all = phases.flat();
  return {
    package: {
      phaseCount: phases.length,
      itemCount: all.length,
      totalEstimatedHours: hours.reduce((sum, value) => sum + value, 0) / 100,
      progress: meanProgress(all),
      expectedEndDate: dates.at(-1)?.expectedEndDate ?? null,
    },
    phases: phases.map((items, index) => ({
      itemCount: items.length,
      totalEstimatedHours: (hours[index] ?? 0) / 100,
      progress: meanProgress(items),
      startDate: dates[index]?.startDate ?? null,
      expectedEndDate: dates[index]?.expectedEndDate ?? null,
    })),
  };
}
