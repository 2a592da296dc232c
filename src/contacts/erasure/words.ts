/** Finding a person in texts: by their addresses, and by their name where few others have it. */
import { type RawBuilder, sql } from 'kysely';
import { ERASED, withoutMatches } from '../../platform/database/erased-texts.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import { e164Of } from '../points/points.ts';
import type { ErasedPerson, StepResult } from './steps.ts';

/** Rows whose texts a transaction changes. */
const ROWS = 500;

type Named = Pick<ErasedPerson, 'name' | 'points'>;

/** The e-mails of a person, and their numbers as typed and in E.164; a phone that is none says nothing. */
function addressesOf({ points }: Pick<ErasedPerson, 'points'>): string[] {
  return points.flatMap(({ kind, key, value }) => {
    if (kind === 'EMAIL') return [value];
    return e164Of(key) === null ? [] : [value, key];
  });
}

/**
 * A regular expression, for PostgreSQL and JavaScript alike, that matches the words by which a
 * person can be found among all others: addresses, and a name of several words or of a script that
 * has no spaces.
 */
export function distinctWords(person: Named): string {
  // Digits alone may be any number.
  const addresses = addressesOf(person).filter((address) => /\D/.test(address));
  return pattern([...addresses, ...(isTelling(person.name) ? [person.name] : [])]);
}

/** The same for texts that are known to be about the person: any name counts. */
export function withoutPerson(person: Named): (text: string) => string {
  const words = new RegExp(pattern([...addressesOf(person), person.name]), 'giu');
  return (text) => text.replace(words, ERASED);
}

/** Whether a row of JSON texts is about the person: it has an address, or all words of the name. */
export function isAbout(json: RawBuilder<unknown>, person: Named): RawBuilder<boolean> {
  const has = (words: readonly string[]) => sql`${json}::text ~* ${pattern(words)}`;
  const { name } = person;
  const all = isTelling(name) ? name.split(/\s+/).map((word) => has([word])) : [sql`false`];
  return sql<boolean>`(${has(addressesOf(person))} or (${sql.join(all, sql` and `)}))`;
}

/** Whether few others can have a name: it has several words, or is of a script without spaces. */
function isTelling(name: string): boolean {
  return /\s/.test(name) || !/^\p{Script=Latin}+$/u.test(name);
}

/** Matches nothing. */
const NEVER = '(?!)';

function pattern(words: readonly string[]): string {
  if (words.length === 0) return NEVER;
  const escaped = words.map((word) => word.trim().replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
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
  const changes = columns.map((name) => [name, withoutMatches(column(name), words)]);
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
