/** Packets as GraphQL reads them: every field is a property, and ids are global. */
import { encodeGlobalId } from '../../platform/global-id.ts';
import { asNode, type NodeOf } from '../../schema-builder/nodes.ts';
import type { RenderedSection } from '../rendering/index.ts';
import type { PacketRow } from './rows.ts';

/** The large content of a packet: the finished sections, and the page, null until COMPLETED. */
export interface PacketContent {
  sections: RenderedSection[];
  html: string | null;
}

/** `clientId` is a global id. The content is undefined unless it was read with the packet. */
export interface PacketNode extends NodeOf<PacketRow>, Partial<PacketContent> {
  clientUuid: string;
}

/** Presents a packet; columns that were not read stay undefined. */
export function packetNode(row: PacketRow & Partial<PacketContent>): PacketNode {
  return {
    ...asNode('Packet', row),
    clientId: encodeGlobalId('Client', row.clientId),
    clientUuid: row.clientId,
  };
}
