/** Contacts and organizations by id; a portal client finds its own contact and that contact's organization only. */
import { rowLoader } from '../schema-builder/loaders.ts';
import { asNode } from '../schema-builder/nodes.ts';
import { contactsById } from './contacts.ts';
import { organizationsById } from './organizations.ts';

export const contactLoader = rowLoader(
  ({ platform, viewer }, ids) => platform.database.forTenant(viewer).runPrepared(contactsById, { ids, portalContactId: viewer.contactId }),
  (row) => asNode('Contact', row),
);

export const organizationLoader = rowLoader(
  ({ platform, viewer }, ids) => platform.database.forTenant(viewer).runPrepared(organizationsById, { ids, portalContactId: viewer.contactId }),
  (row) => asNode('Organization', row),
);
