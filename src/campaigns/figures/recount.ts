/**
 * Counting campaigns from their raw messages: on demand, to correct the kept counters, and every
 * hour, to check them.
 */
import { sql } from 'kysely';
import type { z } from 'zod';
import { prepare } from '../../platform/database/prepared.ts';
import { query, TENANT } from '../../platform/database/tenant-scope.ts';
import { notFound, userError } from '../../platform/errors.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { campaignsToRecount, forEachOf } from '../../tenancy/index.ts';
import { foldAll } from '../ingest/fold.ts';
import type { CampaignId } from '../inputs.ts';
import { campaignDrift } from '../metrics.ts';
import { recountCounters } from './counters.ts';

/**
 * Sets a campaign's counters to what its raw messages count to. Returns how far they were off: the
 * sum of the absolute differences. UNSUPPORTED if its raw events were deleted.
 */
export async function recountCampaign(
  platform: Platform,
  viewer: Viewer,
  { id }: z.output<typeof CampaignId>,
) {
  const database = platform.database.forTenant(viewer);
  const [campaign] = await database.run(
    query
      .selectFrom('campaign')
      .leftJoin('campaign_figures', 'campaign_figures.campaignId', 'campaign.id')
      .select('campaign_figures.eventsDroppedAt')
      .where('campaign.id', '=', id),
  );
  if (!campaign) throw notFound(['id']);
  if (campaign.eventsDroppedAt !== null) {
    throw userError(
      'UNSUPPORTED',
      ['id'],
      'The raw events of this campaign have been deleted, so it cannot be recounted. Its figures are kept.',
    );
  }
  await foldAll(platform, viewer.tenantId);
  const drift = await database.change(['campaign', id], (tx) => recountCounters(platform, tx, id));
  if (drift !== 0)
    platform.log.error(
      { tenant: viewer.tenantId, campaign: id, drift },
      'kept counters of a campaign were wrong',
    );
  return { campaignId: id, drift };
}

const driftOf = prepare((p: { campaignId: string }) =>
  query.selectNoFrom(
    sql<number | null>`"campaignDrift"(${TENANT}::uuid, ${p.campaignId}::uuid)`.as('drift'),
  ),
);

/** A message may be stored between a fold and the count that follows it: then they are repeated. */
const CHECKS = 3;

async function lastingDrift(
  platform: Platform,
  { tenantId, campaignId }: { tenantId: string; campaignId: string },
): Promise<number> {
  const database = platform.database.forTenant({ tenantId });
  for (let check = 1; ; check += 1) {
    await foldAll(platform, tenantId);
    const [row] = await database.runPrepared(driftOf, { campaignId });
    const drift = row?.drift ?? 0;
    if (drift === 0 || check === CHECKS) return drift;
  }
}

/**
 * Compares the kept counters of all campaigns that may still move with their raw messages. It
 * reports differences in the log and as a metric, and changes nothing.
 */
export async function reconcileCampaigns(platform: Platform, signal: AbortSignal): Promise<void> {
  const campaigns = await campaignsToRecount(platform.database);
  let sum = 0;
  await forEachOf(campaigns, signal, async (campaign) => {
    const drift = await lastingDrift(platform, campaign);
    sum += drift;
    if (drift !== 0)
      platform.log.error(
        { tenant: campaign.tenantId, campaign: campaign.campaignId, drift },
        'kept counters of a campaign are wrong',
      );
  });
  if (!signal.aborted) campaignDrift.set(sum);
}
