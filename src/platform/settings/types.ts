/** How settings are parsed from environment variables. */
import { z } from 'zod';
import { decodeGlobalId } from '../global-id.ts';

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

/**
 * Ids of users between commas, as the API answers them or as uuids; becomes a list of uuids. Ids
 * only: owners give their users whatever e-mail address they like.
 */
export const userIds = z.string().transform((text, context) =>
  listOf(text).map((one) => {
    if (z.uuid().safeParse(one).success) return one.toLowerCase();
    const decoded = decodeGlobalId(one);
    if (decoded?.type === 'User') return decoded.id;
    context.addIssue(`"${one}" is not the id of a user`);
    return z.NEVER;
  }),
);
