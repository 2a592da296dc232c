/** What campaigns tell the other processes and their subscribers. */
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import type { Platform } from '../platform/platform.ts';

/** The topic of changes of campaigns' figures. */
export const CAMPAIGN_CHANGED = 'campaign';

/** The topic of WhatsApp numbers that were connected or disconnected. */
export const WHATSAPP_NUMBER_CHANGED = 'whatsapp-number';

/** Tells that the figures of a campaign changed, once the transaction is committed. */
export function publishCampaignChanged(
  platform: Platform,
  tx: TenantTransaction,
  id: string,
): void {
  tx.afterCommit(() =>
    platform.pubsub.publish({ topic: CAMPAIGN_CHANGED, tenantId: tx.tenantId, id }),
  );
}

/** The same of campaigns of another tenant, whose number this transaction took. */
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
 * Tells that a number has another owner or none, once the transaction is committed. `phoneNumberId`
 * is the provider's id of it.
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
