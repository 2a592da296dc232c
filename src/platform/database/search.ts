/** The search conditions that the full-text index on a table's searchText serves. */
import { type RawBuilder, sql } from 'kysely';
import { prefixQuery } from '../text.ts';

/** A search for the few best rows orders this many matches at most; of more, it leaves some out. */
export const MAX_ORDERED_HITS = 1_000;

/**
 * Rows of `table` in which each word of `search` begins a word; text without any word matches
 * nothing.
 */
export function matchesSearch(table: string, search: string): RawBuilder<boolean> {
  const prefixes = prefixQuery(search);
  return prefixes === null ? sql<boolean>`false` : matchesQuery(table, prefixes);
}

/** Rows of `table` that a tsquery of the configuration `simple` finds. */
export function matchesQuery(table: string, tsquery: string): RawBuilder<boolean> {
  return sql<boolean>`to_tsvector('simple', ${sql.ref(`${table}.searchText`)}) @@ ${tsquery}::tsquery`;
}

/** Whether the search text of a row of `table` begins with these words: to order by. */
export function beginsWith(table: string, words: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`starts_with(${sql.ref(`${table}.searchText`)}, ${words.join(' ')}::text)`;
}
