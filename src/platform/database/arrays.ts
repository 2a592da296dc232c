/** Arrays as one parameter each, so that a statement's text is the same whatever their length. */
import { type RawBuilder, sql } from 'kysely';

/** `column = any(ids)`: for `where('id', '=', anyOf(ids))`. */
export function anyOf(ids: readonly string[]): RawBuilder<string> {
  return sql<string>`any(${ids}::uuid[])`;
}

/** A column of an enum that has one of these values; none where the list is empty. A single value is compared as it is, which an index on the column answers. */
export function oneOf(column: string, values: readonly string[]): RawBuilder<boolean> {
  const [value] = values;
  if (value !== undefined && values.length === 1) return sql<boolean>`${sql.ref(column)} = ${value}`;
  return sql<boolean>`${sql.ref(column)}::text = any(${values}::text[])`;
}
