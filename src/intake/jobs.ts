/** The jobs of this domain. */
import { handle, type Job } from '../platform/jobs/handler.ts';
import { packetAttemptFailed, packetJobDied } from './generation/failed-attempts.ts';
import { generatePacket } from './generation/generation.ts';
import { GENERATE_PACKET } from './packets/job.ts';

/** All that a worker has to run for intake. */
export const jobs: readonly Job[] = [
  handle(GENERATE_PACKET, {
    run: generatePacket,
    failed: packetAttemptFailed,
    dead: packetJobDied,
  }),
];
