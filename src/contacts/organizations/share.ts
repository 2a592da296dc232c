/** A metric for operators: the share of all tenants' contacts that have an organization. */
import { contactsWithOrganization } from '../../platform/metrics.ts';
import type { Platform } from '../../platform/platform.ts';

/** Sets the metric, from 0 to 1; 0 if there are no contacts. */
export async function measureOrganizationShare({ database: { prisma } }: Platform): Promise<void> {
  const { _count: count } = await prisma.contact.aggregate({
    _count: { _all: true, organizationId: true },
  });
  contactsWithOrganization.set(count._all === 0 ? 0 : count.organizationId / count._all);
}
