/**
 * Drops raw status events that are older than CAMPAIGN_EVENTS_KEEP_DAYS, a few thousand at a time:
 * those of frozen campaigns, and those of messages that stayed unknown, with who these went to. The figures of a campaign
 * stay, but can no longer be recounted.
 */
import { type Expression, sql } from 'kysely';
import type { TenantQueries } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { DAY } from '../../platform/time.ts';
import { allTenants, forEachOf, frozenCampaigns } from '../../tenancy/index.ts';

/** Events in one transaction. */
const BATCH = 10_000;

interface OldEvents {
  tenantId: string;
  campaignId: string;
  /** Events before this moment are too old. */
  before: string;
}

/** Drops what is too old, in all tenants. */
export async function dropOldEvents(platform: Platform, signal: AbortSignal): Promise<void> {
  const { database, config } = platform;
  const moment = new Date(Date.now() - config.CAMPAIGN_EVENTS_KEEP_DAYS * DAY);
  const before = moment.toISOString();
  await forEachOf(await frozenCampaigns(database, moment), signal, (campaign) =>
    dropCampaignEvents(platform, { ...campaign, before }, signal),
  );
  await forEachOf(await allTenants(database), signal, (tenant) =>
    dropUnknownEvents(platform, { ...tenant, before }, signal),
  );
}

/** What identifies an event. */
const EVENT_KEY = [
  'message_status_log.whatsappMessageId',
  'message_status_log.status',
  'message_status_log.at',
] as const;

function eventsBefore(moment: string) {
  return query
    .selectFrom('message_status_log')
    .select(EVENT_KEY)
    .where('message_status_log.at', '<', moment)
    .limit(BATCH);
}

/** Deletes the events that a query finds and returns how many there were. */
async function deleteEvents(database: TenantQueries, old: Expression<unknown>): Promise<number> {
  const key = sql.join(EVENT_KEY.map((column) => sql.ref(column)));
  const deleted = await database.run(
    query
      .deleteFrom('message_status_log')
      .where(sql<boolean>`(${key}) in (${old})`)
      .returning('message_status_log.status'),
  );
  return deleted.length;
}

/**
 * Marks the campaign's events as incomplete in the same transaction. A campaign that has thawed in
 * the meantime keeps them.
 */
async function dropCampaignEvents(
  platform: Platform,
  { tenantId, campaignId, before }: OldEvents,
  signal: AbortSignal,
): Promise<void> {
  const ofCampaign = query
    .selectFrom('message')
    .select('message.whatsappMessageId')
    .where('message.campaignId', '=', campaignId);
  const old = eventsBefore(before).where('message_status_log.whatsappMessageId', 'in', ofCampaign);
  for (let dropped = BATCH; dropped === BATCH && !signal.aborted; ) {
    dropped = await platform.database.forTenant({ tenantId }).transaction(async (tx) => {
      const figures = await tx.run(
        query
          .selectFrom('campaign_figures')
          .select('campaignId')
          .where('campaignId', '=', campaignId)
          .where('frozenAt', 'is not', null)
          .forUpdate(),
      );
      const count = figures.length === 0 ? 0 : await deleteEvents(tx, old);
      if (count > 0) await tx.run(markDropped(campaignId));
      return count;
    });
  }
}

async function dropUnknownEvents(
  platform: Platform,
  { tenantId, before }: Omit<OldEvents, 'campaignId'>,
  signal: AbortSignal,
): Promise<void> {
  const old = eventsBefore(before)
    .leftJoin('message', 'message.whatsappMessageId', 'message_status_log.whatsappMessageId')
    .where('message.id', 'is', null);
  for (let dropped = BATCH; dropped === BATCH && !signal.aborted; )
    dropped = await deleteEvents(platform.database.forTenant({ tenantId }), old);
  await platform.database
    .forTenant({ tenantId })
    .run(query.deleteFrom('unknown_recipient').where('at', '<', before));
}

function markDropped(campaignId: string) {
  const eventsDroppedAt = sql<string>`coalesce("eventsDroppedAt", clock_timestamp())`;
  return query
    .updateTable('campaign_figures')
    .set({ eventsDroppedAt })
    .where('campaignId', '=', campaignId);
}
