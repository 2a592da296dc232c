/** What happens to a packet after a failed attempt: it waits for the next one, or is FAILED. */
import { sql } from 'kysely';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { FailedAttempt } from '../../platform/jobs/definition.ts';
import type { Platform } from '../../platform/platform.ts';
import type { PacketJob } from '../packets/job.ts';
import { NEXT_VERSION, NOTHING_GENERATED } from '../packets/rows.ts';
import { publishPacketsChanged } from '../topics.ts';

/** The packet, as long as it waits for this job: a retry gives it another. */
function unfinished({ packetId, jobId }: PacketJob) {
  return query
    .updateTable('packet')
    .where('id', '=', packetId)
    .where('jobId', '=', jobId)
    .where('status', 'in', ['PENDING', 'GENERATING']);
}

/**
 * Records a failed attempt. The packet is PENDING until the next one, or FAILED if there is none.
 * Does nothing if the packet no longer waits for this job.
 */
export async function packetAttemptFailed(
  platform: Platform,
  tx: TenantTransaction,
  failure: FailedAttempt<PacketJob>,
): Promise<void> {
  const { payload, attempt, maxAttempts, message, retryAt } = failure;
  const values = { attempts: attempt, maxAttempts, errorMessage: message, runId: null };
  const next =
    retryAt === null
      ? { status: 'FAILED' as const }
      : { ...NOTHING_GENERATED, status: 'PENDING' as const, nextAttemptAt: retryAt };
  const packets = await tx.run(
    unfinished(payload)
      .set({ ...values, ...next, ...NEXT_VERSION })
      .returning(['id', 'clientId']),
  );
  publishPacketsChanged(platform, tx, packets);
}

/**
 * Marks the packet FAILED after its last attempt ended without a report, such as when its worker
 * was killed. Does nothing if the packet no longer waits for this job.
 */
export async function packetJobDied(
  platform: Platform,
  tx: TenantTransaction,
  payload: PacketJob,
): Promise<void> {
  const message = 'The worker stopped while it was generating the packet.';
  const errorMessage = sql<string>`coalesce(${sql.ref('packet.errorMessage')}, ${message})`;
  const values = { status: 'FAILED' as const, errorMessage, runId: null, nextAttemptAt: null };
  const packets = await tx.run(
    unfinished(payload)
      .set({ ...values, ...NEXT_VERSION })
      .returning(['id', 'clientId']),
  );
  publishPacketsChanged(platform, tx, packets);
}
