/** Loaders of campaigns, their figures and their messages. */
import type { TenantDatabase } from '../platform/database/tenant-database.ts';
import type { Context } from '../schema-builder/context.ts';
import { askedLoader, groupLoader, pagesOf, rowLoader } from '../schema-builder/loaders.ts';
import { asNode } from '../schema-builder/nodes.ts';
import { optedOutOfCampaigns } from './audience.ts';
import { campaignsById } from './campaign-list.ts';
import { assembleStats, statsById } from './figures/stats.ts';
import {
  countOfCampaigns,
  type MessageFilter,
  messagesById,
  messagesOfCampaigns,
} from './messages.ts';
import type { CampaignMessageRow } from './rows.ts';

function database({ platform, viewer }: Context): TenantDatabase {
  return platform.database.forTenant(viewer);
}

/** Loads campaigns by id. */
export const campaignLoader = rowLoader(
  (context, ids) => database(context).runPrepared(campaignsById, { ids }),
  (row) => asNode('Campaign', row),
);

/** How many contacts of campaigns that are not launched yet want no messages. */
export const optedOutLoader = groupLoader(
  (context, ids) => database(context).runPrepared(optedOutOfCampaigns, { ids }),
  ({ campaignId }) => campaignId,
);

/** Loads messages by id. */
export const campaignMessageLoader = rowLoader(
  (context, ids) => database(context).runPrepared(messagesById, { ids }),
  (row) => asNode('CampaignMessage', row),
);

/** Loads the stats of campaigns, in one statement. */
export const statsLoader = rowLoader(async (context, ids) =>
  assembleStats(await database(context).runPrepared(statsById, { ids })),
);

/** Loads pages of the messages of campaigns. */
export const messagesLoader = pagesOf<CampaignMessageRow, MessageFilter>({
  read: (context, { ids, page, filter }) =>
    database(context).run(messagesOfCampaigns(ids, page, filter)),
  parentOf: ({ campaignId }) => campaignId,
});

/** Counts the messages of campaigns that a filter finds. */
export const messageCountLoader = askedLoader<{ id: string; filter: MessageFilter }, number>({
  keyOf: ({ filter }) => JSON.stringify(filter),
  read: async (context, ids, { filter }) => {
    const rows = await database(context).run(countOfCampaigns(ids, filter));
    const counts = new Map(rows.map(({ campaignId, count }) => [campaignId, count]));
    return (id) => counts.get(id) ?? 0;
  },
});
