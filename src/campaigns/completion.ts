/** Ends a campaign automatically, once none of its messages is open any more. */
import { sql } from 'kysely';
import type { CampaignStatus } from '../../generated/kysely.ts';
import { anyOf } from '../platform/database/arrays.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import type { Platform } from '../platform/platform.ts';
import { CAMPAIGN_CHANGED } from './topics.ts';

/** Why a campaign is FAILED. */
export const NOTHING_SENT = 'Every message failed before it was sent.';

/**
 * Ends those of these campaigns that have no open message left: COMPLETED if any message was sent
 * or may have been, else FAILED.
 */
export async function finishCampaigns(
  platform: Platform,
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<void> {
  const active = query
    .selectFrom('campaign')
    .select('id')
    .where('id', '=', anyOf(ids))
    .where('status', 'in', ['RUNNING', 'PAUSED'])
    .orderBy('id')
    .forUpdate();
  const locked = (await tx.run(active)).map(({ id }) => id);
  if (locked.length === 0) return;
  const finished = await tx.run(finishWithoutOpenMessages(locked));
  CAMPAIGN_CHANGED.publishAfterCommit(
    platform,
    tx,
    finished.map(({ id }) => id),
  );
}

function finishWithoutOpenMessages(ids: readonly string[]) {
  const messages = query
    .selectFrom('send_queue')
    .select('send_queue.id')
    .whereRef('send_queue.campaignId', '=', sql.ref('campaign.id'));
  const sent = messages.where((eb) =>
    eb.or([eb('send_queue.status', '=', 'SENT'), eb('send_queue.sendingAt', 'is not', null)]),
  );
  const queued = messages.where('send_queue.status', '=', sql.lit('QUEUED'));
  const claimed = messages
    .where('send_queue.status', '=', 'SENDING')
    .where('send_queue.sendingAt', 'is not', null)
    .where('send_queue.whatsappMessageId', 'is', null);
  const isSent = sql<boolean>`exists (${sent})`;
  const status = sql<CampaignStatus>`(
    case when ${isSent} then 'COMPLETED' else 'FAILED' end
  )::"CampaignStatus"`;
  return query
    .updateTable('campaign')
    .set({
      status,
      statusReason: sql<string | null>`case when ${isSent} then null else ${NOTHING_SENT} end`,
      completedAt: sql<string>`now()`,
      updatedAt: sql<string>`clock_timestamp()`,
    })
    .where('id', '=', anyOf(ids))
    .where((eb) => eb.not(eb.exists(queued)))
    .where((eb) => eb.not(eb.exists(claimed)))
    .returning('campaign.id');
}
