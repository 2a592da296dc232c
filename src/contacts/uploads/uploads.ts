/**
 * Uploads: files with contacts on their way here. A client sends one in parts, each from the byte
 * that is missing next, so that it can go on after any interruption; or the server fetches it from
 * an address. A file is deleted when it has been imported, or a day after it was begun. This is the
 * head of the room `uploads`; beside it there are the bytes (parts.ts) and fetching (fetch.ts).
 */
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { anyOf } from '../../platform/database/arrays.ts';
import { columnsOf, type RowOf } from '../../platform/database/columns.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound, userError } from '../../platform/errors.ts';
import { name, wholeNumber } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import { DAY } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { FETCH_UPLOAD } from './fetch-job.ts';

/** The largest file, in bytes: 100,000 rows of 670. */
export const MAX_UPLOAD_BYTES = 64 * 1_048_576;
/** How many files a tenant may have here at once; the same number is in a CHECK of the table. */
const MAX_UPLOADS = 10;
/** For how long a file is kept that nobody imports. */
export const KEEP_UPLOAD_MS = DAY;
const URL_LENGTH = 2_000;

/** The columns of an upload, and a row of them. */
const UPLOAD_COLUMNS = columnsOf('contact_upload', ['slot', 'url', 'createdById']);
/** A row of `contact_upload` with the columns that the API reads. */
export type UploadRow = RowOf<'contact_upload', 'slot' | 'url' | 'createdById'>;

/** Where a file with contacts is, as an input. */
export function fileUrl() {
  return name(URL_LENGTH).refine(
    (value) => URL.parse(value)?.protocol === 'https:',
    'Expected an address that begins with https://.',
  );
}

/** The input of `createContactUpload`. */
export const CreateContactUpload = z
  .object({
    fileName: name()
      .nullish()
      .describe('The name of the file, to recognize it by. By default that of the address.'),
    bytes: wholeNumber(1, MAX_UPLOAD_BYTES)
      .nullish()
      .describe(
        'The size of the file that you are going to send, in bytes: at most 67,108,864 (64 MiB).',
      ),
    url: fileUrl()
      .nullish()
      .describe(
        'Instead of sending the file, an address on the public internet that the server fetches it from at once. It begins with https:// and does not redirect.',
      ),
  })
  .describe('A file with contacts: its size, to send it, or its address, to have it fetched.');

/** Uploads by id. */
export const uploadsById = prepare((p: { ids: string[] }) =>
  query.selectFrom('contact_upload').select(UPLOAD_COLUMNS).where('id', '=', anyOf(p.ids)),
);

/** Whether all of a file is here. */
export function isComplete({ bytes, receivedBytes }: UploadRow): boolean {
  return bytes === receivedBytes;
}

/**
 * Begins an upload. Throws REQUIRED or INVALID unless either a size or an address is given,
 * CONFLICT if the tenant has too many files here.
 */
export async function createContactUpload(
  platform: Platform,
  viewer: Viewer,
  { fileName, bytes, url }: z.output<typeof CreateContactUpload>,
) {
  if (bytes == null && url == null)
    throw userError('REQUIRED', ['bytes'], 'Give the size of the file, or the address as url.');
  if (bytes != null && url != null)
    throw userError('INVALID', ['url'], 'Give bytes or url, not both.');
  return platform.database.forTenant(viewer).transaction(async (tx) => {
    const upload = await insertUpload(tx, viewer, { fileName, bytes, url });
    if (url != null)
      await platform.jobs.enqueue(tx, FETCH_UPLOAD, [{ payload: { uploadId: upload.id } }]);
    return { upload };
  });
}

interface NewUpload {
  fileName?: string | null | undefined;
  bytes?: number | null | undefined;
  url?: string | null | undefined;
}

const takenSlots = prepare(() => query.selectFrom('contact_upload').select('slot'));

/** Adds an upload; of two that want the same slot, one takes the next. */
export async function insertUpload(
  tx: TenantTransaction,
  viewer: Pick<Viewer, 'userId'>,
  { fileName, bytes = null, url = null }: NewUpload,
): Promise<UploadRow> {
  for (;;) {
    const taken = new Set((await tx.runPrepared(takenSlots, {})).map(({ slot }) => slot));
    const slot = SLOTS.find((one) => !taken.has(one));
    if (slot === undefined)
      throw userError(
        'CONFLICT',
        [],
        `There are ${MAX_UPLOADS} uploaded files waiting already. Import or delete one with deleteContactUpload; each goes by itself after a day.`,
      );
    const row = {
      id: uuidv7(),
      slot,
      fileName: fileName ?? nameIn(url) ?? 'contacts',
      url,
      bytes,
      createdById: viewer.userId,
    };
    const [upload] = await tx.run(
      query
        .insertInto('contact_upload')
        .values(row)
        .onConflict((conflict) => conflict.columns(['tenantId', 'slot']).doNothing())
        .returning(UPLOAD_COLUMNS),
    );
    if (upload) return upload;
  }
}

const SLOTS = Array.from({ length: MAX_UPLOADS }, (_, index) => index + 1);

/** The last part of an address's path: the rest may be secret. */
function nameIn(url: string | null): string | null {
  const path = url === null ? '' : (URL.parse(url)?.pathname ?? '');
  return path.split('/').at(-1)?.slice(0, 200) || null;
}

const activeImportOf = prepare((p: { uploadId: string }) =>
  query
    .selectFrom('contact_import')
    .select('id')
    .where('uploadId', '=', p.uploadId)
    .where('status', 'in', ['QUEUED', 'RUNNING']),
);

/** Deletes a file. Throws NOT_FOUND, or CONFLICT while it is being imported. */
export async function deleteContactUpload(
  platform: Platform,
  viewer: Viewer,
  { id }: { id: string },
): Promise<void> {
  await platform.database.forTenant(viewer).change(['contact_upload', id], async (tx) => {
    if (!(await lockUpload(tx, id))) throw notFound(['id']);
    const [active] = await tx.runPrepared(activeImportOf, { uploadId: id });
    if (active) throw userError('CONFLICT', ['id'], 'This file is being imported.');
    await removeUpload(tx, id);
  });
}

const lockRow = prepare((p: { id: string }) =>
  query.selectFrom('contact_upload').select(UPLOAD_COLUMNS).where('id', '=', p.id).forUpdate(),
);

/** Locks an upload: whoever starts an import of it, and whoever deletes it, wait for each other. */
export async function lockUpload(tx: TenantTransaction, id: string): Promise<UploadRow | null> {
  return (await tx.runPrepared(lockRow, { id }))[0] ?? null;
}

/** Deletes a file with its bytes. */
export async function removeUpload(tx: TenantTransaction, id: string): Promise<void> {
  await tx.run(query.deleteFrom('contact_upload').where('id', '=', id));
}
