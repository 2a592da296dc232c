/**
 * A user's notifications as they come: first the newest unread one, if there is one, then every
 * later one in the order of their numbers. A subscriber remembers the number it was sent last and
 * reads on from there, so a slow one costs nothing and misses none.
 */
import { anyOf } from '../platform/database/arrays.ts';
import { prepare } from '../platform/database/prepared.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { liveTopics, type Platform } from '../platform/platform.ts';
import type { Versioned } from '../platform/pubsub/live-topics.ts';
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
  const states = await users(platform).subscribe(viewer.tenantId, viewer.userId);
  if (states === null) throw new Error('The viewer has no user.');
  return new NotificationStream(platform, viewer, states);
}

class NotificationStream implements AsyncIterableIterator<NotificationRow> {
  readonly #platform: Platform;
  readonly #viewer: Viewer;
  readonly #states: AsyncIterableIterator<Versioned>;
  #waiting: NotificationRow[] = [];
  /** The last number that was sent, or that existed at the start; null before that. */
  #last: number | null = null;
  /** The highest number known to exist. */
  #newest = 0;

  constructor(platform: Platform, viewer: Viewer, states: AsyncIterableIterator<Versioned>) {
    this.#platform = platform;
    this.#viewer = viewer;
    this.#states = states;
  }

  async next(): Promise<IteratorResult<NotificationRow, undefined>> {
    for (;;) {
      const row = this.#waiting.shift();
      if (row) {
        this.#last = Math.max(this.#last ?? 0, row.number);
        return { value: row, done: false };
      }
      if (this.#last !== null && this.#last < this.#newest) {
        await this.#readOn(this.#last);
        continue;
      }
      const state = await this.#states.next();
      if (state.done) return { value: undefined, done: true };
      this.#newest = state.value.version - 1;
      if (this.#last === null) await this.#begin(this.#newest);
    }
  }

  /** Ends at once, a waiting `next` too. */
  async return(): Promise<IteratorResult<NotificationRow, undefined>> {
    await this.#states.return?.();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<NotificationRow> {
    return this;
  }

  async #begin(last: number): Promise<void> {
    const { userId } = this.#viewer;
    this.#waiting = await this.#platform.database
      .forTenant(this.#viewer)
      .runPrepared(newestUnread, { userId, last });
    this.#last = last;
  }

  async #readOn(after: number): Promise<void> {
    const { userId } = this.#viewer;
    this.#waiting = await this.#platform.database
      .forTenant(this.#viewer)
      .runPrepared(furtherOnes, { userId, after, limit: BATCH });
    if (this.#waiting.length === 0) this.#last = this.#newest;
  }
}
