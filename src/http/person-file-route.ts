/** The file about a person, made while it is downloaded. */
import type { FastifyInstance } from 'fastify';
import { personFile } from '../contacts/index.ts';
import type { Platform } from '../platform/platform.ts';
import { memberOf, nothingThere, uuidIn } from './members.ts';
import { refuseOtherMethods } from './refusals.ts';
import { fileSender } from './sent-files.ts';
import { requireSession } from './session.ts';

const PATH = '/contacts/:id/everything.json';

const send = fileSender({ resource: 'person files', size: 4, most: 2 });

/** Adds the path of the file about a person: for members and owners. */
export function addPersonFileRoute(app: FastifyInstance, platform: Platform): void {
  app.get(PATH, { onRequest: requireSession(platform) }, async (request, reply) => {
    const viewer = memberOf(request);
    const id = uuidIn(request);
    const text = await personFile(platform, viewer, id);
    if (!text) throw nothingThere();
    return send(platform, reply, {
      tenantId: viewer.tenantId,
      text,
      name: `contact-${id}.json`,
      type: 'application/json; charset=utf-8',
    });
  });
  refuseOtherMethods(app, PATH, 'GET');
}
