/** The bytes of uploads: added in order, and read again in pieces that fit into memory. */
import { sql } from 'kysely';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantDatabase, TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';

/** About the size of a stored part, in bytes: what is in memory of a file that arrives. */
export const PART_BYTES = 512 * 1_024;

/** Some bytes of a file. */
export interface Part {
  uploadId: string;
  /** How many bytes of the file are before it. */
  position: number;
  content: Buffer;
}

/**
 * Adds bytes to a file. Resolves to false, with nothing changed, unless they are those that are
 * missing next and fit into its size.
 */
export async function appendPart(
  tx: TenantTransaction,
  { uploadId, position, content }: Part,
): Promise<boolean> {
  const end = position + content.length;
  const [upload] = await tx.run(
    query
      .updateTable('contact_upload')
      .set({ receivedBytes: end })
      .where('id', '=', uploadId)
      .where('receivedBytes', '=', position)
      .where(sql<boolean>`(bytes is null or bytes >= ${end}::int)`)
      .returning('id'),
  );
  if (!upload) return false;
  await tx.run(query.insertInto('contact_upload_part').values({ uploadId, position, content }));
  return true;
}

/** Gathers chunks of any size into parts, and leaves what comes last to `rest`. */
export class PartGatherer {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** The next whole part, once there is one. */
  add(chunk: Buffer): Buffer | null {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    return this.#bytes >= PART_BYTES ? this.rest() : null;
  }

  /** What has been gathered since the last part; null if nothing. */
  rest(): Buffer | null {
    const part = this.#bytes === 0 ? null : Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#bytes = 0;
    return part;
  }
}

const partAfter = prepare((p: { uploadId: string; after: number }) =>
  query
    .selectFrom('contact_upload_part')
    .select(['position', 'content'])
    .where('uploadId', '=', p.uploadId)
    .where('position', '>', p.after)
    .orderBy('position')
    .limit(1),
);

/** The bytes of a file, part by part. */
export async function* readParts(database: TenantDatabase, uploadId: string) {
  for (let after = -1; ; ) {
    const [part] = await database.runPrepared(partAfter, { uploadId, after });
    if (!part) return;
    yield part.content;
    after = part.position;
  }
}
