/** Loaders of users, and of what belongs to the viewer. */
import { type Platform, perProcess } from '../platform/platform.ts';
import { viewerLimits } from '../platform/rate-limits/viewer-limits.ts';
import { MINUTE } from '../platform/time.ts';
import { type Context, perRequest } from '../schema-builder/context.ts';
import { knownKindVersions } from '../schema-builder/kind-versions.ts';
import { rowLoader } from '../schema-builder/loaders.ts';
import { asNode } from '../schema-builder/nodes.ts';
import { readMemberships, readTenant } from './tenants.ts';
import { type UserRow, usersById } from './users.ts';

const knownUsers = perProcess(({ caches }: Platform) =>
  caches.create<UserRow>({ name: 'users-by-id', ttlMs: 10 * MINUTE }),
);

/**
 * Users of the viewer's tenant, whatever their state; from the cache in requests that have read the
 * versions of lists.
 */
export const userLoader = rowLoader(findUsers, (row) => asNode('User', row));

async function findUsers(context: Context, ids: string[]): Promise<UserRow[]> {
  const versions = await knownKindVersions(context);
  if (versions === undefined) return readUsers(context, ids);
  const cache = knownUsers(context.platform);
  const keyOf = (id: string) => `${context.viewer.tenantId}:${versions.of('USERS')}:${id}`;
  const cached = ids.map((id) => cache.peek(keyOf(id))).filter((user) => user !== undefined);
  const missing = ids.filter((id) => !cached.some((user) => user.id === id));
  const read = missing.length === 0 ? [] : await readUsers(context, missing);
  for (const user of read) cache.set(keyOf(user.id), user);
  return [...cached, ...read];
}

function readUsers({ platform, viewer }: Context, ids: string[]): Promise<UserRow[]> {
  return platform.database.forTenant(viewer).runPrepared(usersById, { ids });
}

/** The viewer's own tenant: one statement a request, however often it is asked for. */
export const ownTenant = perRequest(async ({ platform, viewer }) =>
  asNode('Tenant', await readTenant(platform, viewer)),
);

/** Tenants by id: the viewer's own, and no other. */
export const tenantLoader = perRequest((context) => ({
  load: async (id: string) => (id === context.viewer.tenantId ? ownTenant(context) : null),
}));

/** The agencies that the viewer's person works for, with their roles: one statement a request. */
export const ownMemberships = perRequest(({ platform, viewer }) =>
  readMemberships(platform, viewer.memberships ?? []),
);

/** The limits of the viewer as they stand: read once a request. */
export const ownLimits = perRequest(({ platform, viewer }) => viewerLimits(platform, viewer));
