/** Loaders of campaigns, their figures and their messages. */
import DataLoader from 'dataloader';
import { type Page, toPage } from '../platform/database/keyset.ts';
import { type Context, perRequest } from '../schema-builder/context.ts';
import { rowLoader } from '../schema-builder/loaders.ts';
import { campaignsById } from './campaign-list.ts';
import { assembleStats, statsById } from './figures/stats.ts';
import {
  countOfCampaigns,
  type MessageList,
  messagesById,
  messagesOfCampaigns,
} from './messages.ts';
import { campaignNode, messageNode } from './nodes.ts';
import type { CampaignMessageRow } from './rows.ts';

function database({ platform, viewer }: Context) {
  return platform.database.forTenant(viewer);
}

export const campaignLoader = rowLoader(
  (context, ids) => database(context).runPrepared(campaignsById, { ids }),
  campaignNode,
);
export const campaignMessageLoader = rowLoader(
  (context, ids) => database(context).runPrepared(messagesById, { ids }),
  messageNode,
);

/** The figures of campaigns, in one statement. */
export const statsLoader = rowLoader(async (context, ids) =>
  assembleStats(await database(context).runPrepared(statsById, { ids })),
);

interface MessagesKey {
  campaignId: string;
  list: MessageList;
}

/** Pages of the messages of campaigns: the same page of many campaigns is one statement. */
export const messagesLoader = perRequest((context) =>
  listLoader<Page<CampaignMessageRow>>((campaignIds, list) => pages(context, campaignIds, list)),
);

/** How many messages such lists have. */
export const messageCountLoader = perRequest((context) =>
  listLoader<number>(async (campaignIds, list) => {
    const counts = await database(context).run(countOfCampaigns(campaignIds, list));
    const found = new Map(counts.map(({ campaignId, count }) => [campaignId, count]));
    return campaignIds.map((id) => found.get(id) ?? 0);
  }),
);

async function pages(
  context: Context,
  campaignIds: string[],
  list: MessageList,
): Promise<Page<CampaignMessageRow>[]> {
  const rows = Map.groupBy(
    await database(context).run(messagesOfCampaigns(campaignIds, list)),
    (row) => row.campaignId,
  );
  return campaignIds.map((id) => toPage(rows.get(id) ?? [], list.page));
}

function listLoader<Value>(
  read: (campaignIds: string[], list: MessageList) => Promise<Value[]>,
): DataLoader<MessagesKey, Value, string> {
  const listKey = ({ page, templateName, status }: MessageList) =>
    JSON.stringify([page.size, page.after, templateName, status]);
  return new DataLoader<MessagesKey, Value, string>(
    async (keys) => {
      const values = new Map<MessagesKey, Value>();
      for (const group of Map.groupBy(keys, ({ list }) => listKey(list)).values()) {
        const [first] = group;
        if (!first) continue;
        const read_ = await read(
          group.map(({ campaignId }) => campaignId),
          first.list,
        );
        for (const [index, key] of group.entries()) values.set(key, read_[index] as Value);
      }
      return keys.map((key) => values.get(key) as Value);
    },
    {
      cacheKeyFn: ({ campaignId, list }) => `${campaignId}:${listKey(list)}`,
      maxBatchSize: Number.POSITIVE_INFINITY,
    },
  );
}
