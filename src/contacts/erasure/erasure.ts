/**
 * Erasing a person everywhere: QUEUED → RUNNING → COMPLETED, or FAILED once all attempts of its job
 * have failed; asking again then goes on with it. What is erased is in the steps (steps.ts), which a
 * job runs one by one (run.ts). What is left is the row of contact_erasure, which names nobody.
 *
 * This is the head of the room `erasure`.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { ErasureReason } from '../../../generated/kysely.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import { columnsOf, type RowOf } from '../../platform/database/columns.ts';
import {
  applyPage,
  countRows,
  type PageArguments,
  parsePage,
  toPage,
} from '../../platform/database/keyset.ts';
import { NEWEST_FIRST } from '../../platform/database/ordering.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound, userError } from '../../platform/errors.ts';
import { idOf } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { lockContacts } from '../locks.ts';
import { ERASE_CONTACT } from './job.ts';
import { erasureSteps } from './steps.ts';
import { ERASURE_CHANGED } from './topics.ts';

const COLUMNS = columnsOf('contact_erasure', []);
/** An erasure. */
export type ErasureRow = RowOf<'contact_erasure', never>;

/** Erasures by id. */
export const erasuresById = prepare((p: { ids: string[] }) =>
  query.selectFrom('contact_erasure').select(COLUMNS).where('id', '=', anyOf(p.ids)),
);
/** The versions of erasures, for live topics. */
export const erasureVersionsById = prepare((p: { ids: string[] }) =>
  query.selectFrom('contact_erasure').select(['id', 'version']).where('id', '=', anyOf(p.ids)),
);
/** The erasures that are under way of contacts, by the contacts' ids. */
export const erasuresOfContacts = prepare((p: { ids: string[] }) =>
  query.selectFrom('contact_erasure').select(COLUMNS).where('contactId', '=', anyOf(p.ids)),
);

/** Throws CONFLICT if one of these contacts is being erased. */
export async function refuseErased(tx: TenantTransaction, ids: string[]): Promise<void> {
  const erasures = await tx.runPrepared(erasuresOfContacts, { ids });
  if (erasures.length > 0)
    throw userError('CONFLICT', ['targetId'], 'One of these contacts is being erased.');
}

/** A page of all erasures, newest first. */
export async function listErasures(platform: Platform, viewer: Viewer, args: PageArguments) {
  const page = parsePage(args, NEWEST_FIRST);
  const database = platform.database.forTenant(viewer);
  const all = query.selectFrom('contact_erasure');
  const rows = await database.run(applyPage(all.select(COLUMNS), 'contact_erasure', page));
  return { ...toPage(rows, page), count: () => countRows(database, all) };
}

/** The input of `eraseContact`. */
export const EraseContact = z
  .object({
    id: idOf('Contact').describe('The contact of the person to erase.'),
    reason: z
      .enum(ErasureReason)
      .describe('Why the person is erased. It stays in the entry of the erasure.'),
  })
  .describe('Whom to erase, and why.');

/**
 * Begins to erase a person in the background; what cannot be undone has begun when it returns. Asked
 * again meanwhile, it returns the same erasure. Throws NOT_FOUND for an unknown contact.
 */
export async function eraseContact(
  platform: Platform,
  viewer: Viewer,
  { id: contactId, reason }: z.output<typeof EraseContact>,
) {
  return platform.database.forTenant(viewer).change(['contact', contactId], async (tx) => {
    const { contacts } = await lockContacts(tx, [contactId]);
    if (contacts.length === 0) throw notFound(['id']);
    const [known] = await tx.runPrepared(erasuresOfContacts, { ids: [contactId] });
    if (known && known.status !== 'FAILED') return { erasure: known };
    const id = known?.id ?? uuidv7();
    const [erasure] = await tx.run(
      query
        .insertInto('contact_erasure')
        .values({
          id,
          contactId,
          reason,
          requestedById: viewer.userId,
          // The last one removes the contact itself.
          stepCount: erasureSteps().length + 1,
        })
        .onConflict((conflict) =>
          conflict.columns(['tenantId', 'id']).doUpdateSet({
            status: 'QUEUED',
            finishedAt: null,
            version: sql<number>`"contact_erasure"."version" + 1`,
          }),
        )
        .returning(COLUMNS),
    );
    await platform.jobs.enqueue(tx, ERASE_CONTACT, [{ payload: { erasureId: id } }]);
    ERASURE_CHANGED.publishAfterCommit(platform, tx, [id]);
    return { erasure };
  });
}
