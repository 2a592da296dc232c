/**
 * Cleans up after sending, once a minute: fails messages without any news for too long, and ends
 * campaigns whose last message was settled by an event rather than by a job.
 */
import { sql } from 'kysely';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { MINUTE, SECOND } from '../../platform/time.ts';
import { forEachOf, tenantsToSettle } from '../../tenancy/index.ts';
import { finishCampaigns } from '../completion.ts';
import { moveCounters } from '../figures/counters.ts';

/** A message that stays SENDING for this long will not get a response any more. */
const UNKNOWN_AFTER_MS = 10 * MINUTE;
const UNKNOWN =
  'unknown: WhatsApp neither responded nor reported the message within 10 minutes, so it is not sent again';

/** Fails overdue messages and ends finished campaigns, in all tenants. */
export async function settleMessages(platform: Platform, signal: AbortSignal): Promise<void> {
  const claimedBefore = new Date(Date.now() - UNKNOWN_AFTER_MS);
  const tenants = await tenantsToSettle(platform.database, claimedBefore);
  await forEachOf(tenants, signal, async (tenant) => {
    const database = platform.database.forTenant(tenant);
    await database.transaction((tx) => failUnknown(platform, tx));
    const running = await database.run(
      query.selectFrom('campaign').select('id').where('status', '=', 'RUNNING'),
    );
    // One at a time: each changes its figures at the commit, in no certain order among several.
    for (const { id } of running)
      await database.transaction((tx) => finishCampaigns(platform, tx, [id]));
  });
}

/** Fails messages that were claimed too long ago; an event that comes later still settles them. */
async function failUnknown(platform: Platform, tx: TenantTransaction): Promise<void> {
  const failed = await tx.run(
    query
      .with('late', (db) =>
        db
          .selectFrom('send_queue')
          .select('send_queue.id')
          .where('send_queue.status', '=', sql.lit('SENDING'))
          .where('send_queue.whatsappMessageId', 'is', null)
          .where(
            'send_queue.sendingAt',
            '<',
            sql<string>`clock_timestamp() - make_interval(secs => ${UNKNOWN_AFTER_MS / SECOND})`,
          )
          .orderBy('send_queue.id')
          .forUpdate()
          .skipLocked(),
      )
      .with('failed', (db) =>
        db
          .updateTable('send_queue')
          .from('late')
          .set({ status: 'FAILED', errorMessage: UNKNOWN })
          .whereRef('send_queue.id', '=', 'late.id')
          .returning(['send_queue.campaignId', 'send_queue.templateId']),
      )
      .selectFrom('failed')
      .select(['failed.campaignId', 'failed.templateId', sql<number>`count(*)`.as('failed')])
      .groupBy(['failed.campaignId', 'failed.templateId']),
  );
  await moveCounters(platform, tx, failed);
}
