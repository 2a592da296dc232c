/**
 * The kept counters: a row for each campaign and template, moved in the transaction that changes
 * what they count, by the SQL functions moveCounters, storeSent and foldEvents. All of it comes
 * last in its transaction: the row of the campaign's figures is locked from then on until the
 * commit.
 */
import { sql } from 'kysely';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, TENANT } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { publishCampaignChanged } from '../topics.ts';

/** Makes the counters of a new campaign, whose templates are there; all are 0. */
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

/**
 * Counts a campaign anew from its raw rows, and answers how far the kept counters were off, in sum.
 * No event of the tenant is folded meanwhile.
 */
export async function recountKept(
  platform: Platform,
  tx: TenantTransaction,
  campaignId: string,
): Promise<number> {
  const [row] = await tx.run(
    query.selectNoFrom(
      sql<number>`"recountCampaign"(${TENANT}::uuid, ${campaignId}::uuid)`.as('drift'),
    ),
  );
  publishCampaignChanged(platform, tx, campaignId);
  return row?.drift ?? 0;
}
