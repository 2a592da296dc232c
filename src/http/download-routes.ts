/** Files that are made while they are downloaded: exports of contacts, and bad rows of imports. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { contactFile, findExport, problemsFile } from '../contacts/index.ts';
import type { Platform } from '../platform/platform.ts';
import { toCalendarDay } from '../platform/time.ts';
import { memberOf, nothingThere, uuidIn } from './members.ts';
import { refuseOtherMethods } from './refusals.ts';
import { fileSender } from './sent-files.ts';
import { requireSession } from './session.ts';

const send = fileSender({ resource: 'downloads', size: 8, most: 3 });

const TYPES = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/jsonl; charset=utf-8',
};

/** The name and type of a file that is made today. */
function todays(name: string, extension: keyof typeof TYPES) {
  const day = toCalendarDay(new Date());
  return { name: `${name}-${day}.${extension}`, type: TYPES[extension] };
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
    const { tenantId } = viewer;
    return send(platform, reply, { tenantId, text, ...todays('contacts', extension) });
  };
  const problems = async (request: FastifyRequest, reply: FastifyReply) => {
    const viewer = memberOf(request);
    const text = problemsFile(platform, viewer, uuidIn(request));
    const { tenantId } = viewer;
    return send(platform, reply, { tenantId, text, ...todays('bad-rows', 'csv') });
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
