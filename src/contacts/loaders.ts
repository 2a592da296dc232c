/** Contacts and organizations by id; a portal client finds its own contact and that contact's organization only. */
import { rowLoader } from '../schema-builder/loaders.ts';
import { asNode, type NodeOf } from '../schema-builder/nodes.ts';
import { type ContactRow, contactsById, type ListedContact } from './contacts.ts';
import { ORGANIZATION_COLUMNS, type OrganizationRow, organizationsById } from './organizations.ts';

export const contactLoader = rowLoader(
  ({ platform, viewer }, ids) => platform.database.forTenant(viewer).runPrepared(contactsById, { ids, portalContactId: viewer.contactId }),
  (row) => asNode('Contact', row),
);

export const organizationLoader = rowLoader(
  ({ platform, viewer }, ids) =>
    platform.database.forTenant(viewer).runPrepared(organizationsById(ORGANIZATION_COLUMNS), { ids, portalContactId: viewer.contactId }),
  (row) => asNode('Organization', row),
);

/** A contact whose organization may have been read with it. */
export interface ContactNode extends NodeOf<ContactRow> {
  organization?: NodeOf<OrganizationRow> | null;
}

/** Presents a contact of a list. */
export function contactNode(contact: ListedContact): ContactNode {
  const { organization } = contact;
  return Object.assign(asNode('Contact', contact), { organization: organization && asNode('Organization', organization) });
}
