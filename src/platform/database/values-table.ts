/**
 * Rows as one parameter for each column, so that a statement's text does not depend on their
 * number.
 */
import { type AliasedRawBuilder, type RawBuilder, sql } from 'kysely';
import { keysOf } from '../records.ts';

/** The PostgreSQL type of each column; enums go as text. */
export type ColumnTypes<Row extends object> = { [K in keyof Row]: string };

/**
 * `unnest` of the columns of some rows, as a table `v` with those columns:
 * `query.updateTable(…).from(valuesTable(rows, TYPES))`.
 */
export function valuesTable<Row extends object>(
  rows: readonly Row[],
  types: ColumnTypes<Row>,
): AliasedRawBuilder<Row, 'v'> {
  const columns = keysOf(types);
  const arrays = columns.map(
    (column) => sql`${rows.map((row) => row[column])}::${sql.raw(types[column])}[]`,
  );
  const names: RawBuilder<unknown> = sql`v(${sql.join(columns.map((column) => sql.ref(column)))})`;
  return sql<Row>`unnest(${sql.join(arrays)})`.as<'v'>(names);
}
