/** Activities: what was done with a contact, or will be. */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { ActivityType } from '../../generated/kysely.ts';
import { anyOf } from '../platform/database/arrays.ts';
import { applyPage, type PageRequest } from '../platform/database/keyset.ts';
import { prepare, preparedFor } from '../platform/database/prepared.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { notFound } from '../platform/errors.ts';
import { idOf, moment, NOTES_LENGTH, name, text } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import { keysOf } from '../platform/records.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { contactsById } from './contacts.ts';
import { lockContacts } from './locks.ts';
import { ACTIVITY_COLUMNS, type ActivityColumn, type ActivityRow } from './rows.ts';
import { refreshFigures } from './warmness/kept-figures.ts';

/** The input of `logActivity`. */
export const LogActivity = z
  .object({
    contactId: idOf('Contact').describe('The person whom the activity involves.'),
    type: z.enum(ActivityType).describe('What kind of activity it was.'),
    subject: name().describe('What it is about, in one line.'),
    note: text(NOTES_LENGTH).nullish().describe('Details, as plain text.'),
    occurredAt: moment()
      .nullish()
      .describe(
        'When it happened; now by default. A future activity counts for warmness and lastContactedAt once its time has come.',
      ),
  })
  .describe('An activity of your own with a contact.');

/** The input of `updateActivity`: fields that are left out stay. */
export const UpdateActivity = z
  .object({
    id: idOf('Activity').describe('The activity to change.'),
    type: z.enum(ActivityType).optional().describe('What kind of activity it was.'),
    subject: name().optional().describe('What it is about, in one line; it cannot be cleared.'),
    note: text(NOTES_LENGTH).nullish().describe('Details, as plain text; null clears them.'),
    occurredAt: moment()
      .optional()
      .describe('When it happened, or will happen; it cannot be cleared.'),
  })
  .describe(
    'What to change in an activity. A field that is left out stays as it is; null clears the note.',
  );

/** Activities by id. */
export const activitiesById = prepare((p: { ids: string[] }) =>
  query.selectFrom('activity').select(ACTIVITY_COLUMNS).where('id', '=', anyOf(p.ids)),
);

/**
 * Adds an activity of the viewer, by default as of now. The contact's kept figures follow at once.
 * Throws NOT_FOUND if there is no such contact.
 */
export async function logActivity(
  platform: Platform,
  viewer: Viewer,
  { contactId, ...values }: z.output<typeof LogActivity>,
) {
  return platform.database.forTenant(viewer).change(['contact', contactId], async (tx) => {
    const activity = await insertActivity(tx, { ...values, contactId, userId: viewer.userId });
    if (activity === null) throw notFound(['contactId']);
    const [contact] = await tx.runPrepared(contactsById, {
      ids: [contactId],
      portalContactId: null,
    });
    return { activity, contact };
  });
}

/** A new activity whose values were checked. */
export type NewActivity = z.output<typeof LogActivity> & { userId: string | null };

/** Adds an activity; null if there is no such contact. */
export async function insertActivity(
  tx: TenantTransaction,
  { contactId, ...values }: NewActivity,
): Promise<ActivityRow | null> {
  if ((await lockContacts(tx, [contactId])).contacts.length === 0) return null;
  // Truncated to the column's milliseconds: PostgreSQL would round, perhaps into the future.
  const occurredAt =
    values.occurredAt ?? sql<Date>`date_trunc('milliseconds', statement_timestamp())`;
  const row = { ...values, id: uuidv7(), contactId, occurredAt };
  const [activity] = await tx.run(
    query.insertInto('activity').values(row).returning(ACTIVITY_COLUMNS),
  );
  await refreshFigures(tx, [contactId]);
  return activity ?? null;
}

/**
 * Changes the fields that are given. The contact's kept figures follow at once. Throws NOT_FOUND if
 * there is no such activity.
 */
export async function updateActivity(
  platform: Platform,
  viewer: Viewer,
  { id, ...change }: z.output<typeof UpdateActivity>,
) {
  return platform.database.forTenant(viewer).change(['activity', id], async (tx) => {
    const contactId = await lockContactOf(tx, id);
    if (keysOf(change).length > 0)
      await tx.run(query.updateTable('activity').set(change).where('id', '=', id));
    await refreshFigures(tx, [contactId]);
    const [activity] = await tx.runPrepared(activitiesById, { ids: [id] });
    const [contact] = await tx.runPrepared(contactsById, {
      ids: [contactId],
      portalContactId: null,
    });
    return { activity, contact };
  });
}

/**
 * Removes an activity; a sync brings it back only once it changes in the CRM. The contact's kept
 * figures follow at once. Throws NOT_FOUND if there is no such activity.
 */
export async function deleteActivity(
  platform: Platform,
  viewer: Viewer,
  { id }: { id: string },
): Promise<void> {
  await platform.database.forTenant(viewer).change(['activity', id], async (tx) => {
    const contactId = await lockContactOf(tx, id);
    await tx.run(query.deleteFrom('activity').where('id', '=', id));
    await refreshFigures(tx, [contactId]);
  });
}

/** Locks the contact of an activity, then the activity, and returns the contact's id. */
async function lockContactOf(tx: TenantTransaction, id: string): Promise<string> {
  const ofActivity = query.selectFrom('activity').select('contactId').where('id', '=', id);
  for (let [found] = await tx.run(ofActivity); found; ) {
    const { contactId } = found;
    await lockContacts(tx, [contactId]);
    [found] = await tx.run(ofActivity.forUpdate());
    // A merge may have moved it meanwhile.
    if (found?.contactId === contactId) return contactId;
  }
  throw notFound(['id']);
}

/** The newest `limit` activities of each contact: one statement, however many contacts. */
export const newestActivities = preparedFor(
  ACTIVITY_COLUMNS,
  (columns: readonly ActivityColumn[], p: { contactIds: string[]; limit: number }) =>
    query
      .selectFrom(
        sql<{ contactId: string }>`unnest(${p.contactIds}::uuid[])`.as<'parent'>(
          sql`parent("contactId")`,
        ),
      )
      .innerJoinLateral(
        (eb) =>
          eb
            .selectFrom('activity')
            .select(columns)
            .whereRef('activity.contactId', '=', 'parent.contactId')
            .orderBy('occurredAt', 'desc')
            .orderBy('id', 'desc')
            .limit(p.limit)
            .as('newest'),
        (join) => join.onTrue(),
      )
      .selectAll('newest')
      .$castTo<ActivityRow>(),
);

/** The pages of the activities of some contacts, each in the order of `page`. One statement. */
export function activitiesOfContacts(contactIds: string[], page: PageRequest) {
  return query
    .selectFrom(
      sql<{ contactId: string }>`unnest(${contactIds}::uuid[])`.as<'parent'>(
        sql`parent("contactId")`,
      ),
    )
    .innerJoinLateral(
      (eb) =>
        applyPage(
          eb
            .selectFrom('activity')
            .select(ACTIVITY_COLUMNS)
            .whereRef('activity.contactId', '=', 'parent.contactId'),
          'activity',
          page,
        ).as('found'),
      (join) => join.onTrue(),
    )
    .selectAll('found')
    .$castTo<ActivityRow>();
}

/** The number of activities of each contact; contacts without one are missing. */
export const activityCounts = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('activity')
    .select((eb) => ['contactId', eb.fn.countAll<number>().as('count')])
    .where('contactId', '=', anyOf(p.ids))
    .groupBy('contactId'),
);
