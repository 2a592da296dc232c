/** What the domain tells the other processes and its subscribers. */
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import type { Platform } from '../platform/platform.ts';

/** The topic of changes of packages, of anything in them, and of artifacts in them. */
export const WORK_PACKAGE_CHANGED = 'work-package';

/** Tells that a package changed, once the transaction is committed. */
export function publishWorkPackageChanged(
  platform: Platform,
  tx: TenantTransaction,
  id: string,
): void {
  tx.afterCommit(() =>
    platform.pubsub.publish({ topic: WORK_PACKAGE_CHANGED, tenantId: tx.tenantId, id }),
  );
}
