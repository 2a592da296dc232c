/** Arrays as one parameter each, so that a statement's text is the same whatever their length. */
import { type AliasedRawBuilder, type RawBuilder, sql } from 'kysely';

/** `column = any(ids)`: for `where('id', '=', anyOf(ids))`. */
export function anyOf(ids: readonly string[]): RawBuilder<string> {
  return sql<string>`any(${ids}::uuid[])`;
}

/** `column = any(texts)`, for columns of text. */
export function anyText(texts: readonly string[]): RawBuilder<string> {
  return sql<string>`any(${texts}::text[])`;
}

/**
 * The texts as a table `wanted(value)`, to join a table to. Hundreds of keys are then looked up one
 * by one in an index also where the planner knows nothing of a table yet; of `= any` it then
 * compares every row with every key (0.5 s for 500 keys and 20,000 rows).
 */
export function wantedTexts(
  texts: readonly string[],
): AliasedRawBuilder<{ value: string }, 'wanted'> {
  return sql<{ value: string }>`unnest(${texts}::text[])`.as<'wanted'>(sql`wanted(value)`);
}

/**
 * A column of an enum that has one of these values; none where the list is empty. A single value is
 * compared as it is, which an index on the column answers.
 */
export function oneOf(column: string, values: readonly string[]): RawBuilder<boolean> {
  const [value] = values;
  if (value !== undefined && values.length === 1)
    return sql<boolean>`${sql.ref(column)} = ${value}`;
  return sql<boolean>`${sql.ref(column)}::text = any(${values}::text[])`;
}
