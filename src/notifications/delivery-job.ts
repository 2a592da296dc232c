/** The definition of the job that sends a notification elsewhere. */
import { z } from 'zod';
import type { Config } from '../platform/config.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { defineJob } from '../platform/jobs/definition.ts';
import type { Platform } from '../platform/platform.ts';
import { MINUTE, SECOND } from '../platform/time.ts';

const CHANNELS = ['EMAIL', 'WEBHOOK'] as const;
/** A way in which a notification leaves the server. */
export type Channel = (typeof CHANNELS)[number];

const Delivery = z.object({ notificationId: z.uuid(), channel: z.enum(CHANNELS) });
/** One notification by one channel. */
export type Delivery = z.infer<typeof Delivery>;

/** Sends one notification by one channel: up to six attempts. */
export const DELIVER_NOTIFICATION = defineJob({
  name: 'notifications',
  payload: Delivery,
  limits: () => ({ concurrency: 4, attempts: 6, retryDelayMs: 5 * SECOND, timeoutMs: MINUTE }),
});

function channelsOf({ SMTP_URL, NOTIFICATION_WEBHOOK_URL }: Config): Channel[] {
  return CHANNELS.filter(
    (channel) => (channel === 'EMAIL' ? SMTP_URL : NOTIFICATION_WEBHOOK_URL) !== undefined,
  );
}

/**
 * Enqueues one job for each notification and channel, so that a retry of one never sends another
 * twice.
 */
export async function enqueueDeliveries(
  platform: Platform,
  tx: TenantTransaction,
  notificationIds: readonly string[],
): Promise<void> {
  const deliveries = channelsOf(platform.config).flatMap((channel) =>
    notificationIds.map((notificationId) => ({ payload: { notificationId, channel } })),
  );
  await platform.jobs.enqueue(tx, DELIVER_NOTIFICATION, deliveries);
}
