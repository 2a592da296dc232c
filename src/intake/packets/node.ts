/**
 * Rows of the domain as GraphQL reads them: every field a property, ids global, the database's own
 * ids beside them.
 */
import { encodeGlobalId } from '../../platform/global-id.ts';
import type { NodeOf } from '../../schema-builder/nodes.ts';
import type { RenderedSection } from '../rendering/index.ts';
import type { ClientRow, PacketRow } from './rows.ts';

/** `contactId` is a global id. */
export interface ClientNode extends NodeOf<ClientRow> {
  contactUuid: string | null;
}

/** `clientId` is a global id. */
export interface PacketNode extends NodeOf<PacketRow> {
  clientUuid: string;
  /** There when they were read with the packet. */
  sections?: RenderedSection[];
  html?: string | null;
}

/** Columns that were not read stay undefined. */
export function clientNode(row: ClientRow): ClientNode {
  return {
    id: encodeGlobalId('Client', row.id),
    uuid: row.id,
    name: row.name,
    clientType: row.clientType,
    contactId: row.contactId && encodeGlobalId('Contact', row.contactId),
    contactUuid: row.contactId,
    intakeCompletedAt: row.intakeCompletedAt,
    createdAt: row.createdAt,
  };
}

/** Columns that were not read stay undefined. */
export function packetNode(
  row: PacketRow & Partial<Pick<PacketNode, 'sections' | 'html'>>,
): PacketNode {
  return {
    id: encodeGlobalId('Packet', row.id),
    uuid: row.id,
    clientId: encodeGlobalId('Client', row.clientId),
    clientUuid: row.clientId,
    type: row.type,
    status: row.status,
    priority: row.priority,
    progress: row.progress,
    version: row.version,
    attempts: row.attempts,
    maxAttempts: row.maxAttempts,
    errorMessage: row.errorMessage,
    nextAttemptAt: row.nextAttemptAt,
    title: row.title,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    completedAt: row.completedAt,
    sections: row.sections,
    html: row.html,
  };
}
