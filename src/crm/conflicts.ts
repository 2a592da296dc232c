/**
 * Details of contacts that were changed here and in the CRM between two syncs. The CRM's value is
 * taken, and a note keeps ours until somebody has looked at it.
 */
import { z } from 'zod';
import type { SyncedDetail } from '../../generated/kysely.ts';
import { type ContactChange, updateContact } from '../contacts/index.ts';
import { anyOf } from '../platform/database/arrays.ts';
import { prepare } from '../platform/database/prepared.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { notFound } from '../platform/errors.ts';
import { idOf } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';

/** The notes of contacts, by the contacts' ids. */
export const conflictsOfContacts = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('crm_conflict')
    .selectAll()
    .where('contactId', '=', anyOf(p.ids))
    .orderBy('detail'),
);

/** Whose value stays. */
export const CONFLICT_CHOICES = ['OURS', 'THEIRS'] as const;

/** The input of `resolveCrmConflict`. */
export const ResolveCrmConflict = z
  .object({
    id: idOf('CrmConflict').describe('The note.'),
    keep: z
      .enum(CONFLICT_CHOICES)
      .describe('OURS gives the contact back what it had here; THEIRS leaves it as it is.'),
  })
  .describe('Which of two values a contact keeps.');

/** The change that gives a contact its value of a detail back. */
function changeBack(detail: SyncedDetail, ours: string | null): Omit<ContactChange, 'id'> {
  switch (detail) {
    case 'NAME':
      return ours === null ? {} : { name: ours };
    case 'EMAIL':
      return { email: ours === null ? null : [ours] };
    case 'PHONE':
      return { phone: ours };
    case 'JOB_TITLE':
      return { jobTitle: ours };
    case 'ORGANIZATION':
      return { organizationId: ours };
    case 'OWNER':
      return ours === null ? {} : { ownerId: ours };
  }
}

/**
 * Keeps one of the values and removes the note. Later syncs leave ours alone until the CRM changes
 * its own again. Throws NOT_FOUND for an unknown note, and for an organization or owner that is gone.
 */
export async function resolveCrmConflict(
  platform: Platform,
  viewer: Viewer,
  { id, keep }: z.output<typeof ResolveCrmConflict>,
): Promise<{ contactId: string }> {
  const database = platform.database.forTenant(viewer);
  const [note] = await database.run(
    query.selectFrom('crm_conflict').selectAll().where('id', '=', id),
  );
  if (!note) throw notFound(['id']);
  if (keep === 'OURS')
    await updateContact(platform, viewer, {
      ...changeBack(note.detail, note.ours),
      id: note.contactId,
    });
  // A note of a later sync stays.
  await database.run(
    query.deleteFrom('crm_conflict').where('id', '=', id).where('createdAt', '=', note.createdAt),
  );
  return { contactId: note.contactId };
}
