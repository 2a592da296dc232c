/** Claims a few messages of a campaign together with the time of its number to send them. */
import type { TenantDatabase, TenantTransaction } from '../../platform/database/tenant-database.ts';
import { SECOND } from '../../platform/time.ts';
import type { Recipient } from '../whatsapp/template-parameters.ts';
import { type ClaimedRow, claimMessages, type RunningCampaign } from './claim.ts';
import { lockRate, reserveSendTime } from './number-rate.ts';
import { readRecipients } from './recipients.ts';
import type { Sender } from './sender.ts';

/** A campaign and what it is sent with. */
export interface SendTask {
  campaign: RunningCampaign;
  sender: Sender;
}

/** Claimed messages and when they go out. */
export interface Batch {
  rows: ClaimedRow[];
  /** By contact id, of the messages whose template has parameters. */
  recipients: Map<string, Recipient>;
  /** Milliseconds until the first may go out. */
  waitMs: number;
  /** Milliseconds from one to the next. */
  intervalMs: number;
}

/**
 * Claims as many messages as the number may send now, in one transaction; none if the number is
 * reserved far enough ahead. Null if the number no longer exists. `limit` is in messages a second.
 */
export function claimBatch(
  database: TenantDatabase,
  { campaign, sender }: SendTask,
  limit: number,
): Promise<Batch | null> {
  return database.transaction(async (tx) => {
    const allowance = await lockRate(tx, sender.numberId, limit);
    if (allowance === null) return null;
    const { count, waitMs, messagesPerSecond } = allowance;
    const rows = count === 0 ? [] : await claimMessages(tx, campaign, count);
    if (rows.length > 0)
      await reserveSendTime(tx, sender.numberId, { count: rows.length, messagesPerSecond });
    return {
      rows,
      recipients: await recipientsOf(tx, sender, rows),
      waitMs,
      intervalMs: SECOND / messagesPerSecond,
    };
  });
}

async function recipientsOf(
  tx: TenantTransaction,
  { templates }: Sender,
  rows: readonly ClaimedRow[],
): Promise<Map<string, Recipient>> {
  const contactIds = rows
    .filter(({ templateId }) => templates.get(templateId)?.contents.isEmpty === false)
    .map(({ contactId }) => contactId);
  return contactIds.length === 0 ? new Map() : readRecipients(tx, contactIds);
}
