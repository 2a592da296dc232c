/**
 * The figures of campaigns. Reading them costs the same however many messages they count: kept
 * counters, a row for each template.
 */
import { sql } from 'kysely';
import type { CampaignStatus } from '../../../generated/kysely.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/tenant-database.ts';
import { query, TENANT } from '../../platform/database/tenant-scope.ts';
import { encodeGlobalId } from '../../platform/global-id.ts';
import type { Timestamp } from '../../platform/time.ts';

export const STATS_SOURCES = ['FROZEN', 'KEPT', 'LIVE'] as const;

export interface MessageCounts {
  total: number;
  sent: number;
  delivered: number;
  read: number;
  replied: number;
  failed: number;
}

export interface CampaignStats {
  /** The campaign's own id. */
  id: string;
  /** The global one. */
  campaignId: string;
  /** The campaign's own state, as of the same moment. */
  status: CampaignStatus;
  statusReason: string | null;
  /** 0 for figures that were counted just now. */
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

/** The rows of campaigns' figures by template: `ids`. They are counted where none are kept. */
export const statsById = prepare((p: { ids: string[] }) =>
  query
    .selectFrom(sql<StatsRow>`"campaignStats"(${TENANT}::uuid, ${p.ids}::uuid[])`.as('stats'))
    .selectAll(),
);

/** The versions of kept figures: `ids`. */
export const statsVersions = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('campaign_figures')
    .select(['campaignId as id', 'version'])
    .where('campaignId', '=', anyOf(p.ids)),
);

/** One campaign's figures from the rows of each. */
export function assembleStats(rows: readonly StatsRow[]): CampaignStats[] {
  return [...Map.groupBy(rows, (row) => row.campaignId)].flatMap(([id, templates]) => {
    const { status, statusReason, version, computedAt, frozenAt } = templates[0] as StatsRow;
    const counts = templates.map(
      ({ templateName, total, sent, delivered, read, replied, failed }) => ({
        templateName,
        counts: { total, sent, delivered, read, replied, failed },
      }),
    );
    const totals = counts.reduce((sum, template) => add(sum, template.counts), NOTHING);
    const source =
      frozenAt !== null
        ? ('FROZEN' as const)
        : version === 0
          ? ('LIVE' as const)
          : ('KEPT' as const);
    return [
      {
        id,
        campaignId: encodeGlobalId('Campaign', id),
        status,
        statusReason,
        version,
        source,
        computedAt,
        totals,
        templates: counts,
      },
    ];
  });
}

const NOTHING: MessageCounts = { total: 0, sent: 0, delivered: 0, read: 0, replied: 0, failed: 0 };

function add(one: MessageCounts, other: MessageCounts): MessageCounts {
  return {
    total: one.total + other.total,
    sent: one.sent + other.sent,
    delivered: one.delivered + other.delivered,
    read: one.read + other.read,
    // A phone gets one message of a campaign, so that nobody replied to two templates.
    replied: one.replied + other.replied,
    failed: one.failed + other.failed,
  };
}

/**
 * A share from 0 to 1, null of nothing. Somebody may reply before the message's delivery is known.
 */
export function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.min(1, part / whole);
}
