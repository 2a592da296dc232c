/**
 * Phone numbers in a search text: in international form, as they are dialed within a country, or
 * only their last digits, with whatever people write between the digits.
 */
import { type RawBuilder, sql } from 'kysely';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantQueries } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';

/** Fewer digits than that are words: a year, the number of a house. */
const MIN_DIGITS = 5;
const MAX_DIGITS = 20;
/** Numbers that are looked for in one text. */
const MAX_PHONES = 4;
const WRITTEN = /(?<![\p{L}\p{N}@._-])(?:\+|\()?\d(?:[\d\s()./–-]*\d)?(?![\p{L}\p{N}@])/gu;

/** A number as it was typed. */
export interface TypedPhone {
  text: string;
  digits: string;
  /** Whether it begins with a country code for certain. */
  isInternational: boolean;
}

/** The numbers in a text, and the text without them. */
export function phonesIn(text: string): { phones: TypedPhone[]; rest: string } {
  const phones: TypedPhone[] = [];
  const rest = text.normalize('NFKC').replace(WRITTEN, (written) => {
    const all = written.replace(/\(0\)/, '').replace(/\D/g, '');
    if (all.length < MIN_DIGITS || all.length > MAX_DIGITS || phones.length === MAX_PHONES)
      return written;
    const isInternational = written.startsWith('+') || all.startsWith('00');
    phones.push({ text: written, digits: all.replace(/^0+/, ''), isInternational });
    return ' ';
  });
  return { phones, rest };
}

/** The greatest character: what begins with `text` is in [text, text + LAST_CHARACTER). */
const LAST_CHARACTER = '\u{10ffff}';

/** The numbers that begin with the digits, or end with them, as conditions on `contact_point`. */
function isNumber(phone: RawBuilder<string>, isInternational: RawBuilder<boolean>) {
  const key = sql.ref('contact_point.key');
  const within = (value: RawBuilder<unknown>, begin: RawBuilder<unknown>) =>
    sql`(${value} collate "C" >= ${begin} and ${value} collate "C" < ${begin} || ${sql.lit(LAST_CHARACTER)})`;
  const begins = within(key, sql`('+' || ${phone})`);
  const ends = within(sql`reverse(${key})`, sql`reverse(${phone})`);
  return sql<boolean>`(${begins} or (not ${isInternational} and ${ends}))`;
}

/** The condition that a contact has a number. */
export function hasPhone({ digits, isInternational }: TypedPhone): RawBuilder<boolean> {
  const contactIds = query
    .selectFrom('contact_point')
    .select('contact_point.contactId')
    .where('contact_point.kind', '=', sql.lit('PHONE'))
    .where(isNumber(sql<string>`${digits}::text`, sql<boolean>`${isInternational}::boolean`));
  return sql<boolean>`${sql.ref('contact.id')} in (${contactIds})`;
}

const known = prepare((p: { digits: string[]; international: boolean[] }) =>
  query
    .selectFrom(
      sql<{
        digits: string;
        international: boolean;
      }>`unnest(${p.digits}::text[], ${p.international}::boolean[])`.as<'given'>(
        sql`given(digits, international)`,
      ),
    )
    .select('given.digits')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('contact_point')
          .select('contact_point.key')
          .where('contact_point.kind', '=', sql.lit('PHONE'))
          .where(isNumber(sql.ref('given.digits'), sql.ref('given.international'))),
      ),
    ),
);

/** The digits of those numbers that somebody has; one statement, or none for no numbers. */
export async function knownPhones(
  database: TenantQueries,
  phones: readonly TypedPhone[],
): Promise<Set<string>> {
  if (phones.length === 0) return new Set();
  const digits = phones.map((phone) => phone.digits);
  const international = phones.map((phone) => phone.isInternational);
  const rows = await database.runPrepared(known, { digits, international });
  return new Set(rows.map((row) => row.digits));
}
