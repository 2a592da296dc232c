/** What the domain publishes to the other processes and to its subscribers. */
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import type { Platform } from '../platform/platform.ts';

/** A package, anything in it or one of its artifacts changed; the id is the package's. */
export const WORK_PACKAGE_CHANGED = 'work-package';

/** Publishes, after the commit, that a package changed. */
export function publishWorkPackageChanged(
  platform: Platform,
  tx: TenantTransaction,
  id: string,
): void {
  tx.afterCommit(() =>
    platform.pubsub.publish({ topic: WORK_PACKAGE_CHANGED, tenantId: tx.tenantId, id }),
  );
}
