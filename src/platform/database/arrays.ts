/** Arrays as one parameter each, so that a statement's text does not depend on their length. */
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
 * The texts as a table `wanted(value)`, to join with. Hundreds of keys are then looked up one by
 * one in an index, even if the planner has no statistics of the table yet; with `= any` it would
 * compare every row with every key (0.5 s for 500 keys and 20,000 rows).
 */
export function wantedTexts(
  texts: readonly string[],
): AliasedRawBuilder<{ value: string }, 'wanted'> {
  return sql<{ value: string }>`unnest(${texts}::text[])`.as<'wanted'>(sql`wanted(value)`);
}

/**
 * Whether a column of an enum has one of these values; false for an empty list. A single value is
 * compared without a cast, so that an index on the column can be used.
 */
export function oneOf(column: string, values: readonly string[]): RawBuilder<boolean> {
  const [value] = values;
  if (value !== undefined && values.length === 1)
    return sql<boolean>`${sql.ref(column)} = ${value}`;
  return sql<boolean>`${sql.ref(column)}::text = any(${values}::text[])`;
}
