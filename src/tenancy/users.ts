/** Users of a tenant: who may sign in, and as what. */
import type { Selectable } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { Role } from '../../generated/kysely.ts';
import { anyOf, oneOf } from '../platform/database/arrays.ts';
import { whereGiven } from '../platform/database/filters.ts';
import {
  applyPage,
  countRows,
  type PageArguments,
  parsePage,
  toPage,
} from '../platform/database/keyset.ts';
import { NEWEST_FIRST } from '../platform/database/ordering.ts';
import { prepare } from '../platform/database/prepared.ts';
import { matchesSearch } from '../platform/database/search.ts';
import { violates } from '../platform/database/sql-errors.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../platform/database/tenant-scope.ts';
import { notFound, userError } from '../platform/errors.ts';
import { email, type Given, idOf, name, parseSearch } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import { searchText } from '../platform/text.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { searchFilter } from '../schema-builder/weights.ts';
import { USER_CHANGED } from './topics.ts';

const PHONE_LENGTH = 20;
const phone = name(PHONE_LENGTH).pipe(
  z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'Expected a number in international format, such as +16505551234.'),
);

/** The input of createUser. */
export const CreateUser = z
  .object({
    name: name().describe('The name of the user in lists and messages.'),
    email: email().describe(
      'The e-mail address of the person; no other user of the tenant may have it.',
    ),
    role: z.enum(Role).describe('What the user may do in this tenant.'),
    contactId: idOf('Contact')
      .nullish()
      .describe('The contact that a CLIENT is; required for a CLIENT, refused for all others.'),
    externalId: name()
      .nullish()
      .describe(
        'The subject (`sub`) of the person at the identity provider; no other user of the tenant may have it. Without it the user is linked when somebody first signs in with this address verified.',
      ),
    phone: phone
      .nullish()
      .describe('The mobile number, in international format: test messages of campaigns go there.'),
  })
  .describe(
    'A new user of your tenant. A person may have users in several tenants, each with a role of its own.',
  );
/** The input of updateUser. */
export const UpdateUser = z
  .object({
    id: idOf('User').describe('The user to change.'),
    name: name().optional().describe('The new name; unchanged if left out.'),
    role: z
      .enum(Role)
      .optional()
      .describe('The new role; unchanged if left out. It cannot change to or from CLIENT.'),
    active: z
      .boolean()
      .optional()
      .describe(
        'False: the tokens of the user are refused from now on. True: they are accepted again.',
      ),
    externalId: name()
      .nullish()
      .describe(
        'The subject (`sub`) of the person at the identity provider; null unlinks the user, unchanged if left out.',
      ),
    phone: phone
      .nullish()
      .describe(
        'The mobile number, in international format: test messages of campaigns go there. Null removes it, unchanged if left out.',
      ),
  })
  .describe(
    'What to change in a user. The last active OWNER of a tenant must stay one (CONFLICT).',
  );

/** Which users a list shows. */
export const UserFilter = z
  .object({
    role: z
      .array(z.enum(Role))
      .optional()
      .describe('Users with one of these roles; an empty list finds nobody.'),
    search: searchFilter().describe(
      'Users with words in their name or e-mail address that begin with the words of this text.',
    ),
  })
  .describe('Which users to list. What is left out or null does not restrict the list.');

/** A user as it is read. */
export type UserRow = Selectable<TenantTables['user']>;

/** Users by id: `ids`. */
export const usersById = prepare((p: { ids: string[] }) =>
  query.selectFrom('user').selectAll().where('id', '=', anyOf(p.ids)),
);

