/**
 * The kept counters: a row for each campaign and template, moved in the transaction that changes
 * what they count. This file moves them at launch and for messages that fail unsent; the SQL
 * functions storeSent (sending/store-sent.ts) and foldEvents (ingest/fold.ts) move them for what
 * WhatsApp took and reports.
 *
 * Move counters last in a transaction: the row of the campaign's figures is locked from then on
 * until the commit.
 */
import { sql } from 'kysely';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, TENANT } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { CAMPAIGN_CHANGED } from '../topics.ts';

/** Makes the counters of a new campaign, all 0; its templates must exist. */
export async function createCounters(tx: TenantTransaction, campaignId: string): Promise<void> {
  await tx.run(query.insertInto('campaign_figures').values({ campaignId }));
  const templates = query
    .selectFrom('campaign_template')
    .select(['campaignId', 'id'])
    .where('campaignId', '=', campaignId);
  await tx.run(
    query
      .insertInto('campaign_counter')
      .columns(['campaignId', 'templateId'])
      .expression(templates),
  );
}

/** The differences to add to the counters of one template. */
export interface CounterMove {
  campaignId: string;
  templateId: string;
  /** Messages that were queued. */
  total?: number;
  /** Messages that failed before they were sent. */
  failed?: number;
}

/** Moves the counters of messages that were queued, or that failed before they were sent. */
export async function moveCounters(
  platform: Platform,
  tx: TenantTransaction,
  moves: readonly CounterMove[],
): Promise<void> {
  if (moves.length === 0) return;
  const column = (of: (move: CounterMove) => number | undefined) =>
    sql`${moves.map((move) => of(move) ?? 0)}::integer[]`;
  const ids = (of: (move: CounterMove) => string) => sql`${moves.map(of)}::uuid[]`;
  const none = column(() => 0);
  // In the function's order: total, sent, delivered, read, replied, failed.
  const figures = [
    column(({ total }) => total),
    none,
    none,
    none,
    none,
    column(({ failed }) => failed),
  ];
  const arrays = sql.join([
    ids(({ campaignId }) => campaignId),
    ids(({ templateId }) => templateId),
    ...figures,
  ]);
  await tx.run(query.selectNoFrom(sql`"moveCounters"(${TENANT}::uuid, ${arrays})`.as('moved')));
  for (const campaignId of new Set(moves.map((move) => move.campaignId)))
    CAMPAIGN_CHANGED.publishAfterCommit(platform, tx, [campaignId]);
}

/**
 * Sets a campaign's counters to what its raw rows count to, and makes them if there are none.
 * Returns how far they were off: the sum of the absolute differences. No event of the tenant is
 * folded meanwhile.
 */
export async function recountCounters(
  platform: Platform,
  tx: TenantTransaction,
  campaignId: string,
): Promise<number> {
  const [row] = await tx.run(
    query.selectNoFrom(
      sql<number>`"recountCampaign"(${TENANT}::uuid, ${campaignId}::uuid)`.as('drift'),
    ),
  );
  CAMPAIGN_CHANGED.publishAfterCommit(platform, tx, [campaignId]);
  return row?.drift ?? 0;
}
