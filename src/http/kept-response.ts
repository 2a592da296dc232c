/** Sends kept answers: as they are, compressed once for all, or not at all if the client has them. */
import type { FastifyReply } from 'fastify';
import type { KeptAnswer } from '../graphql/kept-answers.ts';
import { COMPRESSED_FROM_BYTES } from './server-limits.ts';

/**
 * Sends the answer. By GET it has a tag, and a client that sends the tag back gets 304 as long as
 * the answer is the same; nobody may reuse it without asking.
 */
export async function sendKept(reply: FastifyReply, kept: KeptAnswer): Promise<FastifyReply> {
  const { method, headers } = reply.request;
  if (method === 'GET') {
    reply.header('etag', kept.tag).header('cache-control', 'private, no-cache');
    if (names(headers['if-none-match'], kept.tag)) {
      reply.removeHeader('content-type');
      return reply.code(304).send();
    }
  }
  const accepts = headers['accept-encoding'];
  if (accepts === undefined || kept.body.length < COMPRESSED_FROM_BYTES)
    return reply.send(kept.body);
  reply.header('vary', 'accept-encoding');
  return takesGzip(accepts)
    ? reply.header('content-encoding', 'gzip').send(await kept.compressed)
    : reply.send(kept.body);
}

function names(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((one) => [tag, tag.slice(2), '*'].includes(one.trim()));
}

/** Whether gzip is named, or all encodings are, and not with a weight of 0. */
function takesGzip(accepts: string | string[]): boolean {
  return /(?:^|[\s,])(?:gzip|\*)(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(String(accepts));
}
