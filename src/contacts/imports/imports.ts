/**
 * Imports of contacts from files: QUEUED → RUNNING → COMPLETED or FAILED. A tenant has at most one
 * that is queued or running. This is the head of the room `imports`: starting them and reading what
 * became of them. A file is read as records (file-format.ts, records.ts), these as rows (mapping.ts,
 * rows.ts), and rows become contacts in batches (run-import.ts: matches.ts, plan.ts, write.ts).
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { ContactFileFormat, ContactImportMatch } from '../../../generated/kysely.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import { columnsOf, type RowOf } from '../../platform/database/columns.ts';
import {
  applyPage,
  countRows,
  type PageArguments,
  parsePage,
  toPage,
} from '../../platform/database/keyset.ts';
import { NEWEST_FIRST } from '../../platform/database/ordering.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { violates } from '../../platform/database/sql-errors.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound, UserInputError, userError } from '../../platform/errors.ts';
import { idOf, name, text } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { fileUrl, insertUpload, isComplete, lockUpload } from '../uploads/uploads.ts';
import { IMPORT_FIELDS } from './fields.ts';
import { isKnownEncoding } from './file-format.ts';
import { IMPORT_CONTACTS } from './import-job.ts';
import { MAX_COLUMNS } from './records.ts';

/** The most data rows of a file. */
export const MAX_ROWS = 100_000;
/** The longest name of a column. */
const COLUMN_LENGTH = 120;

/** A column with the field that it means. */
export const ImportMapping = z
  .object({
    column: text(COLUMN_LENGTH).describe(
      'The name of a column, as the preview has it: from the header of the file, "Column 1" and so on without one, or a property of JSONL.',
    ),
    field: z.enum(IMPORT_FIELDS).describe('What the column says of a contact.'),
  })
  .describe('Which field a column of a file means.');

