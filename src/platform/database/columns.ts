/**
 * The columns of a table as the data model has them, so that a new column of prisma/schema.prisma
 * is read, returned and stored without being listed again.
 */
import type { Selectable } from 'kysely';
import { TABLES } from '../../../generated/tables.ts';
import { recordOf } from '../records.ts';
import type { TenantTables } from './tenant-scope.ts';

/** Columns that no reader needs: the tenant is known, and searchText is for indexes. */
const NEVER_READ = ['tenantId', 'searchText'] as const;
type NeverRead = (typeof NEVER_READ)[number];

/** A table that tenants own. */
export type Table = keyof TenantTables & keyof typeof TABLES;
/** A column that domain code may write: any but tenantId, which is filled in. */
export type StoredColumn<T extends Table> = Extract<
  Exclude<keyof TenantTables[T] & keyof (typeof TABLES)[T], 'tenantId'>,
  string
>;
type ColumnOf<T extends Table> = Exclude<StoredColumn<T>, NeverRead>;

/** A row of a table as it is read: without tenantId, searchText and the `Hidden` columns. */
export type RowOf<T extends Table, Hidden extends keyof TenantTables[T] = never> = Omit<
  Selectable<TenantTables[T]>,
  NeverRead | Hidden
>;

/**
 * The columns of a table that are read, in the order of the data model: all but tenantId,
 * searchText and the `hidden` ones. A statement that selects them reads a `RowOf` the table.
 */
export function columnsOf<T extends Table, Hidden extends ColumnOf<T> = never>(
  table: T,
  hidden: readonly Hidden[] = [],
): readonly Exclude<ColumnOf<T>, Hidden>[] {
  const left: readonly string[] = [...NEVER_READ, ...hidden];
  return Object.keys(TABLES[table]).filter((column) => !left.includes(column)) as Exclude<
    ColumnOf<T>,
    Hidden
  >[];
}

/** The PostgreSQL types of some columns of a table, for `valuesTable`. */
export function columnTypes<T extends Table, Column extends StoredColumn<T>>(
  table: T,
  columns: readonly Column[],
): Record<Column, string> {
  const types: Readonly<Record<string, string>> = TABLES[table];
  return recordOf(columns, (column) => {
    const type = types[column];
    if (type === undefined) throw new Error(`The table ${table} has no column ${column}.`);
    return type;
  });
}

/** Values for a row: columns that may be null may be left out. */
export type ValuesFor<Row> = { [K in keyof Row as null extends Row[K] ? never : K]: Row[K] } & {
  [K in keyof Row as null extends Row[K] ? K : never]?: Row[K] | undefined;
};

/** A row of exactly these columns, with null for those that `values` leaves out. */
export function rowOf<Row extends object>(
  columns: readonly (keyof Row)[],
  values: ValuesFor<Row>,
): Row {
  const given: { readonly [K in keyof Row]?: unknown } = values;
  return Object.fromEntries(columns.map((column) => [column, given[column] ?? null])) as Row;
}
