/** Creates packets: all those of a path when an intake is submitted, and single ones on request. */
import { v7 as uuidv7 } from 'uuid';
import type { PacketPriority, PacketStatus, PacketType } from '../../../generated/kysely.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantQueries, TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { publishPacketsChanged } from '../topics.ts';
import { enqueuePackets } from './job.ts';
import { PACKET_COLUMNS, type PacketRow, queuedAgain } from './rows.ts';

interface NewPackets {
  clientId: string;
  types: readonly PacketType[];
  priority: PacketPriority;
}

/** Creates PENDING packets and their jobs; resolves with the packets in the order of the types. */
export async function createPackets(
  platform: Platform,
  tx: TenantTransaction,
  { clientId, types, priority }: NewPackets,
): Promise<PacketRow[]> {
  const rows = types.map((type) => newPacket(platform, { clientId, type, priority }));
  const created = await tx.run(query.insertInto('packet').values(rows).returning(PACKET_COLUMNS));
  await enqueuePackets(platform, tx, rows);
  publishPacketsChanged(platform, tx, created);
  return created;
}

/**
 * Makes sure that the client has a packet of this type: creates it when there is none, and puts a
 * FAILED or CANCELLED one back into the queue. Resolves with the packet's id, or with null when
 * there is no such client.
 */
export async function requestPacket(
  platform: Platform,
  tx: TenantTransaction,
  wanted: { clientId: string; type: PacketType },
): Promise<string | null> {
  // Locked, so that the client still exists when the packet is inserted.
  const [client] = await tx.run(
    query.selectFrom('client').select('id').where('id', '=', wanted.clientId).forUpdate(),
  );
  if (!client) return null;
  const row = newPacket(platform, { ...wanted, priority: 'NORMAL' });
  const [packet] = await tx.run(
    query
      .insertInto('packet')
      .values(row)
      .onConflict((conflict) =>
        conflict
          .columns(['tenantId', 'clientId', 'type'])
          .doUpdateSet(queuedAgain(row.jobId))
          .where('packet.status', 'in', ['FAILED', 'CANCELLED']),
      )
      .returning(['id', 'clientId']),
  );
  if (!packet) return existingId(tx, wanted);
  await enqueuePackets(platform, tx, [{ ...row, id: packet.id }]);
  publishPacketsChanged(platform, tx, [packet]);
  return packet.id;
}

function newPacket(
  platform: Platform,
  packet: { clientId: string; type: PacketType; priority: PacketPriority },
) {
  const { PACKET_MAX_ATTEMPTS: maxAttempts } = platform.config;
  return { ...packet, id: uuidv7(), maxAttempts, jobId: uuidv7() };
}

async function existingId(
  tx: TenantTransaction,
  { clientId, type }: { clientId: string; type: PacketType },
): Promise<string | null> {
  const [packet] = await tx.run(
    query
      .selectFrom('packet')
      .select('id')
      .where('clientId', '=', clientId)
      .where('type', '=', type),
  );
  return packet?.id ?? null;
}

/** `errorMessage` is why the last attempt failed; null if none has, or once it is COMPLETED. */
export interface PacketState {
  status: PacketStatus;
  errorMessage: string | null;
}

const packetStateById = prepare((p: { id: string }) =>
  query.selectFrom('packet').select(['status', 'errorMessage']).where('id', '=', p.id),
);

/** The state of a packet; null when it no longer exists. */
export async function packetState(
  database: TenantQueries,
  id: string,
): Promise<PacketState | null> {
  return (await database.runPrepared(packetStateById, { id }))[0] ?? null;
}
