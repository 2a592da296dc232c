/**
 * What the time settles: messages that nobody hears of any more, campaigns whose last message was
 * settled by an event, jobs that died.
 */
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { finishCampaigns, pauseItself } from '../launch.ts';
import type { SendPayload } from './job.ts';
import { failUnknown, UNKNOWN_AFTER_MS } from './rows.ts';

/** Gives up what has been in hand for too long, and ends the campaigns that nothing is left of. */
export async function settleMessages(platform: Platform, signal: AbortSignal): Promise<void> {
  for (const tenantId of await tenantsToSettle(platform)) {
    if (signal.aborted) return;
    const database = platform.database.forTenant({ tenantId });
    await database.transaction((tx) => failUnknown(platform, tx));
    const running = await database.run(
      query.selectFrom('campaign').select('id').where('status', '=', 'RUNNING'),
    );
    await database.transaction((tx) =>
      finishCampaigns(
        platform,
        tx,
        running.map(({ id }) => id),
      ),
    );
  }
}

async function tenantsToSettle({ database: { prisma } }: Platform): Promise<string[]> {
  const sendingAt = { not: null, lt: new Date(Date.now() - UNKNOWN_AFTER_MS) };
  const late = await prisma.sendQueue.groupBy({
    by: ['tenantId'],
    where: { status: 'SENDING', whatsappMessageId: null, sendingAt },
  });
  const running = await prisma.campaign.groupBy({ by: ['tenantId'], where: { status: 'RUNNING' } });
  return [...new Set([...late, ...running].map(({ tenantId }) => tenantId))];
}

/**
 * Sending that fails again and again stands still: somebody has to look, and launch the campaign
 * again.
 */
export async function sendingDied(
  platform: Platform,
  tx: TenantTransaction,
  { campaignId, since }: SendPayload,
): Promise<void> {
  const statusReason =
    'Sending failed several times for a reason within this server, which its log has. Launch the campaign to go on.';
  await pauseItself(platform, tx, { id: campaignId, since, statusReason });
}
