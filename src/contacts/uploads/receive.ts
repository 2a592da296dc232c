/** Receives the bytes of an upload from a client, as they come. */
import { RequestError } from '../../platform/errors.ts';
import { type Platform, perProcess } from '../../platform/platform.ts';
import { SECOND } from '../../platform/time.ts';
import { Turns } from '../../platform/turns.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { appendPart, PartGatherer } from './parts.ts';
import { type UploadRow, uploadsById } from './uploads.ts';

/** Each has a part of a file in memory. */
const turns = perProcess(
  () =>
    new Turns({
      resource: 'uploads',
      size: 32,
      waitMs: 10 * SECOND,
      maxWaiting: 32,
      busy: 'Too many files are being uploaded at once.',
    }),
);

/** How much of an upload is here. Throws NOT_FOUND for an unknown one. */
export async function uploadState(
  platform: Platform,
  viewer: Viewer,
  id: string,
): Promise<UploadRow> {
  const [upload] = await platform.database.forTenant(viewer).runPrepared(uploadsById, {
    ids: [id],
  });
  if (!upload) throw new RequestError('NOT_FOUND', 'Nothing with this id exists.');
  return upload;
}

/** Bytes of a file from a position on. */
export interface Arriving {
  id: string;
  position: number;
  body: AsyncIterable<Buffer>;
}

/** The bytes are not those that are missing next, or more than the file has. */
export class WrongPositionError extends Error {}

/**
 * Stores bytes of an upload in parts as they arrive, so that an interruption loses at most those
 * that were on their way. Resolves to how many bytes of the file are here then. Throws a
 * WrongPositionError for bytes that do not follow those that are here, and for too many.
 */
export async function receiveUpload(
  platform: Platform,
  viewer: Viewer,
  { id, position: from, body }: Arriving,
): Promise<number> {
  const database = platform.database.forTenant(viewer);
  let position = from;
  const store = async (content: Buffer | null) => {
    if (content === null) return;
    const part = { uploadId: id, position, content };
    const stored = await database.change(['contact_upload', id], (tx) => appendPart(tx, part));
    if (!stored) throw new WrongPositionError();
    position += content.length;
  };
  return turns(platform).run(viewer.tenantId, async () => {
    const gatherer = new PartGatherer();
    try {
      for await (const chunk of body) await store(gatherer.add(chunk));
    } catch (error) {
      // What arrived before the connection broke is kept.
      if (!(error instanceof WrongPositionError)) await store(gatherer.rest());
      throw error;
    }
    await store(gatherer.rest());
    return position;
  });
}
