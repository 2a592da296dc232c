/**
 * A user's notifications as they come: first the newest unread one, if there is one, then every
 * later one in the order of their numbers.
 */
import { anyOf } from '../platform/database/arrays.ts';
import { prepare } from '../platform/database/prepared.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { liveTopics, type Platform } from '../platform/platform.ts';
import type { Versioned } from '../platform/pubsub/live-topics.ts';
import { NumberedRows } from '../platform/pubsub/numbered-rows.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { NOTIFICATION_COLUMNS, type NotificationRow } from './notifications.ts';
import { NOTIFICATION_ADDED } from './topics.ts';

/** How many notifications are read at once; a subscriber holds no more. */
const BATCH = 100;

/**
 * How far users' notifications have got: the version is one more than the last number, since it
 * begins at 1.
 */
const positions = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('user')
    .leftJoin('notification_counter', 'notification_counter.userId', 'user.id')
    .select((eb) => [
      'user.id',
      eb(eb.fn.coalesce('notification_counter.last', eb.lit(0)), '+', 1).as('version'),
    ])
    .where('user.id', '=', anyOf(p.ids))
    .$castTo<Versioned>(),
);

const users = liveTopics<Versioned>(({ database }) => {
  const read = (tenantId: string, ids: string[]) =>
    database.forTenant({ tenantId }).runPrepared(positions, { ids });
  return { topic: NOTIFICATION_ADDED, read, readVersions: read };
});

const newestUnread = prepare((p: { userId: string; last: number }) =>
  query
    .selectFrom('notification')
    .select(NOTIFICATION_COLUMNS)
    .where('userId', '=', p.userId)
    .where('number', '<=', p.last)
    .where('readAt', 'is', null)
    .orderBy('number', 'desc')
    .limit(1),
);

const furtherOnes = prepare((p: { userId: string; after: number; limit: number }) =>
  query
    .selectFrom('notification')
    .select(NOTIFICATION_COLUMNS)
    .where('userId', '=', p.userId)
    .where('number', '>', p.after)
    .orderBy('number')
    .limit(p.limit),
);

/** The viewer's notifications as they come, until `return` is called. */
export async function notificationsFrom(
  platform: Platform,
  viewer: Viewer,
): Promise<AsyncIterableIterator<NotificationRow>> {
  const { tenantId, userId } = viewer;
  const states = await users(platform).subscribe(tenantId, userId);
  if (states === null) throw new Error('The viewer has no user.');
  const database = platform.database.forTenant(viewer);
  return new NumberedRows({
    states,
    first: (last) => database.runPrepared(newestUnread, { userId, last }),
    after: (after) => database.runPrepared(furtherOnes, { userId, after, limit: BATCH }),
  });
}
