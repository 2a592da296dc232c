/**
 * What a client sees on signing in: the work package that stands for it now, and all that it may
 * see.
 */
import { sql } from 'kysely';
import { prepare } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { PACKAGE_COLUMNS, type WorkPackageRow } from '../rows.ts';
import { belongsTo, packageVisibleTo } from '../visibility.ts';

/** A client with more packages than these finds the older ones in `workPackages` of the API. */
const MAX_PACKAGES = 500;

export interface PortalDashboard {
  state: 'READY' | 'PREPARING';
  matchedBy: 'CONTACT' | 'COMPANY' | 'NONE';
  workPackage: WorkPackageRow | null;
}

/**
 * The newest ACTIVE package of the contact, else of its organization, else the newest COMPLETED one
 * in the same two steps: the four steps are the order, so that one statement takes them all.
 */
const currentPackage = prepare((p: { contactId: string }) =>
  query
    .selectFrom('work_package')
    .select(PACKAGE_COLUMNS)
    .select(
      sql<boolean>`"work_package"."contactId" is not distinct from ${p.contactId}::uuid`.as(
        'ofContact',
      ),
    )
    .where('status', 'in', ['ACTIVE', 'COMPLETED'])
    .where(belongsTo(p.contactId))
    .orderBy(sql`"status" = 'ACTIVE'`, 'desc')
    .orderBy(sql`"contactId" is not distinct from ${p.contactId}::uuid`, 'desc')
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1),
);

const visiblePackages = prepare((p: { contactId: string }) =>
  query
    .selectFrom('work_package')
    .select(PACKAGE_COLUMNS)
    .where(packageVisibleTo(p.contactId))
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(MAX_PACKAGES),
);

/**
 * The dashboard of the viewer; one without a contact, or for whom there is nothing yet, is
 * PREPARING.
 */
export async function portalDashboard(
  platform: Platform,
  viewer: Viewer,
): Promise<PortalDashboard> {
  const { contactId } = viewer;
  const [found] =
    contactId === null
      ? []
      : await platform.database.forTenant(viewer).runPrepared(currentPackage, { contactId });
  if (found)
    return {
      state: 'READY',
      matchedBy: found.ofContact ? 'CONTACT' : 'COMPANY',
      workPackage: found,
    };
  const tried =
    contactId === null
      ? []
      : ['ACTIVE by contact', 'ACTIVE by company', 'COMPLETED by contact', 'COMPLETED by company'];
  platform.log.info(
    { tenant: viewer.tenantId, user: viewer.userId, contact: contactId, tried },
    'the portal found no work package',
  );
  return { state: 'PREPARING', matchedBy: 'NONE', workPackage: null };
}

/** All packages that the viewer's contact may see, newest first. */
export async function portalWorkPackages(
  platform: Platform,
  viewer: Viewer,
): Promise<WorkPackageRow[]> {
  const { contactId } = viewer;
  return contactId === null
    ? []
    : platform.database.forTenant(viewer).runPrepared(visiblePackages, { contactId });
}
