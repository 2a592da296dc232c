/** Contacts and organizations by id; a portal client finds its own contact and that contact's organization only. */
import type { Context } from '../schema-builder/context.ts';
import { rowLoader } from '../schema-builder/loaders.ts';
import { asNode, type NodeOf } from '../schema-builder/nodes.ts';
import { type ContactRow, contactsById } from './contacts.ts';
import { ORGANIZATION_COLUMNS, type OrganizationColumn, type OrganizationRow, organizationsById } from './organizations.ts';

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

export interface WantedOrganizations {
  contacts: (ContactRow & Pick<ContactNode, 'organization'>)[];
  /** The only columns that will be looked at, `id` among them. */
  columns: readonly OrganizationColumn[];
}

/**
 * Reads the organizations of a page of contacts at once and hangs them on the rows. A list of 100 contacts then has no
 * promise for each of them, which took a third of the request's CPU.
 */
export async function addOrganizations(context: Context, wanted: WantedOrganizations): Promise<void> {
  const { contacts } = wanted;
  const { platform, viewer } = context;
  const ids = [...new Set(contacts.map((contact) => contact.organizationId).filter((id) => id !== null))];
  if (ids.length === 0) return;
  const rows = await platform.database.forTenant(viewer).runPrepared(organizationsById(wanted.columns), { ids, portalContactId: viewer.contactId });
  const byId = new Map(rows.map((row) => [row.id, asNode('Organization', row)]));
  for (const contact of contacts) contact.organization = contact.organizationId === null ? null : (byId.get(contact.organizationId) ?? null);
}
