/** Calendar days as packets print them. */
import { fromCalendarDay } from '../../platform/time.ts';

const FORMAT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/** Whether a text is an existing day, written YYYY-MM-DD. */
export function isDay(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && fromCalendarDay(text).toJSON()?.startsWith(text) === true
  );
}

/** '2026-11-22' → '22 November 2026' */
export function longDay(day: string): string {
  return FORMAT.format(fromCalendarDay(day));
}
