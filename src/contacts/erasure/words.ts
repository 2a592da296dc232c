/** Finding a person in texts: by their addresses, and by their name where few others have it. */
import { sql } from 'kysely';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import type { ErasedPerson, StepResult } from './steps.ts';

/** What stands in a text instead of somebody who was erased. */
const ERASED = '…';
/** Rows whose texts a transaction changes. */
const ROWS = 500;

type Named = Pick<ErasedPerson, 'name' | 'email' | 'phone' | 'phoneE164'>;

/**
 * A regular expression, for PostgreSQL and JavaScript alike, that matches the words by which a
 * person can be found among all others: addresses, and a name of several words or of a script that
 * has no spaces.
 */
export function distinctWords({ name, email, phone, phoneE164 }: Named): string {
  // Digits alone may be any number.
  const typed = phone !== null && /\D/.test(phone) ? phone : null;
  return pattern([email, typed, phoneE164, isTelling(name) ? name : null]);
}

/** The same for texts that are known to be about the person: any name counts. */
export function withoutPerson(
  person: Pick<ErasedPerson, 'name' | 'email' | 'phone' | 'phoneE164'>,
): (text: string) => string {
  const { name, email, phone, phoneE164 } = person;
  const words = new RegExp(pattern([email, phone, phoneE164, name]), 'giu');
  return (text) => text.replace(words, ERASED);
}

/** The same for single words. */
export function anyWord(words: readonly string[]): string {
  return pattern(words);
}

/** Whether few others can have a name: it has several words, or is of a script without spaces. */
export function isTelling(name: string): boolean {
  return /\s/.test(name) || !/^\p{Script=Latin}+$/u.test(name);
}

/** Matches nothing. */
const NEVER = '(?!)';

function pattern(words: readonly (string | null)[]): string {
  const given = words.filter((word) => word !== null).map((word) => word.trim());
  if (given.length === 0) return NEVER;
  const escaped = given.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return String.raw`(?<!\w)(${escaped.join('|')})(?!\w)`;
}

/**
 * Takes words out of texts of rows of a table, some rows at a time. For JSON too, where they stand
 * within strings.
 */
export async function withoutWords<Table extends keyof TenantTables>(
  tx: TenantTransaction,
  { table, columns, words }: { table: Table; columns: readonly Column<Table>[]; words: string },
): Promise<StepResult> {
  const column = (name: Column<Table>) => sql.ref(`${table}.${name}`);
  const matches = columns.map((name) => sql<boolean>`${column(name)}::text ~* ${words}`);
  const some = query
    .selectFrom(table as 'activity')
    .select('id')
    .where(sql<boolean>`(${sql.join(matches, sql` or `)})`)
    .limit(ROWS);
  const changes = columns.map((name) => [
    name,
    sql`regexp_replace(${column(name)}::text, ${words}, ${ERASED}, 'gi')`,
  ]);
  const changed = await tx.run(
    query
      .updateTable(table as 'activity')
      .set(Object.fromEntries(changes))
      .where('id', 'in', some)
      .returning('id'),
  );
  return changed.length === ROWS ? 'MORE' : 'DONE';
}

type Column<Table extends keyof TenantTables> = Extract<keyof TenantTables[Table], string>;
