/**
 * Runs an import. The file is read twice: once to its end, to find out how it is written, how many
 * rows it has, and whether it breaks off, before anything is written; then in batches, each written
 * in one transaction with the counts that follow. The counts say how many rows are done, so an
 * import that is killed goes on with the next, and no row is lost or written twice.
 */
import { sql } from 'kysely';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { RunningJob } from '../../platform/jobs/definition.ts';
import type { Platform } from '../../platform/platform.ts';
import { readTenant } from '../../tenancy/index.ts';
import { CONTACT_IMPORT_CHANGED } from '../topics.ts';
import { fetchUpload } from '../uploads/fetch.ts';
import { readParts } from '../uploads/parts.ts';
import { type FileFormat, findFormat, ImportFileError } from './file-format.ts';
import { endImport } from './import-ends.ts';
import { ImportOptions, MAX_ROWS } from './imports.ts';
import { type MappedColumn, mappingOf, SAMPLE_RECORDS } from './mapping.ts';
import { type FileRecord, readRecords } from './records.ts';
import { type ImportRow, type RowProblem, readRow } from './rows.ts';
import { type BatchContext, type BatchOutcome, writeRows } from './write.ts';

/** Rows of a transaction. */
const BATCH_ROWS = 500;
/** The longest row, as JSON, that is kept with what is wrong with it. */
const KEPT_ROW_LENGTH = 10_000;

type ImportJob = Pick<
  RunningJob<{ importId: string }>,
  'tenantId' | 'payload' | 'signal' | 'hold' | 'complete'
>;

/** What is known of the file once it was read to its end. */
interface KnownFile {
  format: FileFormat;
  mapping: MappedColumn[];
  totalRows: number;
}

interface Run extends BatchContext {
  platform: Platform;
  job: ImportJob;
  uploadId: string;
  country: string;
  file: KnownFile;
}

/** There is nothing left to do: the import has ended already. */
class ImportEndedError extends Error {}

/** Runs an import from where an earlier attempt left it, and completes the job. */
export async function runImport(platform: Platform, job: ImportJob): Promise<void> {
  const { importId: id } = job.payload;
  const database = platform.database.forTenant(job);
  const begun = await database.transaction((tx) => begin(platform, tx, job));
  if (!begun) return;
  const end = (errorMessage: string | null) =>
    database.transaction(async (tx) => {
      await job.complete(tx);
      await endImport(platform, tx, { id, errorMessage });
    });
  try {
    const { uploadId, onMatch, startedById: importerId } = begun;
    const trouble = await fetchUpload(platform, job, uploadId);
    if (trouble !== null) return await end(trouble);
    const parts = () => readParts(database, uploadId);
    const file = await readToItsEnd(parts, ImportOptions.parse(begun.options));
    const { country } = await readTenant(platform, job);
    const run: Run = { platform, job, uploadId, onMatch, importerId, country, file };
    await importRows(run, parts(), begun.done);
    await end(null);
  } catch (error) {
    if (error instanceof ImportEndedError) return;
    if (!(error instanceof ImportFileError)) throw error;
    await end(error.message);
  }
}

const start = prepare((p: { id: string }) =>
  query
    .updateTable('contact_import')
    .set({
      status: 'RUNNING',
      startedAt: sql<Date>`coalesce("startedAt", statement_timestamp())`,
      version: sql<number>`version + 1`,
    })
    .where('id', '=', p.id)
    .where('status', 'in', ['QUEUED', 'RUNNING'])
    .returning(['uploadId', 'onMatch', 'options', 'startedById'])
    .returning(sql<number>`created + updated + unchanged + skipped + failed`.as('done')),
);

/** Makes the import RUNNING; resolves to nothing, the job completed, if it has ended already. */
async function begin(platform: Platform, tx: TenantTransaction, job: ImportJob) {
  await job.hold(tx);
  const { importId: id } = job.payload;
  const [begun] = await tx.runPrepared(start, { id });
  if (begun) CONTACT_IMPORT_CHANGED.publishAfterCommit(platform, tx, [id]);
  else await job.complete(tx);
  return begun;
}

