/**
 * What happens to a completed campaign's figures as time goes by. They are frozen when nothing has
 * moved them for CAMPAIGN_FREEZE_AFTER_HOURS, so that they are no longer checked by recounting them
 * every hour. A late event still counts: folding it moves the counters and thaws the figures (the
 * SQL function moveCounters), until they have not moved for that long again.
 */
import { sql } from 'kysely';
import { anyOf } from '../../platform/database/arrays.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { HOUR } from '../../platform/time.ts';
import { campaignsToFreeze, forEachOf } from '../../tenancy/index.ts';
import { CAMPAIGN_CHANGED } from '../topics.ts';

/** Freezes the figures that are due, in all tenants. */
export async function freezeCampaigns(platform: Platform, signal: AbortSignal): Promise<void> {
  const { config, database } = platform;
  const before = new Date(Date.now() - config.CAMPAIGN_FREEZE_AFTER_HOURS * HOUR);
  const due = Map.groupBy(await campaignsToFreeze(database, before), ({ tenantId }) => tenantId);
  const tenants = [...due].map(([tenantId, campaigns]) => ({ tenantId, campaigns }));
  await forEachOf(tenants, signal, async ({ tenantId, campaigns }) => {
    const ids = campaigns.map(({ campaignId }) => campaignId);
    const frozen = await database
      .forTenant({ tenantId })
      .run(
        query
          .updateTable('campaign_figures')
          .set({ frozenAt: sql<string>`clock_timestamp()`, version: sql<number>`version + 1` })
          .where('campaignId', 'in', dueOf(ids, before))
          .returning('campaignId'),
      );
    for (const { campaignId } of frozen)
      CAMPAIGN_CHANGED.publish(platform, { tenantId, id: campaignId });
  });
}

/**
 * The conditions again: an event may have thawed the figures since they were read. Figures that
 * something else holds are about to move, so they are not due.
 */
function dueOf(ids: readonly string[], before: Date) {
  return query
    .selectFrom('campaign_figures as due')
    .select('due.campaignId')
    .where('due.campaignId', '=', anyOf(ids))
    .where('due.frozenAt', 'is', null)
    .where((eb) =>
      eb.or([eb('due.thawedAt', 'is', null), eb('due.thawedAt', '<=', before.toISOString())]),
    )
    .orderBy('due.campaignId')
    .forUpdate()
    .skipLocked();
}
