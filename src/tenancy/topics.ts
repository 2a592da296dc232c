/** The notices of tenancy to all processes. */
import type { Platform } from '../platform/platform.ts';

/** The topic of users that were added or changed. */
export const USER_CHANGED = 'user';

/**
 * A user is new, or has another role, name, identity or state: what is known of it, and of which
 * users a person has, is out of date everywhere.
 */
export function publishUserChanged(
  platform: Platform,
  user: { tenantId: string; id: string },
): void {
  platform.pubsub.publish({ topic: USER_CHANGED, tenantId: user.tenantId, id: user.id });
}
