/** The job that generates a packet, as the rules that enqueue it know it. */
import { z } from 'zod';
import type { PacketPriority } from '../../../generated/kysely.ts';
import { defineJob } from '../../platform/jobs/definition.ts';

export const GENERATE_PACKET = defineJob({
  name: 'packets',
  // The job's own id tells the job that a packet waits for from one that it was given up by.
  payload: z.object({ packetId: z.uuid(), jobId: z.uuid() }),
  limits: (config) => ({
    concurrency: config.PACKET_CONCURRENCY,
    attempts: config.PACKET_MAX_ATTEMPTS,
    retryDelayMs: config.PACKET_RETRY_DELAY_MS,
    timeoutMs: config.PACKET_TIMEOUT_MS,
  }),
});

export interface PacketJob {
  packetId: string;
  jobId: string;
}

/** The higher is taken first. */
export const JOB_PRIORITIES: Record<PacketPriority, number> = { LOW: -1, NORMAL: 0, URGENT: 1 };
