/** Packets as subscribers read them: whose they are, and the version that puts states in order. */
import { sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare, type TenantQueries } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { RenderedSection } from '../rendering/index.ts';
import { PACKET_COLUMNS, type PacketRow } from './rows.ts';

/** A packet with all its content, so that one read serves whatever its subscribers select. */
export interface LivePacket extends PacketRow {
  sections: RenderedSection[];
  html: string | null;
  contactId: string | null;
}

/** Packets by id: `ids`. */
export const livePackets = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('packet')
    .innerJoin('client', 'client.id', 'packet.clientId')
    .select(PACKET_COLUMNS.map((column) => `packet.${column}` as const))
    .select(['packet.sections', 'packet.html', 'client.contactId'])
    .where('packet.id', '=', anyOf(p.ids))
    .$castTo<LivePacket>(),
);

export const packetVersions = prepare((p: { ids: string[] }) =>
  query.selectFrom('packet').select(['id', 'version']).where('id', '=', anyOf(p.ids)),
);

/** The packets of a client. */
export interface LivePackets {
  id: string;
  /**
   * 1 more than the sum of the packets' versions: it grows with each change of each of them, and no
   * row stands in the way of all.
   */
  version: number;
  contactId: string | null;
  /** In the order in which they were made. */
  packets: PacketRow[];
}

const packetsOfClients = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('client')
    .select((eb) => [
      'client.id',
      'client.contactId',
      jsonArrayFrom(
        eb
          .selectFrom('packet')
          .select(PACKET_COLUMNS.map((column) => `packet.${column}` as const))
          .whereRef('packet.clientId', '=', 'client.id')
          .orderBy('packet.createdAt')
          .orderBy('packet.id'),
      ).as('packets'),
    ])
    .where('client.id', '=', anyOf(p.ids))
    .$castTo<Omit<LivePackets, 'version'>>(),
);

/** The packets of clients by the clients' ids; one statement. */
export async function readLivePackets(
  database: TenantQueries,
  ids: string[],
): Promise<LivePackets[]> {
  const clients = await database.runPrepared(packetsOfClients, { ids });
  return clients.map((client) => ({
    ...client,
    version: client.packets.reduce((sum, { version }) => sum + version, 1),
  }));
}

export const progressVersions = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('client')
    .leftJoin('packet', 'packet.clientId', 'client.id')
    .select([
      'client.id',
      sql<number>`1 + coalesce(sum(${sql.ref('packet.version')}), 0)`.as('version'),
    ])
    .where('client.id', '=', anyOf(p.ids))
    .groupBy('client.id'),
);
