/** `campaignStats`: the figures of a campaign as they are, then whenever they move. */
import { RequestError } from '../../platform/errors.ts';
import { parseId } from '../../platform/input.ts';
import { liveTopics, type Platform } from '../../platform/platform.ts';
import { builder } from '../../schema-builder/builder.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { CAMPAIGN_CHANGED } from '../topics.ts';
import { recountCounters } from './counters.ts';
import { CampaignStatsType } from './schema.ts';
import { assembleStats, type CampaignStats, statsById, statsVersions } from './stats.ts';

/** At most 5 states a second. */
const MIN_INTERVAL_MS = 200;

const liveStats = liveTopics<CampaignStats>(({ database }) => ({
  topic: CAMPAIGN_CHANGED,
  read: async (tenantId, ids) =>
    assembleStats(await database.forTenant({ tenantId }).runPrepared(statsById, { ids })),
  readVersions: (tenantId, ids) =>
    database.forTenant({ tenantId }).runPrepared(statsVersions, { ids }),
  minIntervalMs: MIN_INTERVAL_MS,
}));

/** Makes the counters of a campaign that has none: figures without counters have no versions. */
async function ensureCounters(platform: Platform, viewer: Viewer, id: string): Promise<void> {
  const database = platform.database.forTenant(viewer);
  const [stats] = assembleStats(await database.runPrepared(statsById, { ids: [id] }));
  if (stats?.source === 'LIVE')
    await database.change(['campaign', id], (tx) => recountCounters(platform, tx, id));
}

builder.subscriptionField('campaignStats', (t) =>
  t.field({
    type: CampaignStatsType,
    description:
      'The figures of a campaign: first as they are, then whenever they or the status change, at most 5 times a second. States in between may be skipped; the last one is always sent. NOT_FOUND if your tenant has no such campaign.',
    args: { campaignId: t.arg.id({ required: true, description: 'Whose figures to follow.' }) },
    subscribe: async (_root, args, { platform, viewer }) => {
      const id = parseId(['Campaign'], 'campaignId', args.campaignId);
      await ensureCounters(platform, viewer, id);
      const states = await liveStats(platform).subscribe(viewer.tenantId, id);
      if (states === null) throw new RequestError('NOT_FOUND', 'Nothing with this id exists.');
      return states;
    },
    resolve: (state) => state,
  }),
);
