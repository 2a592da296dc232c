/**
 * The replies to a campaign's messages as they become known, in the order of their numbers, which
 * the folder gives them (the SQL function foldEvents).
 */
import { sql } from 'kysely';
import { anyOf } from '../platform/database/arrays.ts';
import { prepare } from '../platform/database/prepared.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { liveTopics, type Platform } from '../platform/platform.ts';
import type { Versioned } from '../platform/pubsub/live-topics.ts';
import { NumberedRows } from '../platform/pubsub/numbered-rows.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { CAMPAIGN_CHANGED } from './topics.ts';

/** How many replies are read at once; a subscriber holds no more. */
const BATCH = 100;
/** Campaigns change with every fold; their replies are looked for at most 5 times a second. */
const MIN_INTERVAL_MS = 200;

/** That a message of a campaign got a reply. */
export interface CampaignReplyRow {
  number: number;
  sendId: string;
  replyId: string;
}

/** How far the replies of campaigns have got: one more than the last number. */
const positions = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('campaign')
    .select((eb) => [
      'campaign.id',
      sql<number>`1 + coalesce(${eb
        .selectFrom('campaign_reply')
        .select((inner) => inner.fn.max('number').as('last'))
        .whereRef('campaign_reply.campaignId', '=', 'campaign.id')}, 0)`.as('version'),
    ])
    .where('campaign.id', '=', anyOf(p.ids))
    .$castTo<Versioned>(),
);

const campaigns = liveTopics<Versioned>(({ database }) => {
  const read = (tenantId: string, ids: string[]) =>
    database.forTenant({ tenantId }).runPrepared(positions, { ids });
  return { topic: CAMPAIGN_CHANGED, read, readVersions: read, minIntervalMs: MIN_INTERVAL_MS };
});

const replyOfNumber = prepare((p: { id: string; number: number }) =>
  replies(p.id).where('campaign_reply.number', '=', p.number),
);

const repliesAfter = prepare((p: { id: string; after: number; limit: number }) =>
  replies(p.id)
    .where('campaign_reply.number', '>', p.after)
    .orderBy('campaign_reply.number')
    .limit(p.limit),
);

function replies(campaignId: string) {
  return query
    .selectFrom('campaign_reply')
    .select(['campaign_reply.number', 'campaign_reply.sendId', 'campaign_reply.replyId'])
    .where('campaign_reply.campaignId', '=', campaignId);
}

/**
 * The newest reply of a campaign, if there is one, then every later one, until `return` is called.
 * Resolves to null if the tenant has no such campaign.
 */
export async function repliesFrom(
  platform: Platform,
  viewer: Viewer,
  id: string,
): Promise<AsyncIterableIterator<CampaignReplyRow> | null> {
  const states = await campaigns(platform).subscribe(viewer.tenantId, id);
  if (states === null) return null;
  const database = platform.database.forTenant(viewer);
  return new NumberedRows({
    states,
    first: (number) => database.runPrepared(replyOfNumber, { id, number }),
    after: (after) => database.runPrepared(repliesAfter, { id, after, limit: BATCH }),
  });
}
