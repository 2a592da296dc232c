/** The queue of a campaign's messages: one row for each contact, made at launch. */
import { type Selectable, sql } from 'kysely';
import { hasOptedOutOfMany } from '../../contacts/index.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { moveCounters } from '../figures/counters.ts';

/** What WhatsApp accepts as a phone number. */
const E164 = '^\\+[1-9][0-9]{6,14}$';
/** Why a message to a contact without a usable phone number fails. */
export const NO_PHONE = 'The contact has no phone number in international format (E.164).';
/** Why a message to somebody who opted out fails. */
export const OPTED_OUT = 'The contact wants no campaign messages.';
/** Why a message to a number that another contact of the campaign has fails. */
export const SAME_PHONE = 'Another contact in the campaign has the same phone number.';
/** Why a message to somebody whom another contact of the campaign stands for fails. */
export const SAME_PERSON = 'Another contact in the campaign is the same person on WhatsApp.';
/** Why an unsent message of a cancelled campaign fails. */
export const CANCELLED = 'cancelled';

/**
 * Queues a message for each contact of a campaign in one statement and counts them. Returns how
 * many can be sent, and how many contacts are left out because they want none; all that can't be
 * sent are FAILED, with the reason.
 *
 * Contacts are put in an order that has nothing to do with them (by a hash with the campaign's id),
 * and each template takes the next ones up to its share of the weights. The result is the same each
 * time, and within 1 of the exact share.
 *
 * Call it last in a transaction: it locks the campaign's figures until the commit.
 */
export async function queueMessages(
  platform: Platform,
  tx: TenantTransaction,
  campaignId: string,
): Promise<{ queued: number; optedOut: number }> {
  await tx.runWithNewPlan(
    query
      .insertInto('send_queue')
      .columns([
        'id',
        'campaignId',
        'templateId',
        'contactId',
        'position',
        'phone',
        'status',
        'errorMessage',
      ])
      .expression(queueRows(campaignId)),
  );
  const counts = await tx.runWithNewPlan(
    query
      .selectFrom('send_queue')
      .select([
        'templateId',
        sql<number>`count(*)`.as('total'),
        sql<number>`count(*) filter (where "status" = 'FAILED')`.as('failed'),
        sql<number>`count(*) filter (where "errorMessage" = ${OPTED_OUT})`.as('optedOut'),
      ])
      .where('campaignId', '=', campaignId)
      .groupBy('templateId'),
  );
  await moveCounters(
    platform,
    tx,
    counts.map(({ templateId, total, failed }) => ({ campaignId, templateId, total, failed })),
  );
  const sum = (of: 'total' | 'failed' | 'optedOut') =>
    counts.reduce((all, count) => all + count[of], 0);
  return { queued: sum('total') - sum('failed'), optedOut: sum('optedOut') };
}

/** Why a message can't be sent to somebody of an audience; null if it can. */
const REASON = sql<string | null>`case
  when audience.phone is null then ${NO_PHONE}
  when audience."optedOut" then ${OPTED_OUT}
  when audience."ofPhone" > 1 then ${SAME_PHONE}
  when audience."ofPerson" > 1 then ${SAME_PERSON}
end`;

function queueRows(campaignId: string) {
  const status = sql<'QUEUED' | 'FAILED'>`(
    case when ${REASON} is null then 'QUEUED' else 'FAILED' end
  )::"SendStatus"`;
  return sharedAudience([campaignId]).select([
    sql<string>`gen_random_uuid()`.as('id'),
    'audience.campaignId',
    'share.id as templateId',
    'audience.contactId',
    'audience.position',
    'audience.phone',
    status.as('status'),
    REASON.as('errorMessage'),
  ]);
}

/** How many messages a campaign would make of a template, by why they can't be sent. */
export interface AudienceCount {
  campaignId: string;
  templateName: string;
  /** Null for messages that can be sent. */
  reason: string | null;
  count: number;
}

/** Counts what a launch of campaigns would queue now, with the rows of the launch itself. */
export function countAudiences(campaignIds: readonly string[]) {
  return sharedAudience(campaignIds)
    .select([
      'audience.campaignId',
      'share.templateName',
      'share.order',
      REASON.as('reason'),
      sql<number>`count(*)`.as('count'),
    ])
    .groupBy(['audience.campaignId', 'share.templateName', 'share.order', sql`4`])
    .orderBy('share.order')
    .$castTo<AudienceCount>();
}

/** The contacts of campaigns, each with the template that it gets. */
function sharedAudience(campaignIds: readonly string[]) {
  return query
    .selectFrom(rankedAudience(campaignIds).as('audience'))
    .innerJoin(templateShares(campaignIds).as('share'), (join) =>
      join
        .onRef('share.campaignId', '=', 'audience.campaignId')
        .on(sql<boolean>`audience.rank * share.whole >= share."from" * audience.size`)
        .on(sql<boolean>`audience.rank * share.whole < share."upTo" * audience.size`),
    );
}

