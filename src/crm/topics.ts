/** The live topics of the CRM. */
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import type { Platform } from '../platform/platform.ts';

/** A sync has a new version. */
export const CRM_SYNC_CHANGED = 'crm-sync';

/** Publishes that a sync has a new version, once the transaction is committed. */
export function publishCrmSyncChanged(platform: Platform, tx: TenantTransaction, id: string): void {
  tx.afterCommit(() =>
    platform.pubsub.publish({ topic: CRM_SYNC_CHANGED, tenantId: tx.tenantId, id }),
  );
}
