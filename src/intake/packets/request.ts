/**
 * A packet that another domain asks for: made where there is none, and tried again where it had
 * FAILED or was CANCELLED.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { PacketStatus, PacketType } from '../../../generated/kysely.ts';
import {
  prepare,
  type TenantQueries,
  type TenantTransaction,
} from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { publishPacketsChanged } from '../topics.ts';
import { GENERATE_PACKET, JOB_PRIORITIES } from './job.ts';
import { CHANGED, NOTHING_DONE } from './packets.ts';

/** The id of the client's packet of this type; null where there is no such client. */
export async function requestPacket(
  platform: Platform,
  tx: TenantTransaction,
  wanted: { clientId: string; type: PacketType },
): Promise<string | null> {
  const { clientId, type } = wanted;
  // Held, so that it is there when the packet is made.
  const [client] = await tx.run(
    query.selectFrom('client').select('id').where('id', '=', clientId).forUpdate(),
  );
  if (!client) return null;
  const jobId = uuidv7();
  const again = {
    status: 'PENDING',
    attempts: 0,
    errorMessage: null,
    startedAt: null,
    jobId,
  } as const;
  const [packet] = await tx.run(
    query
      .insertInto('packet')
      .values({
        id: uuidv7(),
        clientId,
        type,
        maxAttempts: platform.config.PACKET_MAX_ATTEMPTS,
        jobId,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['tenantId', 'clientId', 'type'])
          .doUpdateSet({
            ...again,
            ...NOTHING_DONE,
            ...CHANGED,
            queuedAt: sql`statement_timestamp()`,
          })
          .where('packet.status', 'in', ['FAILED', 'CANCELLED']),
      )
      .returning(['id', 'clientId']),
  );
  if (packet) {
    await platform.jobs.enqueue(tx, GENERATE_PACKET, [
      { id: jobId, payload: { packetId: packet.id, jobId }, priority: JOB_PRIORITIES.NORMAL },
    ]);
    publishPacketsChanged(platform, tx, [packet]);
    return packet.id;
  }
  const [existing] = await tx.run(
    query
      .selectFrom('packet')
      .select('id')
      .where('clientId', '=', clientId)
      .where('type', '=', type),
  );
  return existing?.id ?? null;
}

export interface PacketState {
  status: PacketStatus;
  errorMessage: string | null;
}

const packetStateById = prepare((p: { id: string }) =>
  query.selectFrom('packet').select(['status', 'errorMessage']).where('id', '=', p.id),
);

/** How far a packet is; null once it is gone. */
export async function packetState(
  database: TenantQueries,
  id: string,
): Promise<PacketState | null> {
  return (await database.runPrepared(packetStateById, { id }))[0] ?? null;
}
