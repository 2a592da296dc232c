/** How settings are parsed from environment variables. */
import { z } from 'zod';

/** `true`, `false`, `1` or `0`; becomes a boolean. */
export const flag = z
  .enum(['true', 'false', '1', '0'])
  .transform((value) => value === 'true' || value === '1');

/** A whole number within bounds, both included. */
export function whole(min: number, max: number) {
  return z.coerce.number().int().min(min).max(max);
}

/** A whole number of milliseconds from 0 to `max`. */
export function milliseconds(max: number) {
  return whole(0, max);
}

/** The parts of a text between commas, without spaces around them and without empty ones. */
export function listOf(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
