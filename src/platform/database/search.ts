/** The search condition that the full-text index of a table's searchText answers. */
import { type RawBuilder, sql } from 'kysely';
import { prefixQuery } from '../text.ts';

/**
 * Rows of `table` in which each word of `search` begins a word; text without a word in it finds
 * nothing.
 */
export function matchesSearch(table: string, search: string): RawBuilder<boolean> {
  const prefixes = prefixQuery(search);
  if (prefixes === null) return sql<boolean>`false`;
  return sql<boolean>`to_tsvector('simple', ${sql.ref(`${table}.searchText`)}) @@ ${prefixes}::tsquery`;
}
