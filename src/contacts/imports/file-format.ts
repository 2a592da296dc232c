/**
 * How a file is written, found out from its bytes: encoding, format, delimiter and header. What the
 * user says counts instead.
 */
import chardet from 'chardet';
import { parse } from 'csv-parse/sync';
import type { ContactFileFormat } from '../../../generated/kysely.ts';
import { fieldNamed } from './fields.ts';

/** What is wrong with a file as a whole. The message is for whoever imports it. */
export class ImportFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ImportFileError';
  }
}

/** How to read a file. */
export interface FileFormat {
  format: ContactFileFormat;
  /** A name that TextDecoder knows. */
  encoding: string;
  /** Between the cells of CSV; null for JSONL. */
  delimiter: string | null;
  /** Whether the first line of CSV names the columns. */
  header: boolean;
}

/** How the user says that a file is written; what is null is found out. */
export type GivenFormat = { readonly [K in keyof FileFormat]?: FileFormat[K] | null | undefined };

/** The delimiters that are recognized, the likeliest first. */
const DELIMITERS = [',', ';', '\t', '|'] as const;
/** The start of a file from which format, delimiter and header are told. */
const SAMPLE_BYTES = 256 * 1_024;
const SAMPLE_RECORDS = 50;
/** Guesses by letter frequency are wrong on a few letters; more bytes than this add nothing. */
const LETTERS_BYTES = 64 * 1_024;
/** What files in one byte a letter that are no valid UTF-8 most often are: Excel's in the West. */
const USUAL_ENCODING = 'windows-1252';
const MIN_CONFIDENCE = 40;

const BYTE_ORDER_MARKS = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
] as const;

/** Whether this server can decode an encoding of this name. */
export function isKnownEncoding(label: string): boolean {
  try {
    return new TextDecoder(label) !== null;
  } catch {
    return false;
  }
}

/**
 * Finds out how a file is written. It reads all of the bytes, since the first letter that tells the
 * encoding may be anywhere; `isCut` says that they are only the start of the file. Throws an
 * ImportFileError for a file that is neither CSV nor JSONL.
 */
export async function findFormat(
  parts: AsyncIterable<Buffer>,
  given: GivenFormat,
  { isCut = false } = {},
): Promise<FileFormat> {
  const probe = new EncodingProbe();
  let sample = Buffer.alloc(0);
  for await (const part of parts) {
    if (sample.length < SAMPLE_BYTES)
      sample = Buffer.concat([sample, part.subarray(0, SAMPLE_BYTES - sample.length)]);
    if (given.encoding == null) probe.add(part);
    else if (sample.length >= SAMPLE_BYTES) break;
  }
  const encoding = given.encoding ?? probe.found({ isCut });
  const text = new TextDecoder(encoding).decode(sample, { stream: true });
  const format = given.format ?? formatOf(text);
  if (format === 'JSONL') return { format, encoding, delimiter: null, header: false };
  const delimiter = given.delimiter ?? delimiterOf(text);
  const [first = [], second = []] = recordsOf(text.replace(SEPARATOR_NOTE, ''), delimiter);
  return { format, encoding, delimiter, header: given.header ?? isHeader(first, second) };
}

