/**
 * Fetches a file from an address that a user gave: public addresses only, and no redirects
 * (platform/http-client.ts). A run that was killed begins again from the first byte.
 */
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { HttpClientError, webhookClient } from '../../platform/http-client.ts';
import type { RunningJob } from '../../platform/jobs/definition.ts';
import type { Platform } from '../../platform/platform.ts';
import { MINUTE } from '../../platform/time.ts';
import { appendPart, PartGatherer } from './parts.ts';
import { MAX_UPLOAD_BYTES } from './uploads.ts';

const TIMEOUT_MS = 5 * MINUTE;

type FetchJob = Pick<RunningJob<unknown>, 'tenantId' | 'signal' | 'hold'>;

const addressOf = prepare((p: { uploadId: string }) =>
  query
    .selectFrom('contact_upload')
    .select(['url', 'bytes', 'errorMessage'])
    .where('id', '=', p.uploadId),
);

/**
 * Fetches a file, unless it is here already. Resolves to null, or to why there is no file, which is
 * stored with the upload. Each write makes sure that this run still holds the job.
 */
export async function fetchUpload(
  platform: Platform,
  job: FetchJob,
  uploadId: string,
): Promise<string | null> {
  const database = platform.database.forTenant(job);
  const [upload] = await database.runPrepared(addressOf, { uploadId });
  if (!upload) return 'The file was deleted.';
  if (upload.url === null || upload.bytes !== null) return null;
  if (upload.errorMessage !== null) return upload.errorMessage;
  const held = (work: (tx: TenantTransaction) => Promise<unknown>) =>
    database.transaction(async (tx) => {
      await job.hold(tx);
      return work(tx);
    });
  await held((tx) => emptyUpload(tx, uploadId));
  try {
    const bytes = await receive(platform, job, { url: upload.url, uploadId, held });
    await held((tx) =>
      tx.run(query.updateTable('contact_upload').set({ bytes }).where('id', '=', uploadId)),
    );
    return null;
  } catch (error) {
    if (!(error instanceof HttpClientError) || error.reason === 'ABORTED') throw error;
    const { message: errorMessage } = error;
    await held((tx) =>
      tx.run(query.updateTable('contact_upload').set({ errorMessage }).where('id', '=', uploadId)),
    );
    return errorMessage;
  }
}

interface Receiving {
  url: string;
  uploadId: string;
  held: (work: (tx: TenantTransaction) => Promise<unknown>) => Promise<unknown>;
}

/** Stores the body of a response as parts, and resolves to its size. */
async function receive(
  platform: Platform,
  { signal }: FetchJob,
  { url, uploadId, held }: Receiving,
): Promise<number> {
  let position = 0;
  const store = async (content: Buffer | null) => {
    if (content === null) return;
    await held((tx) => appendPart(tx, { uploadId, position, content }));
    position += content.length;
  };
  const gatherer = new PartGatherer();
  await webhookClient(platform).download(url, {
    maxBytes: MAX_UPLOAD_BYTES,
    timeoutMs: TIMEOUT_MS,
    signal,
    take: (chunk) => store(gatherer.add(chunk)),
  });
  await store(gatherer.rest());
  return position;
}

async function emptyUpload(tx: TenantTransaction, uploadId: string): Promise<void> {
  await tx.run(query.deleteFrom('contact_upload_part').where('uploadId', '=', uploadId));
  await tx.run(
    query.updateTable('contact_upload').set({ receivedBytes: 0 }).where('id', '=', uploadId),
  );
}
