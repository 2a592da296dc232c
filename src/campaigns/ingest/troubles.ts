/**
 * Pauses campaigns whose messages fail for a cause that somebody has to fix. WhatsApp reports such a
 * cause in its answer, which the sender acts on, or only by `failed` statuses, as here.
 */
import { type Selectable, sql } from 'kysely';
import type { TenantDatabase } from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { changeStatus } from '../status.ts';
import { pauseOfStatus, pauseReason } from '../whatsapp/errors.ts';

/** Causes that are looked at together; a fold writes one for each template and code. */
const TROUBLES_AT_ONCE = 100;

type Trouble = Selectable<TenantTables['campaign_trouble']>;

/** Looks at why messages failed, of all that has not been looked at yet. */
export async function pauseTroubled(platform: Platform, tenantId: string): Promise<void> {
  const database = platform.database.forTenant({ tenantId });
  const oldest = query
    .selectFrom('campaign_trouble')
    .selectAll()
    .orderBy('id')
    .limit(TROUBLES_AT_ONCE);
  for (let more = true; more; ) {
    const troubles = await database.run(oldest);
    for (const [campaignId, ofCampaign] of Map.groupBy(troubles, (one) => one.campaignId))
      await pauseFor(platform, database, { campaignId, troubles: ofCampaign });
    const ids = troubles.map(({ id }) => id);
    if (ids.length > 0)
      // After the pauses, so that none is lost if the process dies; doing it twice changes nothing.
      await database.run(
        query.deleteFrom('campaign_trouble').where(sql<boolean>`id = any(${ids}::bigint[])`),
      );
    more = troubles.length === TROUBLES_AT_ONCE;
  }
}

/**
 * Pauses a campaign for the first trouble of a message that was sent since the campaign runs: once
 * it is launched again, what is reported of earlier messages pauses it no more.
 */
async function pauseFor(
  platform: Platform,
  database: TenantDatabase,
  { campaignId, troubles }: { campaignId: string; troubles: readonly Trouble[] },
): Promise<void> {
  const serious = troubles.flatMap((trouble) => {
    const pause = pauseOfStatus(trouble.error);
    return pause === null ? [] : [{ ...trouble, pause }];
  });
  if (serious.length === 0) return;
  await database.transaction(async (tx) => {
    const [campaign] = await tx.run(
      query
        .selectFrom('campaign')
        .leftJoin('whatsapp_number', 'whatsapp_number.id', 'campaign.whatsAppNumberId')
        .select(['campaign.updatedAt', 'whatsapp_number.displayPhoneNumber'])
        .where('campaign.id', '=', campaignId)
        .where('campaign.status', '=', 'RUNNING')
        .forUpdate('campaign'),
    );
    const cause = serious.find(
      ({ sentAt }) => campaign && new Date(sentAt) >= new Date(campaign.updatedAt),
    );
    if (!campaign || !cause) return;
    const [template] = await tx.run(
      query
        .selectFrom('campaign_template')
        .select('templateName')
        .where('campaignId', '=', campaignId)
        .where('id', '=', cause.templateId),
    );
    const statusReason = pauseReason(cause.pause, {
      displayPhoneNumber: campaign.displayPhoneNumber ?? '',
      templateName: template?.templateName ?? '',
    });
    await changeStatus(platform, tx, { id: campaignId, status: 'PAUSED', statusReason });
  });
}
