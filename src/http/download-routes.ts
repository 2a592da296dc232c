/** Files that are made while they are downloaded: exports of contacts, and bad rows of imports. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { contactFile, findExport, problemsFile } from '../contacts/index.ts';
import { type Platform, perProcess } from '../platform/platform.ts';
import { MINUTE, SECOND, toCalendarDay } from '../platform/time.ts';
import { Turns } from '../platform/turns.ts';
import { memberOf, nothingThere, uuidIn } from './members.ts';
import { refuseOtherMethods } from './refusals.ts';
import { requireSession } from './session.ts';

const MAX_DURATION_MS = 10 * MINUTE;

const turns = perProcess(
  () =>
    new Turns({
      resource: 'downloads',
      size: 8,
      most: 3,
      waitMs: 10 * SECOND,
      maxWaiting: 16,
      busy: 'Your company downloads too many files at once.',
    }),
);

const TYPES = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/jsonl; charset=utf-8',
};

interface Download {
  tenantId: string;
  /** The text, in pieces. */
  text: AsyncGenerator<string>;
  name: string;
  extension: keyof typeof TYPES;
}

/** Adds the paths of exports and of the bad rows of imports. */
export function addDownloadRoutes(app: FastifyInstance, platform: Platform): void {
  const options = { onRequest: requireSession(platform) };
  const contacts = async (request: FastifyRequest, reply: FastifyReply) => {
    const viewer = memberOf(request);
    const wanted = await findExport(platform, viewer, uuidIn(request));
    const extension = request.routeOptions.url?.endsWith('.csv') ? 'csv' : 'jsonl';
    if (wanted?.format.toLowerCase() !== extension) throw nothingThere();
    const text = contactFile(platform, viewer, wanted);
    return send(platform, reply, { ...viewer, text, name: 'contacts', extension });
  };
  const problems = async (request: FastifyRequest, reply: FastifyReply) => {
    const viewer = memberOf(request);
    const text = problemsFile(platform, viewer, uuidIn(request));
    return send(platform, reply, { ...viewer, text, name: 'bad-rows', extension: 'csv' });
  };
  const routes = [
    ['/exports/:id/contacts.csv', contacts],
    ['/exports/:id/contacts.jsonl', contacts],
    ['/imports/:id/problems.csv', problems],
  ] as const;
  for (const [path, handler] of routes) {
    app.get(path, options, handler);
    refuseOtherMethods(app, path, 'GET');
  }
}

/** Sends a file as fast as the client reads it. What fails before its first piece is an error. */
async function send(
  platform: Platform,
  reply: FastifyReply,
  { tenantId, text, name, extension }: Download,
): Promise<FastifyReply> {
  await turns(platform).take(tenantId);
  const pieces = inTime(text, () => turns(platform).end(tenantId));
  const first = await pieces.next();
  const file = async function* () {
    if (!first.done) yield first.value;
    yield* pieces;
  };
  const day = toCalendarDay(new Date());
  return reply
    .type(TYPES[extension])
    .header('content-disposition', `attachment; filename="${name}-${day}.${extension}"`)
    .header('cache-control', 'no-store')
    .send(Readable.from(file(), { objectMode: false }));
}

/** The same pieces, until the download has taken too long; then the connection ends early. */
async function* inTime(text: AsyncGenerator<string>, over: () => void): AsyncGenerator<string> {
  const limit = AbortSignal.timeout(MAX_DURATION_MS);
  try {
    for await (const piece of text) {
      limit.throwIfAborted();
      yield piece;
    }
  } finally {
    over();
  }
}
