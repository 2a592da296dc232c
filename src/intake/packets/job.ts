/** The job that generates a packet. What it does is in the room `generation`. */
import { z } from 'zod';
import type { PacketPriority } from '../../../generated/kysely.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { defineJob } from '../../platform/jobs/definition.ts';
import type { Platform } from '../../platform/platform.ts';

/** `jobId` is the job's own id: a packet that was retried no longer waits for its earlier jobs. */
const PacketJob = z.object({ packetId: z.uuid(), jobId: z.uuid() });
/** The payload, once checked. */
export type PacketJob = z.output<typeof PacketJob>;

/** One attempt to generate a packet; each retry by a person is a new job. */
export const GENERATE_PACKET = defineJob({
  name: 'packets',
  payload: PacketJob,
  limits: (config) => ({
    concurrency: config.PACKET_CONCURRENCY,
    attempts: config.PACKET_MAX_ATTEMPTS,
    retryDelayMs: config.PACKET_RETRY_DELAY_MS,
    timeoutMs: config.PACKET_TIMEOUT_MS,
  }),
});

/** Jobs with a higher number start first. */
const JOB_PRIORITIES: Record<PacketPriority, number> = { LOW: -1, NORMAL: 0, URGENT: 1 };

/** Enqueues the jobs of packets, in the transaction that stores `jobId` in the packets. */
export async function enqueuePackets(
  platform: Platform,
  tx: TenantTransaction,
  packets: readonly { id: string; jobId: string; priority: PacketPriority }[],
): Promise<void> {
  const jobs = packets.map(({ id, jobId, priority }) => ({
    id: jobId,
    payload: { packetId: id, jobId },
    priority: JOB_PRIORITIES[priority],
  }));
  await platform.jobs.enqueue(tx, GENERATE_PACKET, jobs);
}
