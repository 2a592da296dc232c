/** The search condition that the full-text index on a table's searchText serves. */
import { type RawBuilder, sql } from 'kysely';
import { prefixQuery } from '../text.ts';

/**
 * Rows of `table` in which each word of `search` begins a word; text without any word matches
 * nothing.
 */
export function matchesSearch(table: string, search: string): RawBuilder<boolean> {
  const prefixes = prefixQuery(search);
  if (prefixes === null) return sql<boolean>`false`;
  return sql<boolean>`to_tsvector('simple', ${sql.ref(`${table}.searchText`)}) @@ ${prefixes}::tsquery`;
}
