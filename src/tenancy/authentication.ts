/**
 * From a bearer token to the viewer. Tenant and role come from the database, never from the token.
 * The user is cached for ten minutes and dropped in every process when any user changes, so that a
 * request of a known user costs no statement.
 */

import { noticedCache } from '../platform/cache/noticed-cache.ts';
import { type Platform, perProcess } from '../platform/platform.ts';
import { MINUTE } from '../platform/time.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { USER_CHANGED } from './events.ts';
import { unauthenticated, verifyToken } from './tokens.ts';

/** Someone signed in, and until when. */
export interface Session {
  viewer: Viewer;
  /** When the token expires, in milliseconds since 1970. */
  expiresAt: number;
}

/** Reaches nothing but `__typename` and introspection. */
export const ANONYMOUS: Viewer = Object.freeze({
  tenantId: '00000000-0000-0000-0000-000000000000',
  userId: '00000000-0000-0000-0000-000000000000',
  role: 'ANONYMOUS',
  contactId: null,
});

/** Without notices of changes it could let a user in who was locked out elsewhere. */
const users = perProcess((platform) => noticedCache<Viewer>(platform, { name: 'users', ttlMs: 10 * MINUTE, maxSize: 10_000, topic: USER_CHANGED }));

/** The session of an Authorization header; null without one. Throws UNAUTHENTICATED for any bad one. */
export async function authenticate(platform: Platform, authorization: string | undefined): Promise<Session | null> {
  if (authorization === undefined) return null;
  const token = /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization)?.[1];
  if (token === undefined) throw unauthenticated();
  const { subject, expiresAt } = await verifyToken(platform, token);
  const viewer = await findViewer(platform, subject);
  if (viewer === null) throw unauthenticated();
  return { viewer, expiresAt };
}

function findViewer(platform: Platform, subject: string): Promise<Viewer | null> {
  return users(platform).get(subject, () => readViewer(platform, subject));
}

async function readViewer(platform: Platform, subject: string): Promise<Viewer | null> {
  const external = platform.config.AUTH_JWKS_URL !== undefined;
  if (!external && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(subject)) return null;
  const user = await platform.database.prisma.user.findUnique({ where: external ? { externalId: subject } : { id: subject } });
  if (user === null || !user.active) return null;
  return Object.freeze({ tenantId: user.tenantId, userId: user.id, role: user.role, contactId: user.contactId });
}
