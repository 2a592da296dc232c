/**
 * When contacts are merged, their places in campaigns and their messages move along. What was sent
 * stays counted; of what is still to be sent, one message of each campaign goes out. Their numbers
 * are one person's from then on, as if WhatsApp had said so.
 */
import { type ContactMerge, type MovedObjects, onContactMerge } from '../contacts/index.ts';
import { anyOf } from '../platform/database/arrays.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import type { Platform } from '../platform/platform.ts';
import { countContacts } from './audience.ts';
import { updateResponseRates } from './figures/response-rates.ts';
import { failMessages } from './sending/queue.ts';

/** Why a queued message fails whose contact was merged into one that gets another of the campaign. */
const MERGED = 'The contact was merged into another one, which the campaign writes to already.';

onContactMerge(async (platform, tx, merge): Promise<MovedObjects[]> => {
  await linkNumbers(tx, merge);
  const campaigns = await moveMemberships(tx, merge);
  const messages = await moveMessages(platform, tx, merge);
  return [
    { what: 'campaigns', count: campaigns },
    { what: 'campaign messages', count: messages },
  ];
});

/** Lets the folder know that the numbers are one person's. */
async function linkNumbers(
  tx: TenantTransaction,
  { sourceIds, targetId }: ContactMerge,
): Promise<void> {
  const rows = await tx.run(
    query
      .selectFrom('contact')
      .select('phoneE164')
      .distinct()
      .where('id', '=', anyOf([...sourceIds, targetId]))
      .where('phoneE164', 'is not', null)
      .orderBy('phoneE164'),
  );
  const [first, ...others] = rows.flatMap(({ phoneE164 }) => phoneE164 ?? []);
  if (first === undefined || others.length === 0) return;
  await tx.run(
    query.insertInto('webhook_inbox').values({
      kind: 'LINK',
      phoneNumberId: '',
      size: others.length,
      phones: others.map(() => first),
      userIds: others,
    }),
  );
}

/** Returns in how many campaigns the sources were. */
async function moveMemberships(
  tx: TenantTransaction,
  { sourceIds, targetId }: ContactMerge,
): Promise<number> {
  const rows = await tx.run(
    query
      .deleteFrom('campaign_contact')
      .where('contactId', '=', anyOf(sourceIds))
      .returning('campaignId'),
  );
  const campaignIds = [...new Set(rows.map(({ campaignId }) => campaignId))].sort();
  if (campaignIds.length === 0) return 0;
  // Whoever changes the audience of a campaign holds its row.
  await tx.run(
    query
      .selectFrom('campaign')
      .select('id')
      .where('id', '=', anyOf(campaignIds))
      .orderBy('id')
      .forUpdate(),
  );
  await tx.run(
    query
      .insertInto('campaign_contact')
      .values(campaignIds.map((campaignId) => ({ campaignId, contactId: targetId })))
      .onConflict((conflict) => conflict.doNothing()),
  );
  await countContacts(tx, campaignIds);
  return campaignIds.length;
}

/** Returns how many messages the sources had. */
async function moveMessages(
  platform: Platform,
  tx: TenantTransaction,
  { sourceIds, targetId }: ContactMerge,
): Promise<number> {
  const rows = await tx.run(
    query
      .selectFrom('send_queue')
      .select(['id', 'campaignId', 'templateId', 'contactId', 'status'])
      .where('contactId', '=', anyOf([...sourceIds, targetId]))
      .orderBy('id')
      .forUpdate(),
  );
  const moved = rows.filter(({ contactId }) => contactId !== targetId);
  if (moved.length === 0) return 0;
  await tx.run(
    query
      .updateTable('send_queue')
      .set({ contactId: targetId })
      .where('contactId', '=', anyOf(sourceIds)),
  );
  const surplus = [...Map.groupBy(rows, ({ campaignId }) => campaignId).values()].flatMap(
    (ofCampaign) => {
      const queued = ofCampaign
        .filter(({ status }) => status === 'QUEUED')
        .sort(
          (one, other) => Number(other.contactId === targetId) - Number(one.contactId === targetId),
        );
      const isWritten = ofCampaign.some(({ status }) => status === 'SENDING' || status === 'SENT');
      return isWritten ? queued : queued.slice(1);
    },
  );
  await updateResponseRates(tx, [targetId]);
  await failMessages(platform, tx, { messages: surplus, reason: MERGED });
  return moved.length;
}
