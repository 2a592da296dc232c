/** SQL expressions that write values as the API does. */

/** The global id of the row whose uuid this column has. */
export function globalIdSql(type: string, column: string): string {
  return `encode(convert_to('${type}:' || ${column}, 'UTF8'), 'base64')`;
}

/** An instant in UTC, with milliseconds. */
export function dateTimeSql(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
