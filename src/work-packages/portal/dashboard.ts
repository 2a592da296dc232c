/**
 * What portal users see after signing in: the current work package of their contact, and all
 * packages that they may see.
 */
import { sql } from 'kysely';
import { prepare } from '../../platform/database/prepared.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { PACKAGE_COLUMNS, type WorkPackageRow } from '../rows.ts';
import { belongsTo, packageVisibleTo } from '../visibility.ts';

/** Portal users with more packages find the older ones with the query workPackages. */
const MAX_PACKAGES = 500;

/** Whether there is a work package to show. */
export const PORTAL_STATES = ['READY', 'PREPARING'] as const;
/**
 * Whether the package is for the contact itself or for its organization; NONE without a package.
 */
export const PORTAL_MATCHES = ['CONTACT', 'COMPANY', 'NONE'] as const;

/** `workPackage` is null exactly when `state` is PREPARING, and `matchedBy` is NONE then. */
export interface PortalDashboard {
  state: (typeof PORTAL_STATES)[number];
  matchedBy: (typeof PORTAL_MATCHES)[number];
  workPackage: WorkPackageRow | null;
}

/**
 * The newest ACTIVE package of the contact, else of its organization, else the newest COMPLETED one
 * in the same two steps. The four steps are the order of the rows, so that one statement is enough.
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

/** The viewer's dashboard: PREPARING without a contact, or while there is nothing to show. */
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

/**
 * The packages that the viewer's contact may see, newest first and at most MAX_PACKAGES; none for a
 * viewer without a contact.
 */
export async function portalWorkPackages(
  platform: Platform,
  viewer: Viewer,
): Promise<WorkPackageRow[]> {
  const { contactId } = viewer;
  return contactId === null
    ? []
    : platform.database.forTenant(viewer).runPrepared(visiblePackages, { contactId });
}
