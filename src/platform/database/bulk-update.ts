/** Changing many rows of a table, each to values of its own, in one statement. */
import { sql, type UpdateQueryBuilder, type UpdateResult } from 'kysely';
import { recordOf } from '../records.ts';
import { columnTypes, type StoredColumn, type Table } from './columns.ts';
import { query, type TenantTables } from './tenant-scope.ts';
import { valuesTable } from './values-table.ts';

/** The values of some columns for the row of an id. */
export type Change<Column extends string> = { readonly id: string } & {
  readonly [K in Column]: unknown;
};

/**
 * An update that sets `columns` in the row of each change to the values of that change. Add what is
 * the same for all rows yourself: `updateEach('deal', changed, COLUMNS).set({ updatedAt })`.
 */
export function updateEach<T extends Table, Column extends StoredColumn<T>>(
  table: T,
  changes: readonly Change<Column>[],
  columns: readonly Column[],
): UpdateQueryBuilder<TenantTables, T, T, UpdateResult> {
  const set = columns.filter((column) => column !== 'id');
  const types: Record<string, string> = { ...columnTypes(table, set), id: 'uuid' };
  const update = query
    .updateTable(table as Table)
    .from(valuesTable<Record<string, unknown>>(changes, types))
    .set(recordOf(set, (column) => sql.ref(`v.${column}`)))
    .whereRef(sql.ref(`${table}.id`), '=', sql.ref('v.id'));
  // Kysely can't follow a table that is a parameter of the type.
  return update as object as UpdateQueryBuilder<TenantTables, T, T, UpdateResult>;
}
