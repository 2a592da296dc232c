/** Storing that WhatsApp took messages, which may then have events of their own. */
import { sql } from 'kysely';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, TENANT } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { folder } from '../ingest/fold.ts';
import { CAMPAIGN_CHANGED } from '../topics.ts';
import type { WhatsAppIdentity } from '../whatsapp/identities.ts';

/** A message that WhatsApp took. */
export interface SentMessage {
  /** The id of its row in send_queue. */
  sendId: string;
  whatsappMessageId: string;
  /** Whom WhatsApp sends it to, by its own word. */
  recipient: WhatsAppIdentity;
}

/**
 * Stores what WhatsApp took from one number: the rows become SENT, as of the moment when they were
 * claimed. Rows that a status event has already settled stay as they are. Events that came before
 * this are folded right after the commit.
 *
 * Call it last in a transaction: it locks the campaign's figures until the commit.
 */
export async function storeSent(
  platform: Platform,
  tx: TenantTransaction,
  { phoneNumberId, sent }: { phoneNumberId: string; sent: readonly SentMessage[] },
): Promise<void> {
  if (sent.length === 0) return;
  const numbers = sent.map(() => phoneNumberId);
  const [sendIds, messageIds] = [
    sent.map(({ sendId }) => sendId),
    sent.map(({ whatsappMessageId }) => whatsappMessageId),
  ];
  const days = platform.config.CAMPAIGN_REPLY_WINDOW_DAYS;
  const call = sql<{
    campaignId: string;
    messageId: string;
  }>`"storeSent"(${TENANT}::uuid, ${sendIds}::uuid[], ${messageIds}::text[], ${numbers}::text[],
    ${days}::int)`;
  const stored = await tx.run(
    query.selectFrom(call.as('stored')).select(['stored.campaignId', 'stored.messageId']),
  );
  // Of those that an event has stored before, too: only this says whom they went to.
  await tx.run(
    query.insertInto('webhook_inbox').values({
      kind: 'KNOWN',
      phoneNumberId,
      size: sent.length,
      messageIds: sent.map(({ whatsappMessageId }) => whatsappMessageId),
      phones: sent.map(({ recipient }) => recipient.phone),
      userIds: sent.map(({ recipient }) => recipient.userId),
    }),
  );
  tx.afterCommit(() => folder(platform).wake(tx.tenantId));
  for (const campaignId of new Set(stored.map((row) => row.campaignId)))
    CAMPAIGN_CHANGED.publishAfterCommit(platform, tx, [campaignId]);
}
