/**
 * Packets: the documents that are generated for a client from the answers, at most one of each
 * type. This file reads them; creation.ts and changes.ts write them, and the room `generation`
 * generates them. Portal users see the packets of their own client.
 */
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import { PacketStatus, PacketType } from '../../../generated/kysely.ts';
import { anyOf, oneOf } from '../../platform/database/arrays.ts';
import { whereGiven } from '../../platform/database/filters.ts';
import {
  applyPage,
  countRows,
  type PageArguments,
  parsePage,
  toPage,
} from '../../platform/database/keyset.ts';
import { NEWEST_FIRST } from '../../platform/database/ordering.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { type Given, givenId, parseId } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import type { RenderedSection } from '../rendering/index.ts';
import { PACKET_COLUMNS, type PacketColumn, type PacketRow } from './rows.ts';

/**
 * A condition on packet: whether the portal user with this contact may see the row. Null stands for
 * owners and members, who see every packet.
 */
function packetVisibleTo(contactId: string | null): RawBuilder<boolean> {
  const own = query
    .selectFrom('client')
    .select('client.id')
    .where('client.contactId', '=', contactId);
  return sql<boolean>`(${contactId}::uuid is null or ${sql.ref('packet.clientId')} = (${own}))`;
}

/** Reads packets by id; with a `portalContactId`, only those of that contact's client. */
export const packetsById = prepare((p: { ids: string[]; portalContactId: string | null }) =>
  query
    .selectFrom('packet')
    .select(PACKET_COLUMNS)
    .where('id', '=', anyOf(p.ids))
    .where(packetVisibleTo(p.portalContactId)),
);

/** Reads the finished sections of packets by id. */
export const packetSectionsById = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('packet')
    .select(['id', 'sections'])
    .where('id', '=', anyOf(p.ids))
    .$castTo<{ id: string; sections: RenderedSection[] }>(),
);
/** Reads the pages of packets by id; `html` is null until the packet is COMPLETED. */
export const packetHtmlById = prepare((p: { ids: string[] }) =>
  query.selectFrom('packet').select(['id', 'html']).where('id', '=', anyOf(p.ids)),
);

/**
 * All packets of the clients with these `ids`, oldest first. A client has at most one of each type,
 * so there is no need for pages.
 */
export const packetsOfClients = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('packet')
    .select(PACKET_COLUMNS)
    .where('clientId', '=', anyOf(p.ids))
    .orderBy('createdAt')
    .orderBy('id'),
);

/** Which packets a list shows. */
export const PacketFilter = z
  .object({
    clientId: givenId().nullish().describe('Packets of this client.'),
    status: z
      .array(z.enum(PacketStatus))
      .nullish()
      .describe('Packets in one of these states; an empty list finds none.'),
    type: z
      .array(z.enum(PacketType))
      .nullish()
      .describe('Packets of one of these types; an empty list finds none.'),
  })
  .describe('Which packets to list. What is left out or null does not restrict the list.');

/** Without a filter, all packets that the viewer may see. `clientId` in it is a global id. */
export interface PacketListArguments extends PageArguments {
  filter?: Given<typeof PacketFilter> | null;
  /** The only columns that the caller reads; must include `id` and `createdAt`. */
  columns: readonly PacketColumn[];
}

/**
 * A page of the packets that the viewer may see, newest first. `count` runs a statement of its own,
 * when it is called.
 */
export async function listPackets(platform: Platform, viewer: Viewer, args: PacketListArguments) {
  const page = parsePage(args, NEWEST_FIRST);
  const { clientId, status, type } = args.filter ?? {};
  const database = platform.database.forTenant(viewer);
  const matching = query
    .selectFrom('packet')
    .$if(viewer.contactId !== null, (packets) => packets.where(packetVisibleTo(viewer.contactId)))
    .$call(
      whereGiven(clientId, (id, eb) =>
        eb('packet.clientId', '=', parseId(['Client'], 'filter.clientId', id)),
      ),
    )
    .$call(whereGiven(status, (statuses) => oneOf('packet.status', statuses)))
    .$call(whereGiven(type, (types) => oneOf('packet.type', types)));
  const rows = await database.run(
    applyPage(matching.select(args.columns), 'packet', page).$castTo<PacketRow>(),
  );
  return { ...toPage(rows, page), count: () => countRows(database, matching) };
}
