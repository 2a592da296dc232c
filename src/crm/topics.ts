/** What is told of syncs with the CRM. */
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import type { Platform } from '../platform/platform.ts';

/** The topic of a sync's progress. */
export const CRM_SYNC_CHANGED = 'crm-sync';

/** Tells that a sync has come further, once the transaction is committed. */
export function publishCrmSyncChanged(platform: Platform, tx: TenantTransaction, id: string): void {
  tx.afterCommit(() =>
    platform.pubsub.publish({ topic: CRM_SYNC_CHANGED, tenantId: tx.tenantId, id }),
  );
}
