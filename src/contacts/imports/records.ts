/**
 * The records of a file, one after the other, in constant memory: lines of JSONL, rows of CSV. They
 * are the same in every reading, so that an import can go on where it stopped.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { isStorable } from '../../platform/input.ts';
import { isRecord } from '../../platform/records.ts';
import { type FileFormat, ImportFileError } from './file-format.ts';

/** The most cells of a record, and the most columns of a file. */
export const MAX_COLUMNS = 200;
/** The largest record, in characters: more is a quotation mark that is never closed. */
const MAX_RECORD = 64 * 1_024;
/** Text is parsed in pieces of this many characters, so that other work gets its turn in between. */
const PIECE = 64 * 1_024;

/** A record as it is in the file: its cells by the names of their columns. */
export interface FileRecord {
  /** Where it begins; the first line of the file is 1. */
  line: number;
  cells: ReadonlyMap<string, string>;
  /** What is wrong with it as a whole; null if it can be read. */
  problem: string | null;
}

/** The data records of a file; the header is none. Throws an ImportFileError where it breaks off. */
export async function* readRecords(
  parts: AsyncIterable<Buffer>,
  format: FileFormat,
): AsyncGenerator<FileRecord> {
  const text = decoded(parts, format.encoding);
  if (format.format === 'JSONL') yield* readJsonLines(text);
  else yield* readCsv(text, format);
}

async function* decoded(parts: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<string> {
  // Leaves out the byte order mark.
  const decoder = new TextDecoder(encoding);
  for await (const part of parts)
    for (let at = 0; at < part.length; at += PIECE) {
      yield decoder.decode(part.subarray(at, at + PIECE), { stream: true });
      await new Promise(setImmediate);
    }
  yield decoder.decode();
}

interface CsvRecord {
  record: string[];
  info: { lines: number };
}

async function* readCsv(
  text: AsyncIterable<string>,
  { delimiter, header }: FileFormat,
): AsyncGenerator<FileRecord> {
  const parser = parse({
    delimiter: delimiter ?? ',',
    info: true,
    max_record_size: MAX_RECORD,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  const stop = new AbortController();
  // Its failure is thrown by the loop below too.
  const reading = pipeline(Readable.from(text), parser, { signal: stop.signal, end: true });
  reading.catch(() => {});
  let columns: string[] | null = null;
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
      const line = info.lines - record.reduce((sum, cell) => sum + lineBreaksIn(cell), 0);
      if (columns === null) {
        if (line === 1 && isSeparatorNote(record)) continue;
        columns = columnNames(record, header);
        if (header) continue;
      }
      yield csvRecord(line, record, columns);
    }
  } catch (error) {
    throw error instanceof CsvError ? fileError(error) : error;
  } finally {
    stop.abort();
  }
}

function fileError(error: CsvError): ImportFileError {
  const line = Number(error['lines'] ?? 0);
  const isOpen = error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE';
  return new ImportFileError(
    isOpen
      ? `The file breaks off at line ${line}: a quotation mark before it is opened and never closed, or a row has more than ${MAX_RECORD.toLocaleString('en')} characters.`
      : `The file can't be read as CSV from line ${line} on.`,
  );
}

function lineBreaksIn(cell: string): number {
  return cell.includes('\n') ? cell.split('\n').length - 1 : 0;
}

/** Excel's note of the delimiter, "sep=;". */
function isSeparatorNote(record: readonly string[]): boolean {
  return /^sep=.?$/i.test(record[0] ?? '') && record.slice(1).every((cell) => cell === '');
}

/** The names of the columns, each of which is another one. */
function columnNames(record: readonly string[], header: boolean): string[] {
  if (record.length > MAX_COLUMNS)
    throw new ImportFileError(
      `The file has ${record.length.toLocaleString('en')} columns; expected at most ${MAX_COLUMNS}.`,
    );
  const taken = new Set<string>();
  return record.map((cell, index) => {
    const base = (header && cell.trim().slice(0, 100)) || `Column ${index + 1}`;
    let name = isStorable(base) ? base : `Column ${index + 1}`;
    for (let copy = 2; taken.has(name); copy += 1) name = `${base} (${copy})`;
    taken.add(name);
    return name;
  });
}

function csvRecord(
  line: number,
  record: readonly string[],
  columns: readonly string[],
): FileRecord {
  const cells = new Map(columns.map((name, index) => [name, unescaped(record[index] ?? '')]));
  const isTooLong = record.slice(columns.length).some((cell) => cell.trim() !== '');
  const problem = isTooLong
    ? `Expected ${columns.length} cells, found ${record.length}. A cell that holds the delimiter has to be in quotation marks.`
    : null;
  return { line, cells, problem };
}

/** Without the apostrophe that exports put before what a spreadsheet would take for a formula. */
function unescaped(cell: string): string {
  return /^'[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(cell) ? cell.slice(1) : cell;
}

async function* readJsonLines(text: AsyncIterable<string>): AsyncGenerator<FileRecord> {
  let line = 0;
  let rest = '';
  for await (const piece of text) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_RECORD)
      throw new ImportFileError(
        `Line ${line + lines.length + 1} has more than ${MAX_RECORD.toLocaleString('en')} characters.`,
      );
    for (const one of lines) {
      line += 1;
      if (one.trim() !== '') yield jsonRecord(line, one);
    }
  }
  if (rest.trim() !== '') yield jsonRecord(line + 1, rest);
}

function jsonRecord(line: number, text: string): FileRecord {
  const bad = (problem: string) => ({ line, cells: new Map([['line', text]]), problem });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad('Expected a JSON object on this line.');
  }
  if (!isRecord(value)) return bad('Expected a JSON object on this line.');
  const entries = Object.entries(value);
  if (entries.length > MAX_COLUMNS) return bad(`Expected at most ${MAX_COLUMNS} properties.`);
  const nested = entries.find(([, inner]) => typeof inner === 'object' && inner !== null);
  const cells = new Map(entries.map(([key, inner]) => [key.slice(0, 110), jsonText(inner)]));
  return {
    line,
    cells,
    problem: nested
      ? `Expected a text, a number, true, false or null in "${nested[0].slice(0, 100)}".`
      : null,
  };
}

function jsonText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
