/**
 * Locks of organizations and contacts. Every change takes them in the same order, so that two
 * changes wait for each other instead of deadlocking: first organizations, then contacts, each by
 * id. They last until the end of the transaction, so names and kept figures cannot change meanwhile.
 */
import type { Selectable } from 'kysely';
import { anyOf } from '../platform/database/arrays.ts';
import { prepare } from '../platform/database/prepared.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../platform/database/tenant-scope.ts';

/** What a change of contacts needs to know of a locked organization. */
export interface LockedOrganization {
  id: string;
  searchText: string;
}

type LockedContact = Selectable<TenantTables['contact']>;

const lockOrganizationRows = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('organization')
    .select(['id', 'searchText'])
    .where('id', '=', anyOf(p.ids))
    .orderBy('id')
    .forNoKeyUpdate(),
);

/** Locks organizations, by id; those that do not exist are missing from the result. */
export async function lockOrganizations(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<Map<string, LockedOrganization>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.runPrepared(lockOrganizationRows, { ids: [...new Set(ids)] });
  return new Map(rows.map((row) => [row.id, row]));
}

const organizationsOf = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('contact')
    .select('organizationId')
    .distinct()
    .where('id', '=', anyOf(p.ids))
    .where('organizationId', 'is not', null),
);
const lockContactRows = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('contact')
    .selectAll()
    .where('id', '=', anyOf(p.ids))
    .orderBy('id')
    .forNoKeyUpdate(),
);

/**
 * Locks contacts with the organizations they belong to, and the organizations of
 * `moreOrganizationIds`, which contacts are about to move to. Those that do not exist are missing
 * from the result.
 */
export async function lockContacts(
  tx: TenantTransaction,
  ids: readonly string[],
  moreOrganizationIds: readonly string[] = [],
): Promise<{ contacts: LockedContact[]; organizations: Map<string, LockedOrganization> }> {
  const wanted = [...new Set(ids)];
  const current = await tx.runPrepared(organizationsOf, { ids: wanted });
  let organizationIds = [
    ...current.map(({ organizationId }) => organizationId ?? ''),
    ...moreOrganizationIds,
  ];
  for (;;) {
    const organizations = await lockOrganizations(tx, organizationIds);
    const contacts = await tx.runPrepared(lockContactRows, { ids: wanted });
    const unlocked = contacts.flatMap(({ organizationId }) =>
      organizationId === null || organizations.has(organizationId) ? [] : [organizationId],
    );
    if (unlocked.length === 0) return { contacts, organizations };
    // A contact changed its organization between the two statements. That is rare, and if locking
    // out of order ends in a deadlock, the transaction is tried again.
    organizationIds = [...organizationIds, ...unlocked];
  }
}
