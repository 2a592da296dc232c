/**
 * Which column of a file means which field: as the user says, else guessed from the columns' names
 * and, where these say nothing, from what is in them.
 */

import { fieldNamed, type ImportField } from './fields.ts';
import { ImportFileError } from './file-format.ts';
import type { FileRecord } from './records.ts';

/** A column by its name, and the field that it means. */
export interface MappedColumn {
  column: string;
  field: ImportField;
}

/** So many records are looked at to guess. */
export const SAMPLE_RECORDS = 50;

/** The names of the columns of some records, in the order of the file. */
export function columnsIn(records: readonly FileRecord[]): string[] {
  return [
    ...new Set(
      records.filter(({ problem }) => problem === null).flatMap(({ cells }) => [...cells.keys()]),
    ),
  ];
}

/** The fields of columns, as far as they can be told; each field once. */
export function guessMapping(records: readonly FileRecord[]): MappedColumn[] {
  const mapping: MappedColumn[] = [];
  const free = (field: ImportField | null): field is ImportField =>
    field !== null && mapping.every((one) => one.field !== field);
  const columns = columnsIn(records);
  for (const column of columns) {
    const field = fieldNamed(column);
    if (free(field)) mapping.push({ column, field });
  }
  for (const column of columns) {
    if (mapping.some((one) => one.column === column)) continue;
    const field = fieldOfValues(records.map(({ cells }) => cells.get(column) ?? ''));
    if (free(field)) mapping.push({ column, field });
  }
  const hasName = mapping.some(({ field }) => NAMES.has(field));
  const other = columns.find((column) => mapping.every((one) => one.column !== column));
  // Of a file whose columns have no names, the first text is who it is about.
  if (!hasName && other !== undefined && /^Column \d+$/.test(other))
    mapping.push({ column: other, field: 'NAME' });
  return mapping.sort((one, two) => columns.indexOf(one.column) - columns.indexOf(two.column));
}

const NAMES: ReadonlySet<ImportField> = new Set(['NAME', 'FIRST_NAME', 'LAST_NAME']);

const IS_EMAIL = /^\S+@\S+\.\S+$/;
const IS_PHONE = /^[+(\d][\d\s().\-/]{6,}$/;

function fieldOfValues(values: readonly string[]): ImportField | null {
  const given = values.map((value) => value.trim()).filter((value) => value !== '');
  const most = (is: RegExp) =>
    given.length > 0 && given.filter((value) => is.test(value)).length > given.length / 2;
  if (most(IS_EMAIL)) return 'EMAIL';
  return most(IS_PHONE) ? 'PHONE' : null;
}

/**
 * The mapping of a file: the one given, else a guess. Throws an ImportFileError for columns that the
 * file lacks, and if nothing says who the contacts are.
 */
export function mappingOf(
  records: readonly FileRecord[],
  given: readonly MappedColumn[] | null,
): MappedColumn[] {
  const columns = columnsIn(records);
  const mapping = given === null ? guessMapping(records) : [...given];
  const unknown = mapping.find(({ column }) => !columns.includes(column));
  // An object of JSONL may lack a property that later ones have.
  if (unknown && records.length < SAMPLE_RECORDS)
    throw new ImportFileError(
      `The file has no column "${unknown.column}". Its columns are: ${columns.slice(0, 50).join(', ')}.`,
    );
  if (!mapping.some(({ field }) => IDENTIFYING.has(field)))
    throw new ImportFileError(
      'No column says who the contacts are. Map at least one to ID, NAME, EMAIL or PHONE.',
    );
  return mapping;
}

const IDENTIFYING: ReadonlySet<ImportField> = new Set([...NAMES, 'ID', 'EMAIL', 'PHONE']);
