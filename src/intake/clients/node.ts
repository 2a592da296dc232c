/** Clients as GraphQL reads them: every field is a property, and ids are global. */
import { encodeGlobalId } from '../../platform/global-id.ts';
import { asNode, type NodeOf } from '../../schema-builder/nodes.ts';
import type { ClientRow } from './rows.ts';

/** `contactId` is a global id. */
export interface ClientNode extends NodeOf<ClientRow> {
  contactUuid: string | null;
}

/** Presents a client; columns that were not read stay undefined. */
export function clientNode(row: ClientRow): ClientNode {
  return {
    ...asNode('Client', row),
    contactId: row.contactId && encodeGlobalId('Contact', row.contactId),
    contactUuid: row.contactId,
  };
}