/** Finds out all that must be known of a file before one of its rows is written. */
async function readToItsEnd(
  parts: () => AsyncIterable<Buffer>,
  options: ImportOptions,
): Promise<KnownFile> {
  const format = await findFormat(parts(), options);
  const sample: FileRecord[] = [];
  let totalRows = 0;
  for await (const record of readRecords(parts(), format)) {
    totalRows += 1;
    if (totalRows > MAX_ROWS)
      throw new ImportFileError(
        `The file has more than ${MAX_ROWS.toLocaleString('en')} rows. Divide it into several files.`,
      );
    if (sample.length < SAMPLE_RECORDS) sample.push(record);
  }
  if (totalRows === 0) throw new ImportFileError('The file has no rows.');
  return { format, mapping: mappingOf(sample, options.mapping ?? null), totalRows };
}

async function importRows(run: Run, parts: AsyncIterable<Buffer>, done: number): Promise<void> {
  let batch: FileRecord[] = [];
  let position = 0;
  for await (const record of readRecords(parts, run.file.format)) {
    position += 1;
    if (position <= done) continue;
    batch.push(record);
    if (batch.length < BATCH_ROWS) continue;
    await importBatch(run, batch);
    batch = [];
  }
  if (batch.length > 0) await importBatch(run, batch);
}

async function importBatch(run: Run, records: readonly FileRecord[]): Promise<void> {
  const { platform, job, country, file } = run;
  job.signal.throwIfAborted();
  const rows: ImportRow[] = [];
  const problems: RowProblem[] = [];
  for (const record of records) {
    const read = readRow(record, file.mapping, country);
    if ('row' in read) rows.push(read.row);
    else problems.push(...read.problems);
  }
  await platform.database.forTenant(job).transaction(async (tx) => {
    await job.hold(tx);
    const outcome = await writeRows(tx, rows, run);
    await storeOutcome(run, tx, {
      records,
      counts: outcome.counts,
      problems: [...problems, ...outcome.problems].sort((one, two) => one.line - two.line),
    });
  });
}

interface Stored extends BatchOutcome {
  records: readonly FileRecord[];
}

/** Adds the counts of a batch and keeps what is wrong with its rows. */
async function storeOutcome(
  { platform, job, file }: Run,
  tx: TenantTransaction,
  { records, counts, problems }: Stored,
): Promise<void> {
  const { importId: id } = job.payload;
  const plus = (column: string, count: number) =>
    sql<number>`${sql.ref(`contact_import.${column}`)} + ${count}`;
  const [stored] = await tx.run(
    query
      .updateTable('contact_import')
      .set({
        totalRows: file.totalRows,
        created: plus('created', counts.created),
        updated: plus('updated', counts.updated),
        unchanged: plus('unchanged', counts.unchanged),
        skipped: plus('skipped', counts.skipped),
        failed: plus('failed', new Set(problems.map(({ line }) => line)).size),
        problemCount: plus('problemCount', problems.length),
        version: plus('version', 1),
      })
      .where('id', '=', id)
      .where('status', '=', 'RUNNING')
      .returning('problemCount'),
  );
  if (!stored) throw new ImportEndedError();
  if (problems.length > 0) {
    const first = stored.problemCount - problems.length;
    const cells = new Map(records.map((record) => [record.line, record.cells]));
    const rows = problems.map((problem, index) => ({
      ...problem,
      importId: id,
      position: first + index,
      row: problems[index - 1]?.line === problem.line ? null : asJson(cells.get(problem.line)),
    }));
    await tx.run(query.insertInto('contact_import_problem').values(rows));
  }
  CONTACT_IMPORT_CHANGED.publishAfterCommit(platform, tx, [id]);
}

/**
 * A row as it is kept with what is wrong with it, in pairs of column and cell. The NULs of binary
 * files can't be stored.
 */
function asJson(cells: ReadonlyMap<string, string> | undefined): string | null {
  const entries = [...(cells ?? [])].map(([column, cell]) => [
    column.replaceAll('\u0000', '').toWellFormed(),
    cell.replaceAll('\u0000', '').toWellFormed(),
  ]);
  const json = JSON.stringify(entries);
  return json.length <= KEPT_ROW_LENGTH ? json : null;
}