/** The contacts of campaigns in the order of the queue, with their rank among the hashes. */
function rankedAudience(campaignIds: readonly string[]) {
  const campaign = sql`"campaign_contact"."campaignId"`;
  const phone = sql<string | null>`case when "contact"."phoneE164" ~ ${E164}
    then coalesce("recipient_identity"."movedTo", "contact"."phoneE164") end`;
  const person = sql<string>`coalesce("recipient_identity"."person", "contact"."phoneE164")`;
  const hashed = sql`md5(${campaign}::text || "contact"."id"::text)`;
  const ofPhone = sql<number>`row_number() over (
    partition by ${campaign}, "contact"."phoneE164" order by "contact"."id"
  )`;
  const ofPerson = sql<number>`row_number() over (
    partition by ${campaign}, ${person} order by "contact"."id"
  )`;
  const position = sql<number>`row_number() over (
    partition by ${campaign} order by "contact"."id"
  ) - 1`;
  const rank = sql<number>`row_number() over (
    partition by ${campaign} order by ${hashed}, "contact"."id"
  ) - 1`;
  return query
    .selectFrom('campaign_contact')
    .innerJoin('contact', 'contact.id', 'campaign_contact.contactId')
    .leftJoin('recipient_identity', 'recipient_identity.identity', 'contact.phoneE164')
    .where('campaign_contact.campaignId', '=', anyOf(campaignIds))
    .select([
      'campaign_contact.campaignId',
      'contact.id as contactId',
      phone.as('phone'),
      hasOptedOutOfMany().as('optedOut'),
      position.as('position'),
      rank.as('rank'),
      sql<number>`count(*) over (partition by ${campaign})`.as('size'),
      ofPhone.as('ofPhone'),
      ofPerson.as('ofPerson'),
    ]);
}

/** The templates of campaigns with their shares: from `from` up to `upTo`, of `whole`. */
function templateShares(campaignIds: readonly string[]) {
  const weight = sql`"campaign_template"."weight"`;
  const campaign = sql`"campaign_template"."campaignId"`;
  const upTo = sql<number>`sum(${weight}) over (
    partition by ${campaign} order by "campaign_template"."position"
  )`;
  return query
    .selectFrom('campaign_template')
    .where('campaign_template.campaignId', '=', anyOf(campaignIds))
    .select([
      'campaign_template.campaignId',
      'campaign_template.id',
      'campaign_template.templateName',
      'campaign_template.position as order',
      sql<number>`sum(${weight}) over (partition by ${campaign})`.as('whole'),
      upTo.as('upTo'),
      sql<number>`${upTo} - ${weight}`.as('from'),
    ]);
}

/** A message in the queue that the transaction has locked. */
type LockedMessage = Pick<
  Selectable<TenantTables['send_queue']>,
  'id' | 'campaignId' | 'templateId'
>;

/**
 * Fails messages that are QUEUED, for a reason. Call it last in a transaction: it locks the figures
 * of their campaigns until the commit.
 */
export async function failMessages(
  platform: Platform,
  tx: TenantTransaction,
  { messages, reason }: { messages: readonly LockedMessage[]; reason: string },
): Promise<void> {
  if (messages.length === 0) return;
  await tx.run(
    query
      .updateTable('send_queue')
      .set({ status: 'FAILED', errorMessage: reason, nextAttemptAt: null })
      .where('id', '=', anyOf(messages.map(({ id }) => id))),
  );
  await moveCounters(
    platform,
    tx,
    messages.map(({ campaignId, templateId }) => ({ campaignId, templateId, failed: 1 })),
  );
}

/** Fails the messages of a cancelled campaign that nobody has claimed. */
export async function failQueued(
  platform: Platform,
  tx: TenantTransaction,
  campaignId: string,
): Promise<void> {
  const failed = await tx.run(
    query
      .with('open', (db) =>
        db
          .selectFrom('send_queue')
          .select('send_queue.id')
          .where('send_queue.campaignId', '=', campaignId)
          .where('send_queue.status', '=', sql.lit('QUEUED'))
          .orderBy('send_queue.id')
          .forUpdate(),
      )
      .with('failed', (db) =>
        db
          .updateTable('send_queue')
          .from('open')
          .set({ status: 'FAILED', errorMessage: CANCELLED, nextAttemptAt: null })
          .whereRef('send_queue.id', '=', 'open.id')
          .returning('send_queue.templateId'),
      )
      .selectFrom('failed')
      .select(['templateId', sql<number>`count(*)`.as('failed')])
      .groupBy('templateId'),
  );
  await moveCounters(
    platform,
    tx,
    failed.map((count) => ({ campaignId, ...count })),
  );
}
