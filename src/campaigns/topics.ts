/** The notices of campaigns to other processes and subscribers. */
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import type { Platform } from '../platform/platform.ts';

/** The topic of campaigns whose figures or status changed. */
export const CAMPAIGN_CHANGED = 'campaign';

/** The topic of WhatsApp numbers that were connected or disconnected. */
export const WHATSAPP_NUMBER_CHANGED = 'whatsapp-number';

/** Publishes that a campaign's figures or status changed, once the transaction is committed. */
export function publishCampaignChanged(
  platform: Platform,
  tx: TenantTransaction,
  id: string,
): void {
  tx.afterCommit(() =>
    platform.pubsub.publish({ topic: CAMPAIGN_CHANGED, tenantId: tx.tenantId, id }),
  );
}

/** Publishes the same for campaigns of other tenants, whose number this transaction took. */
export function publishCampaignsStopped(
  platform: Platform,
  tx: TenantTransaction,
  campaigns: readonly { tenantId: string; campaignId: string }[],
): void {
  tx.afterCommit(() => {
    for (const { tenantId, campaignId: id } of campaigns)
      platform.pubsub.publish({ topic: CAMPAIGN_CHANGED, tenantId, id });
  });
}

/**
 * Publishes that a number has another owner or none, once the transaction is committed.
 * `phoneNumberId` is WhatsApp's own id of the number.
 */
export function publishNumberChanged(
  platform: Platform,
  tx: TenantTransaction,
  phoneNumberId: string,
): void {
  tx.afterCommit(() =>
    platform.pubsub.publish({
      topic: WHATSAPP_NUMBER_CHANGED,
      tenantId: tx.tenantId,
      id: phoneNumberId,
    }),
  );
}
