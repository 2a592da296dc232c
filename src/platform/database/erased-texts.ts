/** Texts without the words of somebody who was erased. */
import { type RawBuilder, sql } from 'kysely';

/** What stands in a text instead of somebody who was erased. */
export const ERASED = '…';

/** A text without what matches a regular expression, whatever its case; of JSON, its text. */
export function withoutMatches(text: RawBuilder<unknown>, words: string): RawBuilder<string> {
  return sql<string>`regexp_replace(${text}::text, ${words}, ${ERASED}, 'gi')`;
}
