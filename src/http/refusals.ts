/**
 * Requests that are refused by their first line and headers alone: before a body is read, whatever
 * it is.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { namesLoopback } from './origins.ts';
import { sendCode } from './responses.ts';

/**
 * Refuses requests that don't name this machine as itself: a page whose name is made to point here
 * would otherwise be of this origin.
 */
export function refuseOtherHosts(app: FastifyInstance): void {
  const message =
    'This server is for this machine: ask it as 127.0.0.1, localhost or [::1]. With DATABASE_URL or HOST=0.0.0.0 it serves every name.';
  app.addHook('onRequest', async (request, reply) => {
    if (!namesLoopback(request.headers.host))
      return sendCode(reply, 'BAD_REQUEST', { message, status: 421 });
    return undefined;
  });
}

/** Answers what no path serves with 404. */
export function refuseUnknownPaths(app: FastifyInstance, message: string): void {
  const refuse = (reply: FastifyReply) => sendCode(reply, 'NOT_FOUND', { message, status: 404 });
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) void refuse(reply);
    else done();
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply));
}

/** Answers the methods that a path does not serve with 405. */
export function refuseOtherMethods(app: FastifyInstance, url: string, allow: string): void {
  const served = allow.split(', ');
  const method = (['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const).filter(
    (name) => !served.includes(name),
  );
  const refuse = (_request: FastifyRequest, reply: FastifyReply) =>
    sendCode(reply.header('allow', allow), 'BAD_REQUEST', {
      message: `This path serves ${allow}.`,
      status: 405,
    });
  app.route({
    method,
    url,
    onRequest: async (request, reply) => refuse(request, reply),
    handler: refuse,
  });
}
