/** Requests that are refused by their first line and headers alone, before a body is read. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { namesLoopback } from './origins.ts';
import { sendCode } from './responses.ts';

/**
 * Refuses requests that do not name this machine as itself: a page under a name that points here
 * would otherwise have this origin.
 */
export function refuseOtherHosts(app: FastifyInstance): void {
  const message =
    'This server serves only this machine: use the address 127.0.0.1, localhost or [::1]. With DATABASE_URL or HOST=0.0.0.0 it serves every host name.';
  app.addHook('onRequest', (request, reply, done) => {
    if (namesLoopback(request.headers.host)) done();
    else void sendCode(reply, 'BAD_REQUEST', { message, status: 421 });
  });
}

/** Responds to every unknown path with 404. */
export function refuseUnknownPaths(app: FastifyInstance, message: string): void {
  const refuse = (reply: FastifyReply) => sendCode(reply, 'NOT_FOUND', { message, status: 404 });
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) void refuse(reply);
    else done();
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply));
}

/** Responds with 405 to methods that a path does not support. */
export function refuseOtherMethods(app: FastifyInstance, url: string, allow: string): void {
  const served = allow.split(', ');
  const method = (['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const).filter(
    (name) => !served.includes(name),
  );
  const refuse = (_request: FastifyRequest, reply: FastifyReply) =>
    sendCode(reply.header('allow', allow), 'BAD_REQUEST', {
      message: `This path accepts only ${allow}.`,
      status: 405,
    });
  app.route({
    method,
    url,
    onRequest: async (request, reply) => refuse(request, reply),
    handler: refuse,
  });
}
