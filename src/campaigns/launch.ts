/** Launching, pausing and cancelling a campaign, and what ends it. */
import { type RawBuilder, sql } from 'kysely';
import type { z } from 'zod';
import type { CampaignStatus } from '../../generated/kysely.ts';
import { anyOf } from '../platform/database/arrays.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { userError } from '../platform/errors.ts';
import { parseInput } from '../platform/input.ts';
import type { RunningJob } from '../platform/jobs/definition.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import {
  type ChangedCampaign,
  firstNumber,
  type LockedCampaign,
  lockCampaign,
  requireStatus,
} from './campaign-state.ts';
import { CampaignId } from './inputs.ts';
import { LANES, SEND_CAMPAIGN, START_CAMPAIGN } from './sending/job.ts';
import { failQueued, queueMessages } from './sending/queue.ts';
import { publishCampaignChanged } from './topics.ts';

type Input = z.input<typeof CampaignId>;

/**
 * Starts a DRAFT, at its time if that is to come; a PAUSED one goes on, also with what was refused
 * for a cause that was mended.
 */
export async function launchCampaign(
  platform: Platform,
  viewer: Viewer,
  input: Input,
): Promise<ChangedCampaign> {
  const { id } = parseInput(CampaignId, input);
  await platform.database.forTenant(viewer).change(['campaign', id], async (tx) => {
    const campaign = await lockCampaign(tx, id);
    requireStatus(campaign, ['DRAFT', 'PAUSED'], 'launched');
    if (campaign.contactCount === 0)
      throw userError('INVALID', ['id'], 'The campaign has no contacts.');
    const whatsAppNumberId = await requireNumber(tx, campaign);
    if (campaign.status === 'PAUSED') return resume(platform, tx, { id, whatsAppNumberId });
    if (campaign.scheduledAt === null || !campaign.isLater)
      return start(platform, tx, { id, whatsAppNumberId });
    await moved(platform, tx, { id, status: 'SCHEDULED', statusReason: null, whatsAppNumberId });
    await scheduleStart(platform, tx, { id, scheduledAt: campaign.scheduledAt });
  });
  return { campaignId: id };
}

async function requireNumber(tx: TenantTransaction, campaign: LockedCampaign): Promise<string> {
  const number = campaign.whatsAppNumberId ?? (await firstNumber(tx));
  if (number === null)
    throw userError(
      'INVALID',
      ['id'],
      'There is no WhatsApp number to send from: connect one first.',
    );
  return number;
}

/** Enqueues the start of a campaign at its time. */
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

/** Starts a campaign whose time has come, unless it was cancelled or put off. */
export async function startScheduled(
  platform: Platform,
  job: RunningJob<{ campaignId: string; scheduledAt: string }>,
): Promise<void> {
  const { campaignId: id, scheduledAt } = job.payload;
  await platform.database.forTenant(job).transaction(async (tx) => {
    await job.complete(tx);
    const [waiting] = await tx.run(query.selectFrom('campaign').select('id').where('id', '=', id));
    if (!waiting) return;
    const campaign = await lockCampaign(tx, id);
    const isDue =
      campaign.status === 'SCHEDULED' &&
      campaign.scheduledAt !== null &&
      new Date(campaign.scheduledAt).toISOString() === scheduledAt;
    if (!isDue) return;
    await start(platform, tx, { id, whatsAppNumberId: await requireNumber(tx, campaign) });
  });
}

/** Queues all messages; where none of them can be sent, the campaign is over. */
async function start(
  platform: Platform,
  tx: TenantTransaction,
  { id, whatsAppNumberId }: { id: string; whatsAppNumberId: string },
): Promise<void> {
  const queued = await queueMessages(platform, tx, id);
  const running = { status: 'RUNNING' as const, statusReason: null };
  const over = {
    status: 'FAILED' as const,
    statusReason: NOTHING_SENT,
    completedAt: sql<string>`now()`,
  };
  const since = await moved(platform, tx, {
    id,
    ...(queued > 0 ? running : over),
    whatsAppNumberId,
    startedAt: sql<string>`now()`,
  });
  if (queued > 0) await enqueueLanes(platform, tx, { id, since });
}

/**
 * It goes on from the number that it began with, or from the tenant's first one where it has lost
 * that.
 */
async function resume(
  platform: Platform,
  tx: TenantTransaction,
  { id, whatsAppNumberId }: { id: string; whatsAppNumberId: string },
): Promise<void> {
  const since = await moved(platform, tx, {
    id,
    status: 'RUNNING',
    statusReason: null,
    whatsAppNumberId,
  });
  await enqueueLanes(platform, tx, { id, since });
}

const NOTHING_SENT = 'Every message failed before it was sent.';

