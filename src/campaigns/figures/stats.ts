/**
 * The figures of a campaign: how many of its messages were sent, delivered, read and so on. As the
 * API returns them they are its stats. Reading them costs the same however many messages they
 * count, since they are read from kept counters, a row for each template.
 *
 * The room: an event that arrives late moves the counters when it is folded (ingest/fold.ts), and
 * thaws figures that are frozen (freeze.ts). Whether counters are right is checked by counting the
 * raw messages (recount.ts). Outside this room, counters are moved only by counters.ts and by the
 * SQL functions that it names.
 */
import { sql } from 'kysely';
import type { CampaignStatus } from '../../../generated/kysely.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { query, TENANT } from '../../platform/database/tenant-scope.ts';
import { encodeGlobalId } from '../../platform/global-id.ts';
import { now, type Timestamp } from '../../platform/time.ts';

/** Where stats come from. */
export const STATS_SOURCES = ['FROZEN', 'KEPT', 'LIVE'] as const;

/** Numbers of messages. */
export interface MessageCounts {
  /** Rows of the queue: one for each contact. */
  total: number;
  /** Messages that WhatsApp accepted. */
  sent: number;
  /** Messages that were delivered or read. */
  delivered: number;
  read: number;
  /** Phones that replied. */
  replied: number;
  /** Messages that failed before or after they were sent. */
  failed: number;
}

/** A campaign's figures with its status, as of the same moment. */
export interface CampaignStats {
  /** The uuid of the campaign. */
  id: string;
  /** The global id of the campaign. */
  campaignId: string;
  status: CampaignStatus;
  statusReason: string | null;
  /** Grows with each change; 0 if no counters are kept. */
  version: number;
  source: (typeof STATS_SOURCES)[number];
  computedAt: Timestamp;
  totals: MessageCounts;
  templates: { templateName: string; counts: MessageCounts }[];
}

interface StatsRow extends MessageCounts {
  campaignId: string;
  status: CampaignStatus;
  statusReason: string | null;
  version: number;
  computedAt: Timestamp;
  frozenAt: Timestamp | null;
  templateName: string;
}

/**
 * Reads a row for each template of campaigns, by the campaigns' `ids`: kept counters, or where none
 * are kept, what is counted from the raw rows.
 */
export const statsById = prepare((p: { ids: string[] }) =>
  query
    .selectFrom(sql<StatsRow>`"campaignStats"(${TENANT}::uuid, ${p.ids}::uuid[])`.as('stats'))
    .selectAll(),
);

/** Reads the versions of kept figures, by the campaigns' `ids`. */
export const statsVersions = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('campaign_figures')
    .select(['campaignId as id', 'version'])
    .where('campaignId', '=', anyOf(p.ids)),
);

/** Makes the stats of campaigns from the rows of their templates. */
export function assembleStats(rows: readonly StatsRow[]): CampaignStats[] {
  return [...Map.groupBy(rows, (row) => row.campaignId).values()].flatMap((templates) => {
    const [campaign] = templates;
    return campaign ? [statsOf(campaign, templates)] : [];
  });
}

function statsOf(campaign: StatsRow, rows: readonly StatsRow[]): CampaignStats {
  const { campaignId: id, status, statusReason, version } = campaign;
  // Counted just now, from rows without a version.
  const computedAt = version === 0 ? now().toISOString() : campaign.computedAt;
  const templates = rows.map(({ templateName, total, sent, delivered, read, replied, failed }) => ({
    templateName,
    counts: { total, sent, delivered, read, replied, failed },
  }));
  return {
    id,
    campaignId: encodeGlobalId('Campaign', id),
    status,
    statusReason,
    version,
    source: sourceOf(campaign),
    computedAt,
    totals: templates.reduce((sum, { counts }) => add(sum, counts), NO_MESSAGES),
    templates,
  };
}

function sourceOf({ frozenAt, version }: StatsRow): CampaignStats['source'] {
  if (frozenAt !== null) return 'FROZEN';
  return version === 0 ? 'LIVE' : 'KEPT';
}

/** Stats of a campaign that has no templates, which the API never makes. */
export function emptyStats(id: string): CampaignStats {
  return {
    id,
    campaignId: encodeGlobalId('Campaign', id),
    status: 'DRAFT',
    statusReason: null,
    version: 0,
    source: 'LIVE',
    computedAt: now().toISOString(),
    totals: NO_MESSAGES,
    templates: [],
  };
}

const NO_MESSAGES: MessageCounts = {
  total: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  replied: 0,
  failed: 0,
};

function add(one: MessageCounts, other: MessageCounts): MessageCounts {
  return {
    total: one.total + other.total,
    sent: one.sent + other.sent,
    delivered: one.delivered + other.delivered,
    read: one.read + other.read,
    // A phone gets one message of a campaign, so nobody replies to two templates.
    replied: one.replied + other.replied,
    failed: one.failed + other.failed,
  };
}

/**
 * A share from 0 to 1; null if the whole is 0. At most 1, because a reply may come before the
 * delivery of the message is reported.
 */
export function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.min(1, part / whole);
}
