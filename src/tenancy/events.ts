/** What tenancy tells the other processes. */
import type { Platform } from '../platform/platform.ts';

/** The topic of changes of users. */
export const USER_CHANGED = 'user';

/** A user has another role, name or state: what is known of it anywhere is out of date. */
export function publishUserChanged(platform: Platform, user: { tenantId: string; id: string }): void {
  platform.pubsub.publish({ topic: USER_CHANGED, tenantId: user.tenantId, id: user.id });
}
