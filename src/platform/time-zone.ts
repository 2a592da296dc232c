/** Time zones of the IANA database, such as Europe/Berlin. */
import { DAY, MINUTE } from './time.ts';

/** Whether there is a time zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    // Offsets such as +01:00 are taken too, though they are no zones.
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

/** From `from` on, local time is that of UTC and `offsetMs`. */
export interface Offset {
  from: number;
  offsetMs: number;
}

/**
 * The offsets of a time zone between two moments, in order; the first is in force at `from`. Changes
 * are found to the multiple of `precisionMs`.
 */
export function offsetsBetween(
  timeZone: string,
  { from, to, precisionMs }: { from: number; to: number; precisionMs: number },
): Offset[] {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const offsets = [{ from, offsetMs: offsetAt(format, from) }];
  for (let start = from; start < to; start += DAY) {
    const end = Math.min(start + DAY, to);
    const offsetMs = offsetAt(format, end);
    if (offsetMs === offsets.at(-1)?.offsetMs) continue;
    let [before, after] = [start, end];
    while (after - before > precisionMs) {
      const middle = before + Math.floor((after - before) / 2 / precisionMs) * precisionMs;
      if (offsetAt(format, middle) === offsetMs) after = middle;
      else before = middle;
    }
    offsets.push({ from: after, offsetMs });
  }
  return offsets;
}

function offsetAt(format: Intl.DateTimeFormat, moment: number): number {
  const name = format.formatToParts(moment).find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours, minutes] = /^GMT([+-])(\d{2}):(\d{2})/.exec(name ?? '') ?? [];
  const ms = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE;
  return sign === '-' ? -ms : ms;
}