/** How to read a file: shared by the preview and the import. */
export const ImportOptions = z
  .object({
    format: z.enum(ContactFileFormat).nullish().describe('CSV or JSONL; found out unless given.'),
    encoding: text(40)
      .refine(isKnownEncoding, 'Expected an encoding such as utf-8, utf-16le or windows-1252.')
      .nullish()
      .describe('Such as utf-8, utf-16le, windows-1252 or shift_jis; found out unless given.'),
    delimiter: text(1)
      .refine((value) => /^[^"\r\n]$/.test(value), 'Expected one character, such as ; or a tab.')
      .nullish()
      .describe('The character between the cells of CSV; found out unless given.'),
    header: z
      .boolean()
      .nullish()
      .describe('Whether the first line of CSV names the columns; found out unless given.'),
    mapping: z
      .array(ImportMapping)
      .max(MAX_COLUMNS)
      .nullish()
      .describe(
        'Which columns to take, and as what; the others are ignored. Guessed from names and contents unless given. Each column and each field once.',
      ),
  })
  .describe('How to read a file of contacts.');
/** How to read a file, checked. */
export type ImportOptions = z.output<typeof ImportOptions>;

/** The input of `importContacts`. */
export const ImportContacts = z
  .object({
    uploadId: idOf('ContactUpload')
      .nullish()
      .describe('The file, once all of it is here. It is deleted when the import has ended.'),
    url: fileUrl()
      .nullish()
      .describe(
        'Instead of a file that is here, an address on the public internet to fetch it from. It begins with https:// and does not redirect.',
      ),
    options: ImportOptions.nullish().describe('How to read the file.'),
    onMatch: z
      .enum(ContactImportMatch)
      .default('UPDATE')
      .describe('What to do with a row whose contact is there already.'),
    idempotencyKey: name()
      .nullish()
      .describe(
        'Any text that names this import, such as a UUID. Another import with the same key, by anybody in the company, returns the first one, unless that FAILED. A key is forgotten after 90 days.',
      ),
  })
  .describe('Which file to import, and how.');

/** The columns of an import that the API reads. */
const IMPORT_COLUMNS = columnsOf('contact_import', [
  'uploadId',
  'options',
  'idempotencyKey',
  'problemCount',
]);
/** A row of contact_import with the columns that the API reads. */
export type ImportRecord = RowOf<
  'contact_import',
  'uploadId' | 'options' | 'idempotencyKey' | 'problemCount'
>;

/** Imports by id. */
export const importsById = prepare((p: { ids: string[] }) =>
  query.selectFrom('contact_import').select(IMPORT_COLUMNS).where('id', '=', anyOf(p.ids)),
);
/** The versions of imports, for live topics. */
export const importVersionsById = prepare((p: { ids: string[] }) =>
  query.selectFrom('contact_import').select(['id', 'version']).where('id', '=', anyOf(p.ids)),
);
const byKey = prepare((p: { idempotencyKey: string }) =>
  query
    .selectFrom('contact_import')
    .select(IMPORT_COLUMNS)
    .where('idempotencyKey', '=', p.idempotencyKey),
);

const giveUpKey = prepare((p: { id: string }) =>
  query.updateTable('contact_import').set({ idempotencyKey: null }).where('id', '=', p.id),
);

/** A page of the tenant's imports, newest first. */
export async function listImports(platform: Platform, viewer: Viewer, args: PageArguments) {
  const page = parsePage(args, NEWEST_FIRST);
  const database = platform.database.forTenant(viewer);
  const matching = query.selectFrom('contact_import');
  const rows = await database.run(
    applyPage(matching.select(IMPORT_COLUMNS), 'contact_import', page),
  );
  return { ...toPage(rows, page), count: () => countRows(database, matching) };
}

/**
 * Queues an import, or returns the one that has its idempotency key. Throws NOT_FOUND for an unknown
 * upload, CONFLICT while it is incomplete and while another import is queued or running.
 */
export async function importContacts(
  platform: Platform,
  viewer: Viewer,
  input: z.output<typeof ImportContacts>,
) {
  checkSource(input);
  checkMapping(input.options?.mapping);
  const { idempotencyKey } = input;
  const lock = ['contact import', idempotencyKey ?? viewer.tenantId] as const;
  try {
    return await platform.database.forTenant(viewer).change(lock, async (tx) => {
      const [first] = idempotencyKey ? await tx.runPrepared(byKey, { idempotencyKey }) : [];
      if (first && first.status !== 'FAILED') return { import: first };
      if (first) await tx.runPrepared(giveUpKey, { id: first.id });
      return { import: await queueImport(platform, tx, { viewer, input }) };
    });
  } catch (error) {
    if (violates(error, 'contact_import_active_key'))
      throw userError('CONFLICT', [], 'An import is already queued or running. Wait for its end.');
    // Another process was faster with the same key.
    if (violates(error, 'contact_import_tenantId_idempotencyKey_key'))
      return importContacts(platform, viewer, input);
    throw error;
  }
}

function checkSource({ uploadId, url }: z.output<typeof ImportContacts>): void {
  if (uploadId == null && url == null)
    throw userError('REQUIRED', ['uploadId'], 'Give the file as uploadId, or its address as url.');
  if (uploadId != null && url != null)
    throw userError('INVALID', ['url'], 'Give uploadId or url, not both.');
}

/** Throws INVALID for each column and each field that is there twice. */
export function checkMapping(mapping: ImportOptions['mapping'], path = ['options', 'mapping']) {
  const errors = (mapping ?? []).flatMap(({ column, field }, index, all) => {
    const before = all.slice(0, index);
    const twice = (message: string, key: string) => ({
      code: 'INVALID' as const,
      message,
      field: [...path, String(index), key],
    });
    return [
      ...(before.some((one) => one.column === column)
        ? [twice('This column is mapped twice.', 'column')]
        : []),
      ...(before.some((one) => one.field === field)
        ? [twice('Another column is mapped to this field.', 'field')]
        : []),
    ];
  });
  if (errors.length > 0) throw new UserInputError(errors.slice(0, 50));
}

interface Queued {
  viewer: Viewer;
  input: z.output<typeof ImportContacts>;
}

async function queueImport(
  platform: Platform,
  tx: TenantTransaction,
  { viewer, input }: Queued,
): Promise<ImportRecord | undefined> {
  const { uploadId, url, options, onMatch, idempotencyKey = null } = input;
  const upload =
    uploadId == null ? await insertUpload(tx, viewer, { url }) : await lockUpload(tx, uploadId);
  if (!upload) throw notFound(['uploadId']);
  if (uploadId != null && !isComplete(upload)) throw incomplete(upload);
  const row = {
    id: uuidv7(),
    uploadId: upload.id,
    fileName: upload.fileName,
    onMatch,
    options: JSON.stringify(options ?? {}),
    idempotencyKey,
    startedById: viewer.userId,
  };
  const [queued] = await tx.run(
    query.insertInto('contact_import').values(row).returning(IMPORT_COLUMNS),
  );
  await platform.jobs.enqueue(tx, IMPORT_CONTACTS, [{ payload: { importId: row.id } }]);
  return queued;
}

function incomplete({
  bytes,
  receivedBytes,
  errorMessage,
}: {
  bytes: number | null;
  receivedBytes: number;
  errorMessage: string | null;
}): UserInputError {
  const of = bytes === null ? '' : ` of ${bytes.toLocaleString('en')}`;
  return userError(
    'CONFLICT',
    ['uploadId'],
    errorMessage ?? `Only ${receivedBytes.toLocaleString('en')}${of} bytes of the file are here.`,
  );
}

const firstProblems = prepare((p: { ids: string[]; firsts: number[] }) =>
  query
    .selectFrom('contact_import_problem')
    .innerJoin(
      sql<{
        id: string;
        first: number;
      }>`unnest(${p.ids}::uuid[], ${p.firsts}::int[])`.as<'asked'>(sql`asked(id, first)`),
      (join) =>
        join
          .onRef('asked.id', '=', 'contact_import_problem.importId')
          .onRef('contact_import_problem.position', '<', 'asked.first'),
    )
    .select([
      'contact_import_problem.line',
      'contact_import_problem.field',
      'contact_import_problem.message',
      sql<string>`asked.first || '/' || asked.id`.as('key'),
    ])
    .orderBy('contact_import_problem.position'),
);

/**
 * The first problems of imports, in the order of the file, by keys of the form `<how many>/<id of
 * the import>`. One statement for any number of keys.
 */
export function problemsOf(platform: Platform, viewer: Viewer, keys: readonly string[]) {
  const asked = keys.map((key) => key.split('/'));
  const [firsts, ids] = [asked.map(([first]) => Number(first)), asked.map(([, id]) => id ?? '')];
  return platform.database.forTenant(viewer).runPrepared(firstProblems, { ids, firsts });
}
