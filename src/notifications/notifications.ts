/**
 * Notifications: what users are told. They are stored, shown in the app, and sent elsewhere where
 * that is configured.
 */
import { type Selectable, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { Role } from '../../generated/kysely.ts';
import { anyOf } from '../platform/database/arrays.ts';
import { ERASED, withoutMatches } from '../platform/database/erased-texts.ts';
import {
  applyPage,
  countRows,
  type PageArguments,
  parsePage,
  toPage,
} from '../platform/database/keyset.ts';
import type { Ordering } from '../platform/database/ordering.ts';
import { prepare } from '../platform/database/prepared.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../platform/database/tenant-scope.ts';
import { notFound } from '../platform/errors.ts';
import type { GlobalId } from '../platform/global-id.ts';
import { idOf } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { enqueueDeliveries } from './delivery-job.ts';
import { NOTIFICATION_ADDED } from './topics.ts';

/** The columns that a notification is read with. */
export const NOTIFICATION_COLUMNS = [
  'id',
  'number',
  'title',
  'body',
  'subjectType',
  'subjectId',
  'readAt',
  'createdAt',
] as const;
/** A notification as it is read. */
export type NotificationRow = Pick<
  Selectable<TenantTables['notification']>,
  (typeof NOTIFICATION_COLUMNS)[number]
>;

/** Newest first, in the order of the commits. */
const NEWEST_NUMBER_FIRST: Ordering = {
  name: 'number',
  columns: [{ column: 'number', direction: 'desc', type: 'integer' }],
};

/** Notifications by id, of one user. */
export const notificationsById = prepare((p: { ids: string[]; userId: string }) =>
  query
    .selectFrom('notification')
    .select(NOTIFICATION_COLUMNS)
    .where('id', '=', anyOf(p.ids))
    .where('userId', '=', p.userId),
);

/** A page of the viewer's own notifications, newest first. */
export async function listNotifications(
  platform: Platform,
  viewer: Viewer,
  args: PageArguments & { unreadOnly?: boolean | null },
) {
  const page = parsePage(args, NEWEST_NUMBER_FIRST);
  const database = platform.database.forTenant(viewer);
  const matching = query
    .selectFrom('notification')
    .where('notification.userId', '=', viewer.userId)
    .$if(args.unreadOnly === true, (notifications) =>
      notifications.where('notification.readAt', 'is', null),
    );
  const rows = await database.run(
    applyPage(matching.select(NOTIFICATION_COLUMNS), 'notification', page),
  );
  return { ...toPage(rows, page), count: () => countRows(database, matching) };
}

const MAX_MARKED = 500;
/** The input of markNotificationsRead. */
export const MarkNotificationsRead = z
  .object({
    ids: z
      .array(idOf('Notification'))
      .max(MAX_MARKED, `Expected at most ${MAX_MARKED} ids.`)
      .describe('Your own notifications. If one of them is not found (NOT_FOUND), none is marked.'),
  })
  .describe('Which notifications you have read.');

const markRead = prepare((p: { ids: string[]; userId: string }) =>
  query
    .updateTable('notification')
    .set({ readAt: sql<Date>`coalesce(${sql.ref('readAt')}, statement_timestamp())` })
    .where('id', '=', anyOf(p.ids))
    .where('userId', '=', p.userId)
    .returning(NOTIFICATION_COLUMNS),
);

/**
 * Marks the viewer's own notifications as read, all or none; those already read keep their time.
 */
export async function markNotificationsRead(
  platform: Platform,
  viewer: Viewer,
  { ids }: z.output<typeof MarkNotificationsRead>,
) {
  return platform.database
    .forTenant(viewer)
    .change(['notifications', viewer.userId], async (tx) => {
      const marked = new Map(
        (await tx.runPrepared(markRead, { ids, userId: viewer.userId })).map((row) => [
          row.id,
          row,
        ]),
      );
      const missing = ids.findIndex((id) => !marked.has(id));
      if (missing !== -1) throw notFound(['ids', missing]);
      return { notifications: [...new Set(ids)].flatMap((id) => marked.get(id) ?? []) };
    });
}

/** A message for a user, or for all active users with a role. */
export interface Message {
  to: { userId: string } | { role: Role };
  title: string;
  body: string;
  subject: GlobalId | null;
}

/**
 * Notifies users in a transaction. Returns how many were notified: none where the user is unknown or
 * inactive.
 */
export async function notify(
  platform: Platform,
  tx: TenantTransaction,
  { to, title, body, subject }: Message,
): Promise<number> {
  const recipients = await tx.run(
    query
      .selectFrom('user')
      .select('id')
      .where('active', '=', true)
      .$if('userId' in to, (users) => users.where('id', '=', 'userId' in to ? to.userId : ''))
      .$if('role' in to, (users) => users.where('role', '=', 'role' in to ? to.role : 'OWNER'))
      // One order, so that two messages to the same users wait for each other instead of
      // deadlocking.
      .orderBy('id'),
  );
  for (let first = 0; first < recipients.length; first += INSERTED_AT_ONCE) {
    const userIds = recipients.slice(first, first + INSERTED_AT_ONCE).map(({ id }) => id);
    const numbers = await tx.run(nextNumbers(userIds));
    const subjectColumns = { subjectType: subject?.type ?? null, subjectId: subject?.id ?? null };
    const rows = numbers.map(({ userId, last }) => ({
      id: uuidv7(),
      userId,
      number: last,
      title,
      body,
      ...subjectColumns,
    }));
    await tx.run(query.insertInto('notification').values(rows));
    await enqueueDeliveries(
      platform,
      tx,
      rows.map(({ id }) => id),
    );
  }
  NOTIFICATION_ADDED.publishAfterCommit(
    platform,
    tx,
    recipients.map(({ id }) => id),
  );
  return recipients.length;
}

const INSERTED_AT_ONCE = 1_000;

/**
 * Holds the users' counters until the commit, so that a lower number never becomes visible after a
 * higher one.
 */
function nextNumbers(userIds: readonly string[]) {
  return query
    .insertInto('notification_counter')
    .values(userIds.map((userId) => ({ userId, last: 1 })))
    .onConflict((conflict) =>
      conflict
        .columns(['tenantId', 'userId'])
        .doUpdateSet((eb) => ({ last: eb('notification_counter.last', '+', 1) })),
    )
    .returning(['userId', 'last']);
}

/** Who is erased: what notifications may be about, and a regular expression that finds them. */
interface Forgotten {
  subject: { type: string; id: string };
  words: string;
}

/** Takes the texts out of notifications about somebody, and their words out of all others. */
export async function forgetPerson(
  tx: TenantTransaction,
  { subject, words }: Forgotten,
): Promise<'DONE'> {
  const isSubject = sql<boolean>`("subjectType" is not distinct from ${subject.type} and "subjectId" is not distinct from ${subject.id}::uuid)`;
  const without = (column: 'title' | 'body') =>
    sql<string>`case when ${isSubject} then ${ERASED} else ${withoutMatches(sql.ref(column), words)} end`;
  await tx.run(
    query
      .updateTable('notification')
      .set({ title: without('title'), body: without('body') })
      .where(sql<boolean>`(${isSubject} or "title" ~* ${words} or "body" ~* ${words})`),
  );
  return 'DONE';
}