/** Looks at all bytes of a file: valid UTF-8 is UTF-8, else its letters are looked at. */
class EncodingProbe {
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true });
  #isUtf8 = true;
  #start: Buffer | null = null;
  #letters: Buffer[] = [];
  #lettersBytes = 0;

  add(part: Buffer): void {
    this.#start ??= part.subarray(0, 256);
    if (this.#isUtf8) this.#try(part, { stream: true });
    if (this.#lettersBytes >= LETTERS_BYTES) return;
    for (const line of linesWithLetters(part)) {
      this.#letters.push(line);
      this.#lettersBytes += line.length;
      if (this.#lettersBytes >= LETTERS_BYTES) return;
    }
  }

  found({ isCut }: { isCut: boolean }): string {
    const start = this.#start ?? Buffer.alloc(0);
    const marked = BYTE_ORDER_MARKS.find(([, mark]) => mark.every((byte, i) => start[i] === byte));
    if (marked) return marked[0];
    // ASCII in two bytes a letter is valid UTF-8 with many NULs.
    if (start.includes(0)) return start.indexOf(0) % 2 === 0 ? 'utf-16be' : 'utf-16le';
    if (!isCut) this.#try(Buffer.alloc(0), { stream: false });
    if (this.#isUtf8) return 'utf-8';
    const guesses = chardet.analyse(Buffer.concat(this.#letters));
    const guess = guesses.find(({ name }) => isKnownEncoding(name) && !/^(utf|ascii)/i.test(name));
    return guess && guess.confidence >= MIN_CONFIDENCE
      ? new TextDecoder(guess.name).encoding
      : USUAL_ENCODING;
  }

  #try(part: Buffer, options: { stream: boolean }): void {
    try {
      this.#utf8.decode(part, options);
    } catch {
      this.#isUtf8 = false;
    }
  }
}

const LINE_FEED = 0x0a;

/** The lines of a part that have bytes beyond ASCII. */
function* linesWithLetters(part: Buffer): Generator<Buffer> {
  for (let at = 0; at < part.length; at += 1) {
    if ((part[at] ?? 0) < 0x80) continue;
    const from = Math.max(part.lastIndexOf(LINE_FEED, at) + 1, 0);
    const end = part.indexOf(LINE_FEED, at);
    const to = end === -1 ? part.length : end + 1;
    yield part.subarray(from, to);
    at = to;
  }
}

/** How spreadsheets, PDF, and pages and documents in XML begin. */
const NO_TABLES = ['PK\u0003\u0004', '%PDF', '\u00d0\u00cf', '<'];

function formatOf(text: string): ContactFileFormat {
  const start = text.trimStart();
  if (start === '') throw new ImportFileError('The file is empty.');
  if (start.startsWith('['))
    throw new ImportFileError(
      'The file is a JSON array. Expected CSV, or JSONL: one JSON object on each line.',
    );
  if (NO_TABLES.some((beginning) => start.startsWith(beginning)))
    throw new ImportFileError(
      'The file is neither CSV nor JSONL. Save a spreadsheet as CSV before you import it.',
    );
  return start.startsWith('{') ? 'JSONL' : 'CSV';
}

/** The first records of a text; its end may be in the middle of one. */
function recordsOf(text: string, delimiter: string): string[][] {
  try {
    return parse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      to: SAMPLE_RECORDS,
    });
  } catch {
    return [];
  }
}

/** Excel's note of the delimiter, where it is not the usual one of its country. */
const SEPARATOR_NOTE = /^sep=(.)\r?\n/i;

/** The delimiter by which the most records have the same number of cells, and more than one. */
function delimiterOf(text: string): string {
  const said = SEPARATOR_NOTE.exec(text)?.[1];
  if (said !== undefined) return said;
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of DELIMITERS) {
    const records = recordsOf(text, delimiter);
    const width = records[0]?.length ?? 0;
    const equal = records.filter(({ length }) => length === width).length;
    const score = width < 2 ? 0 : (equal / records.length) * Math.min(width, 50);
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** Looks like something that a person or company has, rather than the name of a column. */
const IS_VALUE = /@|^\+?[\d\s().\-/]{5,}$|^\d+$/;

function isHeader(first: readonly string[], second: readonly string[]): boolean {
  const names = first.map((cell) => cell.trim());
  if (names.some((cell) => IS_VALUE.test(cell))) return false;
  if (names.some((cell) => fieldNamed(cell) !== null)) return true;
  // Names of columns differ, and values below them look like values.
  return new Set(names).size === names.length && second.some((cell) => IS_VALUE.test(cell.trim()));
}
