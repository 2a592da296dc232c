/** Files that are made while they are downloaded, sent as fast as the client reads them. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { type Platform, perProcess } from '../platform/platform.ts';
import { MINUTE, SECOND } from '../platform/time.ts';
import { Turns } from '../platform/turns.ts';

const MAX_DURATION_MS = 10 * MINUTE;

/** How many files of one sort a process sends at once, and how many of them to one tenant. */
interface Shares {
  resource: string;
  size: number;
  most: number;
}

/** A file to send. */
export interface SentFile {
  tenantId: string;
  /** The text, in pieces. */
  text: AsyncGenerator<string>;
  name: string;
  type: string;
}

/** Makes the function that sends files of one sort, for which tenants take turns. */
export function fileSender(shares: Shares) {
  const turns = perProcess(
    () =>
      new Turns({
        ...shares,
        waitMs: 10 * SECOND,
        maxWaiting: 16,
        busy: 'Your company downloads too many files at once.',
      }),
  );
  return async (
    platform: Platform,
    reply: FastifyReply,
    { tenantId, text, name, type }: SentFile,
  ): Promise<FastifyReply> => {
    await turns(platform).take(tenantId);
    const over = () => turns(platform).end(tenantId);
    const pieces = inTime(text);
    // What fails before the first piece is an error of the request.
    const first = await pieces.next().catch((error: unknown) => {
      over();
      throw error;
    });
    const file = async function* () {
      if (!first.done) yield first.value;
      yield* pieces;
    };
    // The generator would not notice a client who leaves before it is read.
    const stream = Readable.from(file(), { objectMode: false }).once('close', over);
    return reply
      .type(type)
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('cache-control', 'no-store')
      .send(stream);
  };
}

/** The same pieces, until the download has taken too long; then the connection ends early. */
async function* inTime(text: AsyncGenerator<string>): AsyncGenerator<string> {
  const limit = AbortSignal.timeout(MAX_DURATION_MS);
  for await (const piece of text) {
    limit.throwIfAborted();
    yield piece;
  }
}
