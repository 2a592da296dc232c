/** CSV as spreadsheets open it. */
import { stringify } from 'csv-stringify/sync';

/**
 * Some rows as lines. A cell that a spreadsheet would take for a formula gets an apostrophe before
 * it, which imports take away again. The `first` lines of a file begin with a byte order mark, by
 * which Excel knows that it is UTF-8.
 */
export function csvLines(
  rows: readonly (readonly (string | number | null)[])[],
  { first = false } = {},
): string {
  return stringify([...rows.map((row) => [...row])], {
    bom: first,
    escape_formulas: true,
    record_delimiter: 'windows',
  });
}
