/**
 * Raw status events of frozen campaigns are dropped once they are old, some thousand at a time. The
 * figures stay, but can't be counted anew. Events of messages that nobody ever knew go with age
 * alone.
 */
import { type Expression, sql } from 'kysely';
import type { TenantQueries } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { DAY } from '../../platform/time.ts';

const BATCH = 10_000;

interface Old {
  tenantId: string;
  campaignId: string;
  /** The moment up to which events are too old. */
  before: string;
}

/** Drops what is too old in all tenants. */
export async function dropOldEvents(platform: Platform, signal: AbortSignal): Promise<void> {
  const before = new Date(
    Date.now() - platform.config.CAMPAIGN_EVENTS_KEEP_DAYS * DAY,
  ).toISOString();
  const frozen = await platform.database.prisma.campaignFigures.findMany({
    where: { frozenAt: { not: null }, campaign: { startedAt: { lt: before } } },
    select: { tenantId: true, campaignId: true },
  });
  for (const { tenantId, campaignId } of frozen)
    if (!signal.aborted) await dropEvents(platform, { tenantId, campaignId, before }, signal);
  const tenants = await platform.database.prisma.tenant.findMany({ select: { id: true } });
  for (const { id } of tenants)
    if (!signal.aborted) await dropUnknown(platform, { tenantId: id, before }, signal);
}

/** The events of a message, by what tells them apart. */
const EVENT = [
  'message_status_log.whatsappMessageId',
  'message_status_log.status',
  'message_status_log.at',
] as const;

function eventsBefore(moment: string) {
  return query
    .selectFrom('message_status_log')
    .select(EVENT)
    .where('message_status_log.at', '<', moment)
    .limit(BATCH);
}

/** Deletes what a query finds; answers how many. */
async function deleteEvents(database: TenantQueries, old: Expression<unknown>): Promise<number> {
  const key = sql.join(EVENT.map((column) => sql.ref(column)));
  const gone = await database.run(
    query
      .deleteFrom('message_status_log')
      .where(sql<boolean>`(${key}) in (${old})`)
      .returning('message_status_log.status'),
  );
  return gone.length;
}

/**
 * Says in the same transaction that the events are incomplete; a campaign that thawed meanwhile
 * keeps them.
 */
async function dropEvents(
  platform: Platform,
  { tenantId, campaignId, before }: Old,
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

async function dropUnknown(
  platform: Platform,
  { tenantId, before }: Omit<Old, 'campaignId'>,
  signal: AbortSignal,
): Promise<void> {
  const old = eventsBefore(before)
    .leftJoin('message', 'message.whatsappMessageId', 'message_status_log.whatsappMessageId')
    .where('message.id', 'is', null);
  for (let dropped = BATCH; dropped === BATCH && !signal.aborted; )
    dropped = await deleteEvents(platform.database.forTenant({ tenantId }), old);
}

function markDropped(campaignId: string) {
  const eventsDroppedAt = sql<string>`coalesce("eventsDroppedAt", clock_timestamp())`;
  return query
    .updateTable('campaign_figures')
    .set({ eventsDroppedAt })
    .where('campaignId', '=', campaignId);
}
