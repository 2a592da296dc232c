/**
 * Figures of completed campaigns freeze, so that nobody counts them again and again; a later event
 * that moves them thaws them (moveCounters), until they have been still for as long again.
 */
import { sql } from 'kysely';
import { anyOf } from '../../platform/database/arrays.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { HOUR } from '../../platform/time.ts';
import { CAMPAIGN_CHANGED } from '../topics.ts';

/** Freezes what is due in all tenants. */
export async function freezeCampaigns(
  { config, database, pubsub }: Platform,
  signal: AbortSignal,
): Promise<void> {
  const before = new Date(Date.now() - config.CAMPAIGN_FREEZE_AFTER_HOURS * HOUR).toISOString();
  const due = await database.prisma.campaignFigures.findMany({
    where: {
      frozenAt: null,
      OR: [{ thawedAt: null }, { thawedAt: { lte: before } }],
      campaign: { status: 'COMPLETED', completedAt: { lte: before } },
    },
    select: { tenantId: true, campaignId: true },
  });
  for (const [tenantId, campaigns] of Map.groupBy(due, (campaign) => campaign.tenantId)) {
    if (signal.aborted) return;
    const ids = campaigns.map(({ campaignId }) => campaignId);
    // An event may have moved the figures since: then they are thawed just now, and stay so.
    const frozen = await database.forTenant({ tenantId }).run(
      query
        .updateTable('campaign_figures')
        .set({ frozenAt: sql<string>`clock_timestamp()`, version: sql<number>`version + 1` })
        .where('campaignId', '=', anyOf(ids))
        .where('frozenAt', 'is', null)
        .where((eb) => eb.or([eb('thawedAt', 'is', null), eb('thawedAt', '<=', before)]))
        .returning('campaignId'),
    );
    for (const { campaignId } of frozen)
      pubsub.publish({ topic: CAMPAIGN_CHANGED, tenantId, id: campaignId });
  }
}
