/** The figures that are stored with a package and its phases, computed from the items. */
import type { CalendarDay } from '../../platform/time.ts';
import { hundredths, meanProgress, type WeighedItem } from './progress.ts';
import { phaseDates } from './timeline.ts';

export interface PhaseFigures {
  itemCount: number;
  totalEstimatedHours: number;
  progress: number;
  startDate: CalendarDay | null;
  expectedEndDate: CalendarDay | null;
}

export interface PackageFigures {
  phaseCount: number;
  itemCount: number;
  totalEstimatedHours: number;
  progress: number;
  expectedEndDate: CalendarDay | null;
}

/**
 * The figures of a package that starts on `startDate`, whose phases, in order, have these items.
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
