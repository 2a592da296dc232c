/**
 * Packets as subscribers get them: complete, with the contact that decides who may see them, and
 * with the version that orders their states.
 */
import { sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { liveTopics } from '../../platform/platform.ts';
import { PACKET_CHANGED, PACKET_PROGRESS } from '../topics.ts';
import type { PacketContent } from './node.ts';
import { PACKET_COLUMNS, type PacketRow } from './rows.ts';

/** A packet with all its content: one read serves all subscribers, whatever they select. */
export interface LivePacket extends PacketRow, PacketContent {
  contactId: string | null;
}

/** All packets of a client; `id` is the client's. */
export interface ClientPackets {
  id: string;
  /**
   * 1 more than the sum of the packets' versions, so that each change of a packet raises it and no
   * row has to be locked for all of them.
   */
  version: number;
  contactId: string | null;
  /** Oldest first. */
  packets: PacketRow[];
}

const packetsById = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('packet')
    .innerJoin('client', 'client.id', 'packet.clientId')
    .select(PACKET_COLUMNS.map((column) => `packet.${column}` as const))
    .select(['packet.sections', 'packet.html', 'client.contactId'])
    .where('packet.id', '=', anyOf(p.ids))
    .$castTo<LivePacket>(),
);

const versionsById = prepare((p: { ids: string[] }) =>
  query.selectFrom('packet').select(['id', 'version']).where('id', '=', anyOf(p.ids)),
);

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
    .$castTo<Omit<ClientPackets, 'version'>>(),
);

const versionsOfClients = prepare((p: { ids: string[] }) =>
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

/** Single packets, by their ids. */
export const livePackets = liveTopics<LivePacket>(({ database }) => ({
  topic: PACKET_CHANGED,
  read: (tenantId, ids) => database.forTenant({ tenantId }).runPrepared(packetsById, { ids }),
  readVersions: (tenantId, ids) =>
    database.forTenant({ tenantId }).runPrepared(versionsById, { ids }),
}));

/** The packets of clients, by the clients' ids. */
export const liveClientPackets = liveTopics<ClientPackets>(({ database }) => ({
  topic: PACKET_PROGRESS,
  read: async (tenantId, ids) =>
    (await database.forTenant({ tenantId }).runPrepared(packetsOfClients, { ids })).map(
      withVersion,
    ),
  readVersions: (tenantId, ids) =>
    database.forTenant({ tenantId }).runPrepared(versionsOfClients, { ids }),
}));

function withVersion(client: Omit<ClientPackets, 'version'>): ClientPackets {
  return { ...client, version: client.packets.reduce((sum, { version }) => sum + version, 1) };
}
