/** Finding and keeping what was changed here and in the CRM since the last sync. */
import { v7 as uuidv7 } from 'uuid';
import type { SyncedDetail } from '../../../generated/kysely.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { GivenPerson, WrittenContact } from './person-merge.ts';

/** A value of ours that a sync replaces, though it was changed here. */
export interface Conflict {
  contactId: string;
  detail: SyncedDetail;
  ours: string | null;
  theirs: string | null;
}

/** What is lost of a contact that becomes `next`. */
export function conflictsOf(
  { record, links, said, stored }: GivenPerson,
  next: WrittenContact,
): Conflict[] {
  const before = said?.record;
  if (!stored || !before || stored.pipedrivePersonId !== record.id) return [];
  const values: Record<SyncedDetail, (string | null)[]> = {
    NAME: [stored.name, before.name, record.name, next.name],
    EMAIL: [stored.email, before.email, record.email, next.email].map(
      (email) => email?.toLowerCase() ?? null,
    ),
    PHONE: [stored.phone, before.phone, record.phone, next.phone],
    JOB_TITLE: [stored.jobTitle, before.jobTitle, record.jobTitle, next.jobTitle],
    ORGANIZATION: [
      stored.organizationId,
      said.organizationId,
      links.organizationId,
      next.organizationId,
    ],
    OWNER: [stored.ownerId, said.userId, links.userId, next.ownerId],
  };
  return Object.entries(values).flatMap(([detail, [ours, was, theirs, will]]) =>
    ours !== was && theirs !== was && ours !== theirs && will === theirs
      ? {
          contactId: stored.id,
          detail: detail as SyncedDetail,
          ours: ours ?? null,
          theirs: theirs ?? null,
        }
      : [],
  );
}

/** Keeps notes of them, instead of earlier ones of the same details. */
export async function keepConflicts(
  tx: TenantTransaction,
  conflicts: readonly Conflict[],
): Promise<void> {
  if (conflicts.length === 0) return;
  await tx.run(
    query
      .insertInto('crm_conflict')
      .values(conflicts.map((conflict) => ({ ...conflict, id: uuidv7() })))
      .onConflict((conflict) =>
        conflict.columns(['tenantId', 'contactId', 'detail']).doUpdateSet((eb) => ({
          ours: eb.ref('excluded.ours'),
          theirs: eb.ref('excluded.theirs'),
          createdAt: eb.ref('excluded.createdAt'),
        })),
      ),
  );
}
