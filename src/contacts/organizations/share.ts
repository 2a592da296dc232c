/**
 * How well contacts and organizations are linked: a figure for those who run the server, over all
 * tenants.
 */
import { contactsWithOrganization } from '../../platform/metrics.ts';
import type { Platform } from '../../platform/platform.ts';

export async function measureOrganizationShare({ database: { prisma } }: Platform): Promise<void> {
  const { _count: count } = await prisma.contact.aggregate({
    _count: { _all: true, organizationId: true },
  });
  contactsWithOrganization.set(count._all === 0 ? 0 : count.organizationId / count._all);
}
