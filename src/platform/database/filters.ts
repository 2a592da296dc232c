/** Filters of lists: what is left out or null does not restrict. */
import type { Expression, ExpressionBuilder, SelectQueryBuilder, SqlBool } from 'kysely';

/**
 * Restricts a statement by a value, if it is given: `.$call(whereGiven(search, (text) =>
 * matchesSearch('user', text)))`, or `.$call(whereGiven(city, (name, eb) => eb('city', '=', name)))`.
 */
export function whereGiven<DB, TB extends keyof DB, O, Value>(
  value: Value | null | undefined,
  condition: (value: Value, eb: ExpressionBuilder<DB, TB>) => Expression<SqlBool>,
): (rows: SelectQueryBuilder<DB, TB, O>) => SelectQueryBuilder<DB, TB, O> {
  return (rows) => (value == null ? rows : rows.where((eb) => condition(value, eb)));
}
