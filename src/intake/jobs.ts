/** What workers do for this domain. */
import { handle, type Job } from '../platform/jobs/handler.ts';
import { generatePacket, packetAttemptFailed, packetDied } from './generation/generation.ts';
import { GENERATE_PACKET } from './packets/job.ts';

export const jobs: readonly Job[] = [
  handle(GENERATE_PACKET, { run: generatePacket, failed: packetAttemptFailed, dead: packetDied }),
];
