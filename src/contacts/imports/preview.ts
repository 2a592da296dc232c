/** What an import of a file would do, told from its first rows; nothing is written. */
import type { ContactImportMatch } from '../../../generated/kysely.ts';
import { UserInputError } from '../../platform/errors.ts';
import { badArgument } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { readTenant } from '../../tenancy/index.ts';
import { PART_BYTES, readParts } from '../uploads/parts.ts';
import { isComplete, uploadsById } from '../uploads/uploads.ts';
import type { ImportField } from './fields.ts';
import { type FileFormat, findFormat, ImportFileError } from './file-format.ts';
import { checkMapping, type ImportOptions } from './imports.ts';
import {
  columnsIn,
  guessMapping,
  type MappedColumn,
  mappingOf,
  SAMPLE_RECORDS,
} from './mapping.ts';
import { RowMatcher } from './matches.ts';
import { matchRows, type RowOutcome } from './plan.ts';
import { type FileRecord, readRecords } from './records.ts';
import { type ImportRow, type RowProblem, readRow } from './rows.ts';
import { findOwners } from './write.ts';

/** A preview reads this much of a file; the import reads all of it. */
const READ_BYTES = 4 * 1_048_576;
const SHOWN_ROWS = 10;
const SHOWN_SAMPLES = 3;
const SHOWN_CHARACTERS = 500;

/** A column of the file, and what it is taken for. */
export interface PreviewColumn {
  name: string;
  field: ImportField | null;
  samples: string[];
}

/** One of the first rows, and what would become of it. */
export interface PreviewRow {
  line: number;
  cells: string[];
  outcome: Uppercase<Exclude<RowOutcome, 'unchanged'>>;
  /** The uuid of the contact that is there already. */
  contactId: string | null;
  problems: RowProblem[];
}

/** How a file would be read, and what would become of its first rows. */
export interface Preview extends FileFormat {
  columns: PreviewColumn[];
  rows: PreviewRow[];
  problem: string | null;
}

/** What to preview. */
export interface PreviewArguments {
  uploadId: string;
  options: ImportOptions;
  onMatch: ContactImportMatch;
}

/**
 * The preview of a file; null for an unknown upload. Throws BAD_USER_INPUT while it is incomplete,
 * and for a file that is neither CSV nor JSONL.
 */
export async function previewImport(
  platform: Platform,
  viewer: Viewer,
  { uploadId, options, onMatch }: PreviewArguments,
): Promise<Preview | null> {
  checkColumns(options);
  const database = platform.database.forTenant(viewer);
  const [upload] = await database.runPrepared(uploadsById, { ids: [uploadId] });
  if (!upload) return null;
  if (!isComplete(upload))
    throw badArgument('uploadId', upload.errorMessage ?? 'Expected a file that is complete.');
  const parts: Buffer[] = [];
  for await (const part of readParts(database, uploadId)) {
    parts.push(part);
    if (parts.length * PART_BYTES >= READ_BYTES) break;
  }
  const isCut = parts.reduce((sum, part) => sum + part.length, 0) < upload.receivedBytes;
  const { format, records, problem } = await readStart(parts, options, isCut);
  const { mapping, problem: unmapped } = mapped(records, options.mapping ?? null);
  const { country } = await readTenant(platform, viewer);
  const rows = await previewRows({ records, mapping, country, onMatch }, database);
  return {
    ...format,
    columns: columnsIn(records).map((name) => ({
      name,
      field: mapping.find(({ column }) => column === name)?.field ?? null,
      samples: samplesOf(records, name),
    })),
    rows,
    problem: problem ?? unmapped,
  };
}

/** The rules of the mutation, as those of an argument. */
function checkColumns({ mapping }: ImportOptions): void {
  try {
    checkMapping(mapping);
  } catch (error) {
    if (!(error instanceof UserInputError)) throw error;
    const [first] = error.userErrors;
    throw badArgument(first?.field.join('.') ?? 'options', first?.message ?? '');
  }
}

async function readStart(parts: readonly Buffer[], options: ImportOptions, isCut: boolean) {
  let format: FileFormat;
  try {
    format = await findFormat(each(parts), options, { isCut });
  } catch (error) {
    throw error instanceof ImportFileError ? badArgument('uploadId', error.message) : error;
  }
  const records: FileRecord[] = [];
  try {
    for await (const record of readRecords(each(parts), format)) {
      records.push(record);
      if (records.length === SAMPLE_RECORDS) break;
    }
  } catch (error) {
    if (!(error instanceof ImportFileError)) throw error;
    return { format, records, problem: error.message };
  }
  return { format, records, problem: records.length === 0 ? 'The file has no rows.' : null };
}

async function* each(parts: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* parts;
}

/** As much of a mapping as there is, and why an import can't begin with it. */
function mapped(records: readonly FileRecord[], given: readonly MappedColumn[] | null) {
  try {
    return { mapping: mappingOf(records, given), problem: null };
  } catch (error) {
    if (!(error instanceof ImportFileError)) throw error;
    return { mapping: given ?? guessMapping(records), problem: error.message };
  }
}

function samplesOf(records: readonly FileRecord[], column: string): string[] {
  const values = records.map(({ cells }) => cells.get(column)?.trim() ?? '');
  return [...new Set(values)]
    .filter((value) => value !== '')
    .slice(0, SHOWN_SAMPLES)
    .map(shown);
}

function shown(cell: string): string {
  return cell.replaceAll('\u0000', '').slice(0, SHOWN_CHARACTERS).toWellFormed();
}

interface Previewed {
  records: readonly FileRecord[];
  mapping: readonly MappedColumn[];
  country: string;
  onMatch: ContactImportMatch;
}

async function previewRows(
  { records, mapping, country, onMatch }: Previewed,
  database: ReturnType<Platform['database']['forTenant']>,
): Promise<PreviewRow[]> {
  const first = records.slice(0, SHOWN_ROWS);
  const columns = columnsIn(records);
  const rows: ImportRow[] = [];
  const problems: RowProblem[] = [];
  for (const record of first) {
    const read = readRow(record, mapping, country);
    if ('row' in read) rows.push(read.row);
    else problems.push(...read.problems);
  }
  problems.push(...(await findOwners(database, rows)).problems);
  const plan = matchRows(rows, await RowMatcher.for(database, rows), onMatch);
  problems.push(...plan.problems);
  return first.map(({ line, cells }) => {
    const own = problems.filter((problem) => problem.line === line);
    const match = plan.matched.find(({ row }) => row.record.line === line);
    const outcome = own.length > 0 || !match ? 'failed' : match.outcome;
    const isThere = outcome !== 'failed' && match !== undefined && !match.isNew;
    return {
      line,
      cells: columns.map((column) => shown(cells.get(column) ?? '')),
      outcome: OUTCOMES[outcome],
      contactId: isThere ? match.contactId : null,
      problems: own,
    };
  });
}

/** Whether an update changes anything is known once it is made. */
const OUTCOMES = {
  created: 'CREATED',
  updated: 'UPDATED',
  unchanged: 'UPDATED',
  skipped: 'SKIPPED',
  failed: 'FAILED',
} as const;
