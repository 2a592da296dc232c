/** How long another system asks to be left alone. */
import { SECOND } from './time.ts';

/** Numbers above this are moments in Unix seconds: no wait is 30 years long. */
const UNIX_SECONDS = 1_000_000_000;

/**
 * Milliseconds to wait, from a header that holds seconds, a moment in Unix seconds, or a date; null
 * if it holds none of these.
 */
export function waitOf(header: string | string[] | undefined): number | null {
  const text = Array.isArray(header) ? header[0] : header;
  if (!text) return null;
  const seconds = Number(text);
  const until = Number.isNaN(seconds) ? Date.parse(text) : seconds * SECOND;
  if (!Number.isFinite(until)) return null;
  return Math.max(0, !Number.isNaN(seconds) && seconds < UNIX_SECONDS ? until : until - Date.now());
}
