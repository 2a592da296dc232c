/**
 * From a bearer token to the viewer. Tenant and role come from the database, never from the token:
 * a token names a person (persons.ts), who has a user in each agency that it works for, and the
 * request says which of these it is about.
 */
import { RequestError } from '../platform/errors.ts';
import { decodeGlobalId, encodeGlobalId } from '../platform/global-id.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { findUsers, readUsers } from './persons.ts';
import { unauthenticated } from './sign-in-faults.ts';
import { readMemberships } from './tenants.ts';
import { type VerifiedToken, verifyToken } from './tokens.ts';

/** Someone signed in, and until when. */
export interface Session {
  viewer: Viewer;
  /** When the token expires, in milliseconds since 1970. */
  expiresAt: number;
}

/** What a request brings along to say who sends it. */
export interface Credentials {
  /** The Authorization header. */
  authorization: string | undefined;
  /**
   * The header x-tenant: the global id of the tenant that the request is about, or its uuid. Needed
   * by those who work for several.
   */
  tenant?: string | undefined;
}

/** Reaches nothing but `__typename` and introspection. */
export const ANONYMOUS: Viewer = Object.freeze({
  tenantId: '00000000-0000-0000-0000-000000000000',
  userId: '00000000-0000-0000-0000-000000000000',
  role: 'ANONYMOUS',
  contactId: null,
});

/**
 * The session of a request; null without a token. Throws UNAUTHENTICATED for any bad token,
 * with the reason, and FORBIDDEN where the person has no user in the tenant that is named, or has several users and
 * names none.
 */
export async function authenticate(
  platform: Platform,
  { authorization, tenant }: Credentials,
): Promise<Session | null> {
  if (authorization === undefined) return null;
  const token = /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization)?.[1];
  if (token === undefined) throw unauthenticated('MALFORMED');
  const verified = await verifyToken(platform, token);
  return { viewer: await chooseUser(platform, verified, tenant), expiresAt: verified.expiresAt };
}

async function chooseUser(
  platform: Platform,
  token: VerifiedToken,
  tenant: string | undefined,
): Promise<Viewer> {
  const users = await findUsers(platform, token);
  if (users.length === 0) throw unauthenticated('NO_USER');
  if (tenant !== undefined)
    return (
      inTenant(users, tenant) ??
      inTenant(await readUsers(platform, token), tenant) ??
      refuseTenant()
    );
  const [only, ...others] = users;
  if (only === undefined || others.length > 0) throw await severalTenants(platform, users);
  return only;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function inTenant(users: readonly Viewer[], tenant: string): Viewer | undefined {
  const decoded = decodeGlobalId(tenant);
  const id =
    decoded?.type === 'Tenant' ? decoded.id : UUID.test(tenant) ? tenant.toLowerCase() : null;
  return users.find(({ tenantId }) => tenantId === id);
}

/** The same for another person's tenant, one that does not exist, and text that is not an id. */
function refuseTenant(): never {
  throw new RequestError(
    'FORBIDDEN',
    'You have no user in the tenant named by the header x-tenant: expected the id of one of viewer.memberships.',
  );
}

async function severalTenants(platform: Platform, users: readonly Viewer[]): Promise<RequestError> {
  const memberships = await readMemberships(platform, users[0]?.memberships ?? []);
  const tenants = memberships.map(({ tenant, role }) => ({
    id: encodeGlobalId('Tenant', tenant.id),
    name: tenant.name,
    role,
  }));
  const message =
    'You work for several tenants: name one by its id in the header x-tenant (for WebSockets, in connectionParams.tenant).';
  return new RequestError('FORBIDDEN', message, { details: { tenants } });
}
