/**
 * Which users the person of a token has, at most one in each tenant.
 *
 * With AUTH_JWKS_URL a person is a subject of the identity provider: its users are those with this
 * externalId. A user created for an address gets the subject that first signs in with this address
 * verified. With AUTH_SECRET `sub` is the id of one user, and a token that also says that an
 * address is verified is valid for all users with it. The address of a user alone never opens
 * another tenant: owners can give the users of their own tenant any address they like.
 *
 * The users of a person are cached for ten minutes and dropped in every process when any user
 * changes or is added, so that a request of a known person costs no statement.
 */
import { noticedCache } from '../platform/cache/noticed-cache.ts';
import type { Database } from '../platform/database/database.ts';
import { prismaOf } from '../platform/database/prisma-access.ts';
import { isTransient, isUniqueViolation } from '../platform/database/sql-errors.ts';
import { type Platform, perProcess } from '../platform/platform.ts';
import { MINUTE } from '../platform/time.ts';
import type { Membership, Viewer } from '../schema-builder/context.ts';
import type { VerifiedToken } from './tokens.ts';
import { USER_CHANGED } from './topics.ts';

/** Far more agencies than anybody works for. */
const MAX_USERS = 100;
/** As OpenID Connect limits `sub`. */
const SUBJECT_LENGTH = 255;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Person = Pick<VerifiedToken, 'subject' | 'email'>;

/** Dropped by notices: otherwise it could let a user in who was locked out in another process. */
const persons = perProcess((platform) =>
  noticedCache<readonly Viewer[]>(platform, {
    name: 'users',
    kind: 'USERS',
    ttlMs: 10 * MINUTE,
    topic: USER_CHANGED,
  }),
);

/** The active users of a person, oldest first; none for somebody unknown. From the cache if there. */
export async function findUsers(platform: Platform, person: Person): Promise<readonly Viewer[]> {
  const load = async () => {
    const users = await readUsers(platform, person);
    return users.length === 0 ? null : users;
  };
  return (await persons(platform).get(keyOf(person), load)) ?? [];
}

/** No address has a line break (tokens.ts). */
function keyOf({ subject, email }: Person): string {
  return `${email ?? ''}\n${subject}`;
}

/** The same, always from the database: at most two reads, and a change that links users. */
export async function readUsers(platform: Platform, person: Person): Promise<readonly Viewer[]> {
  if (person.subject.length > SUBJECT_LENGTH) return [];
  return viewersOf(
    await (platform.config.AUTH_JWKS_URL === undefined
      ? usersByIdOrEmail(platform, person)
      : usersBySubject(platform, person)),
  );
}

type User = Awaited<ReturnType<typeof activeUsers>>[number];
type Condition = { id: string } | { email: string; externalId?: null } | { externalId: string };

function activeUsers({ database }: Platform, anyOf: Condition[]) {
  const select = {
    tenantId: true,
    id: true,
    role: true,
    contactId: true,
    externalId: true,
  } as const;
  return prismaOf(database).user.findMany({
    where: { active: true, OR: anyOf },
    select,
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: MAX_USERS,
  });
}

/**
 * All users with one of these addresses, active or not, by the name of their tenant; for the command
 * line.
 */
export function usersWithEmail(database: Database, emails: readonly string[]) {
  return prismaOf(database).user.findMany({
    where: { email: { in: [...emails] } },
    select: {
      id: true,
      email: true,
      name: true,
      role: true,
      active: true,
      tenant: { select: { id: true, name: true } },
    },
    orderBy: [{ tenant: { name: 'asc' } }, { id: 'asc' }],
  });
}

async function usersByIdOrEmail(platform: Platform, { subject, email }: Person): Promise<User[]> {
  const conditions = [
    ...(UUID.test(subject) ? [{ id: subject.toLowerCase() }] : []),
    ...(email === null ? [] : [{ email }]),
  ];
  if (conditions.length === 0) return [];
  const users = await activeUsers(platform, conditions);
  // In the tenant of the user that the token names, no other one counts.
  const named = users.find(({ id }) => id === subject.toLowerCase());
  return users.filter((user) => user === named || user.tenantId !== named?.tenantId);
}

async function usersBySubject(platform: Platform, { subject, email }: Person): Promise<User[]> {
  const ofSubject = { externalId: subject };
  if (email === null) return activeUsers(platform, [ofSubject]);
  const users = await activeUsers(platform, [ofSubject, { email, externalId: null }]);
  const linked = users.filter(({ externalId }) => externalId === subject);
  const toLink = users.some(({ tenantId }) => linked.every((user) => user.tenantId !== tenantId));
  if (!toLink) return linked;
  await link(platform, { subject, email });
  return activeUsers(platform, [ofSubject]);
}

/**
 * Gives the users of a verified address their subject, all in one statement. Only a user without
 * one gets it, and only where the tenant has no user of this subject: of several simultaneous
 * sign-ins one does it, and the others find it done.
 */
async function link(
  platform: Platform,
  { subject, email }: { subject: string; email: string },
): Promise<void> {
  try {
    const linked = await prismaOf(platform.database).$queryRaw<{ tenantId: string; id: string }[]>`
      update "user" u set "externalId" = ${subject}
      where u."email" = ${email} and u."externalId" is null and u."active"
        and not exists (select from "user" other where other."tenantId" = u."tenantId" and other."externalId" = ${subject})
      returning u."tenantId"::text, u."id"::text`;
    for (const user of linked) USER_CHANGED.publish(platform, user);
  } catch (error) {
    // Another request has just linked one of them and published it: the next one reads them again.
    if (!isUniqueViolation(error) && !isTransient(error)) throw error;
  }
}

function viewersOf(users: readonly User[]): readonly Viewer[] {
  const memberships: readonly Membership[] = Object.freeze(
    users.map(({ tenantId, role }) => Object.freeze({ tenantId, role })),
  );
  return Object.freeze(
    users.map(({ tenantId, id, role, contactId }) =>
      Object.freeze({ tenantId, userId: id, role, contactId, memberships }),
    ),
  );
}
