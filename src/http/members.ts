/** What the routes beside GraphQL ask of a request: a member of a tenant, and the id of an object. */
import type { FastifyRequest } from 'fastify';
import { RequestError } from '../platform/errors.ts';
import type { Viewer } from '../schema-builder/context.ts';

/** The member or owner who is signed in; throws FORBIDDEN for others. */
export function memberOf({ session }: FastifyRequest): Viewer {
  if (session && session.viewer.role !== 'CLIENT') return session.viewer;
  throw new RequestError('FORBIDDEN', 'Your role may not use this path.');
}

/** The uuid in the path; throws NOT_FOUND for what is none. */
export function uuidIn({ params }: FastifyRequest): string {
  const { id = '' } = params as { id?: string };
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
  throw nothingThere();
}

/** The same for what is absent and what is another tenant's. */
export function nothingThere(): RequestError {
  return new RequestError('NOT_FOUND', 'Nothing with this id exists.');
}
