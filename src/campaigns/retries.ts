/** Sending messages again that failed before WhatsApp took them, or that WhatsApp did not deliver. */
import { sql } from 'kysely';
import { z } from 'zod';
import { query, TENANT } from '../platform/database/tenant-scope.ts';
import { idOf, wholeNumber } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { foldAll } from './ingest/fold.ts';
import { enqueueSending, requireNumber } from './lifecycle.ts';
import { readSettings } from './settings.ts';
import { type ChangedCampaign, changeStatus, lockCampaign, requireStatus } from './status.ts';
import { CAMPAIGN_CHANGED } from './topics.ts';
import { FIXABLE_CODES } from './whatsapp/errors.ts';

/** Where a message failed. */
export const FAILED_AT = ['UNSENT', 'UNDELIVERED'] as const;

const MAX_CODES = 100;
const MAX_CODE = 999_999_999;

/** The input of retryCampaignMessages. */
export const RetryCampaignMessages = z
  .object({
    campaignId: idOf('Campaign').describe(
      'A campaign that is RUNNING, PAUSED, COMPLETED or FAILED.',
    ),
    statuses: z
      .array(z.enum(FAILED_AT))
      .max(FAILED_AT.length, `Expected at most ${FAILED_AT.length} statuses.`)
      .nullish()
      .describe('Only messages that failed there. Any failed message if omitted.'),
    errorCodes: z
      .array(wholeNumber(1, MAX_CODE))
      .max(MAX_CODES, `Expected at most ${MAX_CODES} codes.`)
      .nullish()
      .describe(
        "Only messages that failed with one of these error codes of WhatsApp's, such as 131042. Any cause if omitted.",
      ),
    fixableOnly: z
      .boolean()
      .default(false)
      .describe(
        'Only messages that failed for a cause that somebody can fix: the template, the number or the account.',
      ),
  })
  .describe('Which failed messages to send again.');

/** The codes that a message must have failed with; null for any. */
function codesOf({ errorCodes, fixableOnly }: z.output<typeof RetryCampaignMessages>) {
  if (errorCodes == null) return fixableOnly ? [...FIXABLE_CODES] : null;
  return fixableOnly ? errorCodes.filter((code) => FIXABLE_CODES.includes(code)) : errorCodes;
}

/**
 * Puts failed messages back into the queue of a campaign, those that may have arrived never. A
 * campaign that has ended runs again; one that is PAUSED sends them once it is launched.
 */
export async function retryCampaignMessages(
  platform: Platform,
  viewer: Viewer,
  input: z.output<typeof RetryCampaignMessages>,
): Promise<ChangedCampaign & { retried: number }> {
  const { campaignId: id } = input;
  const statuses = input.statuses ?? FAILED_AT;
  // What has arrived by now is known before anything is sent again.
  await foldAll(platform, viewer.tenantId);
  const retried = await platform.database.forTenant(viewer).change(['campaign', id], async (tx) => {
    const campaign = await lockCampaign(tx, id, 'campaignId');
    requireStatus(campaign, ['RUNNING', 'PAUSED', 'COMPLETED', 'FAILED'], 'retried');
    const whatsAppNumberId = await requireNumber(tx, campaign);
    const { maxRetries } = await readSettings(tx);
    const call = sql<number>`"retryMessages"(${TENANT}::uuid, ${id}::uuid,
      ${statuses.includes('UNSENT')}::boolean, ${statuses.includes('UNDELIVERED')}::boolean,
      ${codesOf(input)}::integer[], ${maxRetries}::integer)`;
    const [row] = await tx.run(query.selectNoFrom(call.as('retried')));
    if (!row || row.retried === 0) return 0;
    CAMPAIGN_CHANGED.publishAfterCommit(platform, tx, [id]);
    if (campaign.status === 'PAUSED') return row.retried;
    // Jobs that are about to end may not see what was queued: they belong to the time before.
    const since = await changeStatus(platform, tx, {
      id,
      status: 'RUNNING',
      statusReason: null,
      completedAt: null,
      whatsAppNumberId,
    });
    await enqueueSending(platform, tx, { id, since });
    return row.retried;
  });
  return { campaignId: id, retried };
}
