/** Changes that people make to packets: retrying a failed one, cancelling an unfinished one. */
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound, userError } from '../../platform/errors.ts';
import { idOf } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { publishPacketsChanged } from '../topics.ts';
import { enqueuePackets, GENERATE_PACKET } from './job.ts';
import { NEXT_VERSION, PACKET_COLUMNS, queuedAgain } from './rows.ts';

/** An input that names one packet and nothing else. */
export const PacketId = z
  .object({ id: idOf('Packet').describe('The packet to retry or cancel.') })
  .describe('Names one packet.');

/**
 * Puts a FAILED packet back into the queue with all its attempts. Throws CONFLICT for a packet in
 * any other state, and NOT_FOUND if there is none.
 */
export async function retryPacket(
  platform: Platform,
  viewer: Viewer,
  { id }: z.output<typeof PacketId>,
) {
  const jobId = uuidv7();
  return platform.database.forTenant(viewer).change(['packet', id], async (tx) => {
    const [packet] = await tx.run(
      query
        .updateTable('packet')
        .set({ ...queuedAgain(jobId), maxAttempts: platform.config.PACKET_MAX_ATTEMPTS })
        .where('id', '=', id)
        .where('status', '=', 'FAILED')
        .returning(PACKET_COLUMNS),
    );
    if (!packet) throw await refusal(tx, id, 'Only a FAILED packet can be retried.');
    await enqueuePackets(platform, tx, [{ id, jobId, priority: packet.priority }]);
    publishPacketsChanged(platform, tx, [packet]);
    return { packet };
  });
}

/**
 * Cancels a packet that is PENDING, GENERATING or FAILED. A run that is under way ends when it next
 * writes. Throws CONFLICT for a packet in any other state, and NOT_FOUND if there is none.
 */
export async function cancelPacket(
  platform: Platform,
  viewer: Viewer,
  { id }: z.output<typeof PacketId>,
) {
  return platform.database.forTenant(viewer).change(['packet', id], async (tx) => {
    const [known] = await tx.run(query.selectFrom('packet').select('jobId').where('id', '=', id));
    // The job is locked before the packet: a run that completes both locks them in this order.
    if (known) await platform.jobs.cancel(tx, GENERATE_PACKET, [known.jobId]);
    const [packet] = await tx.run(
      query
        .updateTable('packet')
        .set({ status: 'CANCELLED', runId: null, nextAttemptAt: null, ...NEXT_VERSION })
        .where('id', '=', id)
        .where('status', 'in', ['PENDING', 'GENERATING', 'FAILED'])
        .returning(PACKET_COLUMNS),
    );
    if (!packet) throw await refusal(tx, id, 'The packet is already completed or cancelled.');
    publishPacketsChanged(platform, tx, [packet]);
    return { packet };
  });
}

/** CONFLICT with the message, or NOT_FOUND when there is no such packet. */
async function refusal(tx: TenantTransaction, id: string, message: string): Promise<Error> {
  const [packet] = await tx.run(query.selectFrom('packet').select('id').where('id', '=', id));
  return packet ? userError('CONFLICT', ['id'], message) : notFound(['id']);
}
