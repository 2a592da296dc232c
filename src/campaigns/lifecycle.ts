/** Launching, pausing and cancelling a campaign (its states: status.ts). */
import { sql } from 'kysely';
import type { z } from 'zod';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { userError } from '../platform/errors.ts';
import type { RunningJob } from '../platform/jobs/definition.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { NOTHING_SENT } from './completion.ts';
import type { CampaignId } from './inputs.ts';
import { JOBS_PER_CAMPAIGN, SEND_CAMPAIGN, START_CAMPAIGN } from './sending/job.ts';
import { failQueued, queueMessages } from './sending/queue.ts';
import {
  type ChangedCampaign,
  changeStatus,
  type LockedCampaign,
  lockCampaign,
  requireStatus,
} from './status.ts';
import { checkCampaign, withListedTemplates } from './templates/checks.ts';
import { lockFirstNumber } from './whatsapp/numbers.ts';

type Input = z.output<typeof CampaignId>;

/**
 * Starts a DRAFT, at its scheduled time if that is in the future. A PAUSED campaign continues,
 * including messages that were refused for a cause that has been fixed.
 */
export async function launchCampaign(
  platform: Platform,
  viewer: Viewer,
  { id }: Input,
): Promise<ChangedCampaign> {
  const launch = async (tx: TenantTransaction) => {
    const campaign = await lockCampaign(tx, id);
    requireStatus(campaign, ['DRAFT', 'PAUSED'], 'launched');
    if (campaign.contactCount === 0)
      throw userError('INVALID', ['id'], 'The campaign has no contacts.');
    const whatsAppNumberId = await requireNumber(tx, campaign);
    await checkCampaign(tx, whatsAppNumberId, { id, field: 'id' });
    if (campaign.status === 'PAUSED') return resume(platform, tx, { id, whatsAppNumberId });
    if (campaign.scheduledAt === null || !campaign.isLater)
      return start(platform, tx, { id, whatsAppNumberId });
    await changeStatus(platform, tx, {
      id,
      status: 'SCHEDULED',
      statusReason: null,
      whatsAppNumberId,
    });
    await scheduleStart(platform, tx, { id, scheduledAt: campaign.scheduledAt });
  };
  const database = platform.database.forTenant(viewer);
  await withListedTemplates(platform, viewer, {
    from: { campaignId: id },
    run: () => database.change(['campaign', id], launch),
  });
  return { campaignId: id };
}

/** The campaign's own number, or the tenant's first one; throws INVALID if there is neither. */
export async function requireNumber(
  tx: TenantTransaction,
  campaign: LockedCampaign,
): Promise<string> {
  const number = campaign.whatsAppNumberId ?? (await lockFirstNumber(tx));
  if (number === null)
    throw userError(
      'INVALID',
      [campaign.field],
      'There is no WhatsApp number to send from. Connect one first.',
    );
  return number;
}

/** Enqueues the start of a SCHEDULED campaign. */
export async function scheduleStart(
  platform: Platform,
  tx: TenantTransaction,
  { id, scheduledAt }: { id: string; scheduledAt: string },
): Promise<void> {
  const moment = new Date(scheduledAt);
  await platform.jobs.enqueue(tx, START_CAMPAIGN, [
    { payload: { campaignId: id, scheduledAt: moment.toISOString() }, startAfter: moment },
  ]);
}

/** Runs START_CAMPAIGN: starts a campaign, unless it was cancelled or rescheduled. */
export async function startScheduled(
  platform: Platform,
  job: RunningJob<{ campaignId: string; scheduledAt: string }>,
): Promise<void> {
  const { campaignId: id, scheduledAt } = job.payload;
  await platform.database.forTenant(job).transaction(async (tx) => {
    await job.complete(tx);
    const [existing] = await tx.run(query.selectFrom('campaign').select('id').where('id', '=', id));
    if (!existing) return;
    const campaign = await lockCampaign(tx, id);
    const isDue =
      campaign.status === 'SCHEDULED' &&
      campaign.scheduledAt !== null &&
      new Date(campaign.scheduledAt).toISOString() === scheduledAt;
    if (!isDue) return;
    await start(platform, tx, { id, whatsAppNumberId: await requireNumber(tx, campaign) });
  });
}

/** Queues all messages; if none of them can be sent, the campaign is over at once. */
async function start(
  platform: Platform,
  tx: TenantTransaction,
  { id, whatsAppNumberId }: { id: string; whatsAppNumberId: string },
): Promise<void> {
  const { queued, optedOut: optedOutCount } = await queueMessages(platform, tx, id);
  const running = { status: 'RUNNING' as const, statusReason: null };
  const failed = {
    status: 'FAILED' as const,
    statusReason: NOTHING_SENT,
    completedAt: sql<string>`now()`,
  };
  const since = await changeStatus(platform, tx, {
    id,
    ...(queued > 0 ? running : failed),
    whatsAppNumberId,
    optedOutCount,
    startedAt: sql<string>`now()`,
  });
  if (queued > 0) await enqueueSending(platform, tx, { id, since });
}

async function resume(
  platform: Platform,
  tx: TenantTransaction,
  { id, whatsAppNumberId }: { id: string; whatsAppNumberId: string },
): Promise<void> {
  const since = await changeStatus(platform, tx, {
    id,
    status: 'RUNNING',
    statusReason: null,
    whatsAppNumberId,
  });
  await enqueueSending(platform, tx, { id, since });
}

/** Enqueues the sending of a campaign that runs since `since`. */
export async function enqueueSending(
  platform: Platform,
  tx: TenantTransaction,
  { id, since }: { id: string; since: string },
): Promise<void> {
  const job = { payload: { campaignId: id, since } };
  await platform.jobs.enqueue(
    tx,
    SEND_CAMPAIGN,
    Array.from({ length: JOBS_PER_CAMPAIGN }, () => job),
  );
}

/** Stops sending; messages that are already on their way still arrive. */
export async function pauseCampaign(
  platform: Platform,
  viewer: Viewer,
  { id }: Input,
): Promise<ChangedCampaign> {
  await platform.database.forTenant(viewer).change(['campaign', id], async (tx) => {
    requireStatus(await lockCampaign(tx, id), ['RUNNING'], 'paused');
    await changeStatus(platform, tx, { id, status: 'PAUSED', statusReason: null });
  });
  return { campaignId: id };
}

/** Ends a campaign for good: messages that are not sent yet fail as cancelled. */
export async function cancelCampaign(
  platform: Platform,
  viewer: Viewer,
  { id }: Input,
): Promise<ChangedCampaign> {
  await platform.database.forTenant(viewer).change(['campaign', id], async (tx) => {
    requireStatus(
      await lockCampaign(tx, id),
      ['DRAFT', 'SCHEDULED', 'RUNNING', 'PAUSED'],
      'cancelled',
    );
    await changeStatus(platform, tx, {
      id,
      status: 'CANCELLED',
      statusReason: null,
      completedAt: sql<string>`now()`,
    });
    await failQueued(platform, tx, id);
  });
  return { campaignId: id };
}
