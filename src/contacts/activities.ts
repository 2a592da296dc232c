/** Activities: what was done with a contact. */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { anyOf } from '../platform/database/arrays.ts';
import { applyPage, type PageRequest } from '../platform/database/keyset.ts';
import { listsChanged } from '../platform/database/list-versions.ts';
import {
  prepare,
  preparedFor,
  type TenantTransaction,
} from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { notFound } from '../platform/errors.ts';
import {
  type Given,
  idOf,
  moment,
  NOTES_LENGTH,
  name,
  parseInput,
  text,
} from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { contactsById } from './contacts.ts';
import { ACTIVITY_COLUMNS, type ActivityColumn, type ActivityRow } from './rows.ts';
import { lockContacts, refreshFigures } from './warmness/kept-figures.ts';

export const ACTIVITY_TYPES = ['CALL', 'EMAIL', 'MEETING', 'NOTE', 'TASK'] as const;

const LogActivity = z.object({
  contactId: idOf('Contact'),
  type: z.enum(ACTIVITY_TYPES),
  subject: name(),
  note: text(NOTES_LENGTH).nullish(),
  occurredAt: moment().nullish(),
});

export const activitiesById = prepare((p: { ids: string[] }) =>
  query.selectFrom('activity').select(ACTIVITY_COLUMNS).where('id', '=', anyOf(p.ids)),
);

/**
 * Adds an activity of the viewer's, of now unless another moment is given; the contact's figures
 * follow at once.
 */
export async function logActivity(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof LogActivity>,
) {
  const { contactId, ...values } = parseInput(LogActivity, input);
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

/** An activity to be: checked before. */
export type NewActivity = z.output<typeof LogActivity> & { userId: string | null };

/** Adds an activity; null where there is no such contact. */
export async function insertActivity(
  tx: TenantTransaction,
  { contactId, ...values }: NewActivity,
): Promise<ActivityRow | null> {
  if ((await lockContacts(tx, [contactId])).contacts.length === 0) return null;
  // Cut to what is stored: rounded up it would lie in the future for a moment.
  const occurredAt =
    values.occurredAt ?? sql<Date>`date_trunc('milliseconds', statement_timestamp())`;
  const row = { ...values, id: uuidv7(), contactId, occurredAt };
  const [activity] = await tx.run(
    query.insertInto('activity').values(row).returning(ACTIVITY_COLUMNS),
  );
  await refreshFigures(tx, [contactId]);
  listsChanged(tx, 'CONTACT', 'ORGANIZATION');
  return activity ?? null;
}

/** The newest activities of each of some contacts. One statement, however many contacts. */
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

/** How many activities each of some contacts has. */
export const activityCounts = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('activity')
    .select((eb) => ['contactId', eb.fn.countAll<number>().as('count')])
    .where('contactId', '=', anyOf(p.ids))
    .groupBy('contactId'),
);
