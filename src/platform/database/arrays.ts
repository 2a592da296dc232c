/** Arrays as one parameter each, so that a statement's text is the same whatever their length. */
import { type RawBuilder, sql } from 'kysely';

/** `column = any(ids)`: for `where('id', '=', anyOf(ids))`. */
export function anyOf(ids: readonly string[]): RawBuilder<string> {
  return sql<string>`any(${ids}::uuid[])`;
}

/** `column = any(texts)`, for columns of text. */
export function anyText(texts: readonly string[]): RawBuilder<string> {
  return sql<string>`any(${texts}::text[])`;
}

/** A column of an enum that has one of these values; none where the list is empty. */
export function oneOf(column: string, values: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(column)}::text = any(${values}::text[])`;
}
