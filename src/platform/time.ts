/** Durations in milliseconds, and calendar days as `YYYY-MM-DD` in UTC. */

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A calendar day without time or zone, `YYYY-MM-DD`. */
export type CalendarDay = string;

/** The UTC day of a moment. */
export function toCalendarDay(moment: Date): CalendarDay {
  return moment.toISOString().slice(0, 10);
}

/** Midnight UTC of a day: how the database driver and Prisma hold a `date`. */
export function fromCalendarDay(day: CalendarDay): Date {
  return new Date(`${day}T00:00:00.000Z`);
}

/** Today in UTC. */
export function today(): CalendarDay {
  return toCalendarDay(new Date());
}

/** Resolves after `milliseconds`, or at once when `signal` aborts. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal?.addEventListener('abort', finish, { once: true });
  });
}
