/** A metric for operators: the share of all tenants' contacts that have an organization. */
import type { Platform } from '../../platform/platform.ts';
import { countContacts } from '../../tenancy/index.ts';
import { contactsWithOrganization } from '../metrics.ts';

/** Sets the metric, from 0 to 1; 0 if there are no contacts. */
export async function measureOrganizationShare({ database }: Platform): Promise<void> {
  const { contacts, withOrganization } = await countContacts(database);
  contactsWithOrganization.set(contacts === 0 ? 0 : withOrganization / contacts);
}
