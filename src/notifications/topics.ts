/** The notices of new notifications to all processes and their subscribers. */
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import type { Platform } from '../platform/platform.ts';

/** A user has a new notification; the id is the user's. */
export const NOTIFICATION_ADDED = 'notification';

/** Tells that users have new notifications, once the transaction is committed. */
export function publishNotified(
  platform: Platform,
  tx: TenantTransaction,
  userIds: readonly string[],
): void {
  const { tenantId } = tx;
  tx.afterCommit(() => {
    for (const id of userIds) platform.pubsub.publish({ topic: NOTIFICATION_ADDED, tenantId, id });
  });
}
