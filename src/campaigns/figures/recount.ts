/**
 * Counting campaigns anew: on demand, and every hour to see whether the kept counters are what the
 * raw rows count to.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { prepare } from '../../platform/database/tenant-database.ts';
import { query, TENANT } from '../../platform/database/tenant-scope.ts';
import { notFound, userError } from '../../platform/errors.ts';
import { idOf, parseInput } from '../../platform/input.ts';
import { campaignDrift } from '../../platform/metrics.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { foldAll } from '../ingest/fold.ts';
import { recountKept } from './counters.ts';

const RecountCampaign = z.object({ id: idOf('Campaign') });

/** Counts a campaign from its raw messages; answers how far its kept counters were off. */
export async function recountCampaign(
  platform: Platform,
  viewer: Viewer,
  input: z.input<typeof RecountCampaign>,
) {
  const { id } = parseInput(RecountCampaign, input);
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
      'The raw events of this campaign are no longer kept, so that it can not be recounted; its figures stay.',
    );
  }
  await foldAll(platform, viewer.tenantId);
  const drift = await database.change(['campaign', id], (tx) => recountKept(platform, tx, id));
  if (drift !== 0)
    platform.log.error(
      { tenant: viewer.tenantId, campaign: id, drift },
      'kept counters of a campaign were off',
    );
  return { campaignId: id, drift };
}

const driftOf = prepare((p: { campaignId: string }) =>
  query.selectNoFrom(
    sql<number | null>`"campaignDrift"(${TENANT}::uuid, ${p.campaignId}::uuid)`.as('drift'),
  ),
);

/** Events whose message became known this moment are not in its counters yet. */
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

/** Holds the kept counters of all campaigns that are under way against their raw rows. */
export async function reconcileCampaigns(platform: Platform, signal: AbortSignal): Promise<void> {
  const moving = await platform.database.prisma.campaignFigures.findMany({
    where: {
      frozenAt: null,
      eventsDroppedAt: null,
      campaign: { status: { in: ['RUNNING', 'PAUSED', 'COMPLETED'] } },
    },
    select: { tenantId: true, campaignId: true },
  });
  let sum = 0;
  for (const campaign of moving) {
    if (signal.aborted) return;
    const drift = await lastingDrift(platform, campaign);
    sum += drift;
    if (drift !== 0)
      platform.log.error(
        { tenant: campaign.tenantId, campaign: campaign.campaignId, drift },
        'kept counters of a campaign are off',
      );
  }
  campaignDrift.set(sum);
}
