/** The file about a person, made while it is downloaded. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { personFile } from '../contacts/index.ts';
import { type Platform, perProcess } from '../platform/platform.ts';
import { MINUTE, SECOND } from '../platform/time.ts';
import { Turns } from '../platform/turns.ts';
import { memberOf, nothingThere, uuidIn } from './members.ts';
import { refuseOtherMethods } from './refusals.ts';
import { requireSession } from './session.ts';

const PATH = '/contacts/:id/everything.json';
const MAX_DURATION_MS = 10 * MINUTE;

const turns = perProcess(
  () =>
    new Turns({
      resource: 'person files',
      size: 4,
      most: 2,
      waitMs: 10 * SECOND,
      maxWaiting: 16,
      busy: 'Your company downloads too many files at once.',
    }),
);

/** Adds the path of the file about a person: for members and owners. */
export function addPersonFileRoute(app: FastifyInstance, platform: Platform): void {
  app.get(PATH, { onRequest: requireSession(platform) }, async (request, reply) => {
    const viewer = memberOf(request);
    const id = uuidIn(request);
    const text = await personFile(platform, viewer, id);
    if (!text) throw nothingThere();
    await turns(platform).take(viewer.tenantId);
    const pieces = inTime(text, () => turns(platform).end(viewer.tenantId));
    return reply
      .type('application/json; charset=utf-8')
      .header('content-disposition', `attachment; filename="contact-${id}.json"`)
      .header('cache-control', 'no-store')
      .send(Readable.from(pieces, { objectMode: false }));
  });
  refuseOtherMethods(app, PATH, 'GET');
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
