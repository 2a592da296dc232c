/** The queue of a campaign's messages: one row for each contact, made at the launch. */
import { sql } from 'kysely';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { moveCounters } from '../figures/counter-moves.ts';

/** What WhatsApp takes as a number. */
const E164 = '^\\+[1-9][0-9]{6,14}$';
/** Why a message is not even tried. */
const NO_PHONE = 'The contact has no phone number in international form (E.164).';
export const OPTED_OUT = 'The contact wants no campaign messages.';
const SAME_PHONE = 'Another contact of the campaign has the same phone number.';
export const CANCELLED = 'cancelled';

/**
 * Queues a message for each contact in one statement, and counts them; answers how many can be
 * sent.
 *
 * The contacts are put in an order that has nothing to do with them (by a hash with the campaign),
 * and each template takes the next ones up to its share of the weights: the same each time, and
 * within 1 of the exact share.
 */
export async function queueMessages(
  platform: Platform,
  tx: TenantTransaction,
  campaignId: string,
): Promise<number> {
  await tx.runAnew(
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
      .expression(rowsOf(campaignId)),
  );
  const counts = await tx.runAnew(
    query
      .selectFrom('send_queue')
      .select([
        'templateId',
        sql<number>`count(*)`.as('total'),
        sql<number>`count(*) filter (where "status" = 'FAILED')`.as('failed'),
      ])
      .where('campaignId', '=', campaignId)
      .groupBy('templateId'),
  );
  await moveCounters(
    platform,
    tx,
    counts.map((count) => ({ campaignId, ...count })),
  );
  return counts.reduce((sum, { total, failed }) => sum + total - failed, 0);
}

function rowsOf(campaignId: string) {
  const hashed = sql`md5(${campaignId}::text || "contact"."id"::text)`;
  const audience = query
    .selectFrom('campaign_contact')
    .innerJoin('contact', 'contact.id', 'campaign_contact.contactId')
    .leftJoin('whatsapp_opt_out', (join) =>
      join
        .onRef('whatsapp_opt_out.phone', '=', 'contact.phoneE164')
        .on('whatsapp_opt_out.optedOut', '=', true),
    )
    .where('campaign_contact.campaignId', '=', campaignId)
    .select([
      'contact.id as contactId',
      sql<
        string | null
      >`case when "contact"."phoneE164" ~ ${E164} then "contact"."phoneE164" end`.as('phone'),
      sql<boolean>`"whatsapp_opt_out"."phone" is not null`.as('optedOut'),
      sql<number>`row_number() over (order by "contact"."id") - 1`.as('position'),
      sql<number>`row_number() over (order by ${hashed}, "contact"."id") - 1`.as('rank'),
      sql<number>`count(*) over ()`.as('size'),
      sql<number>`row_number() over (partition by "contact"."phoneE164" order by "contact"."id")`.as(
        'ofPhone',
      ),
    ]);
  const shares = query
    .selectFrom('campaign_template')
    .where('campaign_template.campaignId', '=', campaignId)
    .select([
      'campaign_template.id',
      sql<number>`sum("campaign_template"."weight") over ()`.as('whole'),
    ])
    .select([
      sql<number>`sum("campaign_template"."weight") over (order by "campaign_template"."position")`.as(
        'upTo',
      ),
      sql<number>`sum("campaign_template"."weight") over (order by "campaign_template"."position") - "campaign_template"."weight"`.as(
        'from',
      ),
    ]);
  const reason = sql`case when audience.phone is null then ${NO_PHONE} when audience."optedOut" then ${OPTED_OUT} when audience."ofPhone" > 1 then ${SAME_PHONE} end`;
  return query
    .selectFrom(audience.as('audience'))
    .innerJoin(shares.as('share'), (join) =>
      join
        .on(sql<boolean>`audience.rank * share.whole >= share."from" * audience.size`)
        .on(sql<boolean>`audience.rank * share.whole < share."upTo" * audience.size`),
    )
    .select([
      sql<string>`gen_random_uuid()`.as('id'),
      sql<string>`${campaignId}::uuid`.as('campaignId'),
      'share.id as templateId',
      'audience.contactId',
      'audience.position',
      'audience.phone',
      sql<
        'QUEUED' | 'FAILED'
      >`(case when ${reason} is null then 'QUEUED' else 'FAILED' end)::"SendStatus"`.as('status'),
      sql<string | null>`${reason}`.as('errorMessage'),
    ]);
}

/** Fails what a campaign has not begun to send. */
export async function failQueued(
  platform: Platform,
  tx: TenantTransaction,
  campaignId: string,
): Promise<void> {
  const failed = await tx.run(
    query
      .with('failed', (db) =>
        db
          .updateTable('send_queue')
          .set({ status: 'FAILED', errorMessage: CANCELLED, nextAttemptAt: null })
          .where('campaignId', '=', campaignId)
          .where('status', '=', sql.lit('QUEUED'))
          .returning('templateId'),
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