/** A page of the tenant's users, newest first. */
export async function listUsers(
  platform: Platform,
  viewer: Viewer,
  args: PageArguments & { filter?: Given<typeof UserFilter> | null },
) {
  const page = parsePage(args, NEWEST_FIRST);
  const search = parseSearch('filter.search', args.filter?.search);
  const database = platform.database.forTenant(viewer);
  const matching = query
    .selectFrom('user')
    .$call(whereGiven(args.filter?.role, (roles) => oneOf('user.role', roles)))
    .$call(whereGiven(search, (text) => matchesSearch('user', text)));
  return {
    ...toPage(await database.run(applyPage(matching.selectAll(), 'user', page)), page),
    count: () => countRows(database, matching),
  };
}

/**
 * Adds a user, who may sign in from the next request on. Throws REQUIRED or INVALID at `contactId`
 * where role and contact do not go together, TAKEN for an address or identity that another user
 * has.
 */
export async function createUser(
  platform: Platform,
  viewer: Viewer,
  user: z.output<typeof CreateUser>,
) {
  if (user.role === 'CLIENT' && user.contactId == null)
    throw userError('REQUIRED', ['contactId'], 'A portal user (CLIENT) needs a contactId.');
  if (user.role !== 'CLIENT' && user.contactId != null)
    throw userError('INVALID', ['contactId'], 'Only a portal user (CLIENT) may have a contactId.');
  const row = { ...user, id: uuidv7(), searchText: searchText(user.name, user.email) };
  try {
    const [created] = await platform.database
      .forTenant(viewer)
      .run(query.insertInto('user').values(row).returningAll());
    USER_CHANGED.publish(platform, { tenantId: viewer.tenantId, id: row.id });
    return { user: created };
  } catch (error) {
    throw refusedUser(error);
  }
}

/**
 * Changes the given fields of a user; the user's tokens lose or change their rights at once in
 * every process. Throws NOT_FOUND, TAKEN, INVALID for a change to or from CLIENT, CONFLICT for the
 * last owner.
 */
export async function updateUser(
  platform: Platform,
  viewer: Viewer,
  { id, ...change }: z.output<typeof UpdateUser>,
) {
  try {
    return await platform.database
      .forTenant(viewer)
      .change(['users', viewer.tenantId], async (tx) => {
        const owners = await lockActiveOwners(tx);
        const [user] = await tx.run(
          query.selectFrom('user').selectAll().where('id', '=', id).forUpdate(),
        );
        if (!user) throw notFound(['id']);
        const next = { ...user, ...change };
        if ((next.role === 'CLIENT') !== (user.role === 'CLIENT'))
          throw userError(
            'INVALID',
            ['role'],
            'The role cannot change to or from CLIENT: create another user.',
          );
        const demoted = next.role !== 'OWNER' || !next.active;
        if (demoted && owners.length === 1 && owners[0]?.id === id)
          throw userError(
            'CONFLICT',
            ['id'],
            'This is the last active owner: make another user an owner first.',
          );
        const values = {
          name: next.name,
          role: next.role,
          active: next.active,
          externalId: next.externalId,
          phone: next.phone,
          searchText: searchText(next.name, next.email),
        };
        const [updated] = await tx.run(
          query.updateTable('user').set(values).where('id', '=', id).returningAll(),
        );
        USER_CHANGED.publishAfterCommit(platform, tx, [id]);
        return { user: updated };
      });
  } catch (error) {
    throw refusedUser(error);
  }
}

/** Locks them in one order, so that two owners can't remove each other at the same moment. */
function lockActiveOwners(tx: TenantTransaction) {
  return tx.run(
    query
      .selectFrom('user')
      .select('id')
      .where('role', '=', 'OWNER')
      .where('active', '=', true)
      .orderBy('id')
      .forUpdate(),
  );
}

function refusedUser(error: unknown): unknown {
  if (violates(error, 'user_tenantId_email_key'))
    return userError('TAKEN', ['email'], 'Another user of this tenant has this e-mail address.');
  if (violates(error, 'user_tenantId_externalId_key'))
    return userError('TAKEN', ['externalId'], 'Another user of this tenant has this identity.');
  if (violates(error, 'user_tenantId_contactId_fkey')) return notFound(['contactId']);
  return error;
}
