/**
 * Values in Pipedrive's records. A detail of an unexpected shape counts as missing: an odd e-mail
 * address must not cost the whole person.
 */
import { z } from 'zod';
import { NAME_LENGTH, NOTES_LENGTH } from '../../platform/input.ts';

/** As long as labels of e-mails and phones may be, in characters. */
const LABEL_LENGTH = 50;

/** The id of a record, as text. */
export const id = z.union(
  [z.number().int().positive().transform(String), z.string().regex(/^\d{1,20}$/)],
  'has no id',
);
/** The id of another record, or null. */
export const reference = id.nullish().catch(null).transform(orNull);

/** Text that PostgreSQL can store, cut to `length` characters; null if nothing is left. */
export const detail = (length: number) =>
  z
    .string()
    .nullish()
    .catch(null)
    .transform(
      (value) =>
        storable(value ?? '')
          .slice(0, length)
          .toWellFormed()
          .trim() || null,
    );

/** The name without which a record is useless; `shortened` makes it fit. */
export const name = z
  .string('has no name')
  .transform(storable)
  .refine((value) => value !== '', 'has no name');

/** A name that is not longer than names may be here: 200 characters. */
export function shortened(value: string): string {
  return value.length <= NAME_LENGTH
    ? value
    : `${value
        .slice(0, NAME_LENGTH - 1)
        .toWellFormed()
        .trimEnd()}…`;
}

/** A moment in UTC as ISO 8601 without fractions, or null. */
export const moment = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => toMoment(value ?? null));

/** True, or false for anything else. */
export const flag = z
  .boolean()
  .nullish()
  .catch(null)
  .transform((value) => value === true);

/** E-mails or phones, the primary one first. */
export const contactPoints = z
  .array(
    z
      .object({ value: z.string(), primary: flag, label: detail(LABEL_LENGTH) })
      .nullable()
      .catch(null),
  )
  .nullish()
  .catch(null)
  .transform((list) =>
    (list ?? [])
      .filter((point) => point !== null)
      .sort((a, b) => Number(b.primary) - Number(a.primary)),
  );

/**
 * A moment in UTC as ISO 8601 without fractions; one without a zone is taken to be in UTC. Null for
 * anything else, and outside the years 1900 to 2999.
 */
export function toMoment(value: string | null): string | null {
  if (value === null) return null;
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?$/.exec(
    value,
  );
  const parsed = match
    ? new Date(`${match[1]}T${match[2]}${match[3] ?? 'Z'}`)
    : new Date(Number.NaN);
  const year = Number.isNaN(parsed.getTime()) ? 0 : parsed.getUTCFullYear();
  return year >= 1900 && year < 3000 ? `${parsed.toISOString().slice(0, 19)}Z` : null;
}

/** Trimmed text without the characters that PostgreSQL can't store. */
export function storable(value: string): string {
  return value.replaceAll('\u0000', '').toWellFormed().trim();
}

const ENTITIES: Record<string, string> = {
  '&nbsp;': ' ',
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/**
 * The text of a note, which Pipedrive keeps as HTML; null if there is none. For legibility only:
 * nothing relies on it being free of markup, since notes are never shown as HTML.
 */
export function plainText(html: string): string | null {
  const text = html
    .replace(/<br\s*\/?>|<\/(?:p|div|li)>/gi, '\n')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(?:nbsp|amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
  return storable(text).slice(0, NOTES_LENGTH).toWellFormed() || null;
}

function orNull(value: string | null | undefined): string | null {
  return value ?? null;
}