interface Change {
  id: string;
  status: CampaignStatus;
  statusReason?: string | null;
  whatsAppNumberId?: string;
  startedAt?: RawBuilder<string>;
  completedAt?: RawBuilder<string>;
}

/** Changes a campaign's state, and answers the moment by which its jobs know that state. */
async function moved(
  platform: Platform,
  tx: TenantTransaction,
  { id, ...change }: Change,
): Promise<string> {
  const [row] = await tx.run(
    query
      .updateTable('campaign')
      .set({ ...change, updatedAt: sql<string>`clock_timestamp()` })
      .where('id', '=', id)
      .returning('updatedAt'),
  );
  if (!row) throw new Error('A locked campaign is gone.');
  publishCampaignChanged(platform, tx, id);
  return row.updatedAt;
}

async function enqueueLanes(
  platform: Platform,
  tx: TenantTransaction,
  { id, since }: { id: string; since: string },
): Promise<void> {
  const lanes = Array.from({ length: LANES }, () => ({ payload: { campaignId: id, since } }));
  await platform.jobs.enqueue(tx, SEND_CAMPAIGN, lanes);
}

/** Stops sending; what is on its way is no longer held back. */
export async function pauseCampaign(
  platform: Platform,
  viewer: Viewer,
  input: Input,
): Promise<ChangedCampaign> {
  const { id } = parseInput(CampaignId, input);
  await platform.database.forTenant(viewer).change(['campaign', id], async (tx) => {
    requireStatus(await lockCampaign(tx, id), ['RUNNING'], 'paused');
    await moved(platform, tx, { id, status: 'PAUSED', statusReason: null });
  });
  return { campaignId: id };
}

interface OwnPause {
  id: string;
  since: string;
  statusReason: string;
}

/** Pauses a campaign that runs since then, for a reason that somebody is to mend. */
export async function pauseItself(
  platform: Platform,
  tx: TenantTransaction,
  { id, since, statusReason }: OwnPause,
): Promise<void> {
  const running = query
    .selectFrom('campaign')
    .select('id')
    .where('id', '=', id)
    .where('status', '=', 'RUNNING')
    .where('updatedAt', '=', since)
    .forUpdate();
  if ((await tx.run(running)).length > 0)
    await moved(platform, tx, { id, status: 'PAUSED', statusReason });
}

/** Ends a campaign: what is not sent yet never will be. */
export async function cancelCampaign(
  platform: Platform,
  viewer: Viewer,
  input: Input,
): Promise<ChangedCampaign> {
  const { id } = parseInput(CampaignId, input);
  await platform.database.forTenant(viewer).change(['campaign', id], async (tx) => {
    requireStatus(
      await lockCampaign(tx, id),
      ['DRAFT', 'SCHEDULED', 'RUNNING', 'PAUSED'],
      'cancelled',
    );
    await moved(platform, tx, {
      id,
      status: 'CANCELLED',
      statusReason: null,
      completedAt: sql<string>`now()`,
    });
    await failQueued(platform, tx, id);
  });
  return { campaignId: id };
}

/** Ends those of these campaigns that have no open message left. */
export async function finishCampaigns(
  platform: Platform,
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<void> {
  const going = query
    .selectFrom('campaign')
    .select('id')
    .where('id', '=', anyOf(ids))
    .where('status', 'in', ['RUNNING', 'PAUSED'])
    .orderBy('id')
    .forUpdate();
  const locked = (await tx.run(going)).map(({ id }) => id);
  if (locked.length === 0) return;
  const rows = query
    .selectFrom('send_queue')
    .select('send_queue.id')
    .whereRef('send_queue.campaignId', '=', sql.ref('campaign.id'));
  const sent = rows.where((eb) =>
    eb.or([eb('send_queue.status', '=', 'SENT'), eb('send_queue.sendingAt', 'is not', null)]),
  );
  const isSent = sql<boolean>`exists (${sent})`;
  const finished = await tx.run(
    query
      .updateTable('campaign')
      .set({
        status: sql<CampaignStatus>`(case when ${isSent} then 'COMPLETED' else 'FAILED' end)::"CampaignStatus"`,
        statusReason: sql<string | null>`case when ${isSent} then null else ${NOTHING_SENT} end`,
        completedAt: sql<string>`now()`,
        updatedAt: sql<string>`clock_timestamp()`,
      })
      .where('id', '=', anyOf(locked))
      .where((eb) => eb.not(eb.exists(rows.where('send_queue.status', '=', sql.lit('QUEUED')))))
      .where((eb) =>
        eb.not(
          eb.exists(
            rows
              .where('send_queue.status', '=', 'SENDING')
              .where('send_queue.sendingAt', 'is not', null)
              .where('send_queue.whatsappMessageId', 'is', null),
          ),
        ),
      )
      .returning('campaign.id'),
  );
  for (const { id } of finished) publishCampaignChanged(platform, tx, id);
}
