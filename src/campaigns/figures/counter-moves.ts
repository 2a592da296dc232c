/**
 * What the sending side moves of the kept counters, by SQL functions. It comes last in its
 * transaction: the row of the campaign's figures is locked from then on until the commit.
 */
import { sql } from 'kysely';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, TENANT } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { folder } from '../ingest/fold.ts';
import { publishCampaignChanged } from '../topics.ts';

/** By how much the counters of one template move. */
export interface CounterMove {
  campaignId: string;
  templateId: string;
  total?: number;
  failed?: number;
}

/** Moves counters of messages that are queued, or failed before they were sent. */
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
    publishCampaignChanged(platform, tx, campaignId);
}

/** A message that the provider took. */
export interface SentMessage {
  /** The row of the queue. */
  sendId: string;
  whatsappMessageId: string;
}

/**
 * Stores what the provider took from one number: its rows become SENT, as of the moment when they
 * were taken in hand. Rows that a status event has settled already stay as they are; events that
 * came before are matched right after the commit.
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
  }>`"storeSent"(${TENANT}::uuid, ${sendIds}::uuid[], ${messageIds}::text[], ${numbers}::text[], ${days}::int)`;
  const stored = await tx.run(
    query.selectFrom(call.as('stored')).select(['stored.campaignId', 'stored.messageId']),
  );
  if (stored.length === 0) return;
  const known = stored.map(({ messageId }) => messageId);
  await tx.run(
    query
      .insertInto('webhook_inbox')
      .values({ kind: 'KNOWN', phoneNumberId, size: known.length, messageIds: known }),
  );
  tx.afterCommit(() => folder(platform).wake(tx.tenantId));
  for (const campaignId of new Set(stored.map((row) => row.campaignId)))
    publishCampaignChanged(platform, tx, campaignId);
}
