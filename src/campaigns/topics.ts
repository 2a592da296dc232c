/** The notices of campaigns to other processes and subscribers. */
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import type { Platform } from '../platform/platform.ts';
import { topic } from '../platform/pubsub/topic.ts';

/** A campaign's figures or status changed, or it got a reply; the id is the campaign's. */
export const CAMPAIGN_CHANGED = topic('campaign');
/** A WhatsApp number has another owner or none; the id is WhatsApp's own id of it. */
export const WHATSAPP_NUMBER_CHANGED = topic('whatsapp-number');
/** The words by which people opt out or in may have changed; the id is the tenant's. */
export const CAMPAIGN_WORDS_CHANGED = topic('campaign-words');

/** Publishes CAMPAIGN_CHANGED for other tenants' campaigns, whose number this transaction took. */
export function publishCampaignsStopped(
  platform: Platform,
  tx: TenantTransaction,
  campaigns: readonly { tenantId: string; campaignId: string }[],
): void {
  tx.afterCommit(() => {
    for (const { tenantId, campaignId: id } of campaigns)
      CAMPAIGN_CHANGED.publish(platform, { tenantId, id });
  });
}
