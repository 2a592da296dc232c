/**
 * What a portal user may see: ACTIVE and COMPLETED packages of the user's contact or of that
 * contact's organization.
 */
import { type RawBuilder, sql } from 'kysely';
import { anyOf } from '../platform/database/arrays.ts';
import { prepareByVersion } from '../platform/database/prepared.ts';
import { query } from '../platform/database/tenant-scope.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { PACKAGE_COLUMNS } from './rows.ts';

/**
 * A condition on work_package: whether the portal user with this contact may see the row. Null
 * stands for all other users, who see every package.
 */
export function packageVisibleTo(contactId: string | null): RawBuilder<boolean> {
  const shared = sql`${sql.ref('work_package.status')} in ('ACTIVE', 'COMPLETED')`;
  return sql<boolean>`(${contactId}::uuid is null or (${shared} and ${belongsTo(contactId)}))`;
}

/** A condition on work_package: whether the row belongs to a contact or to its organization. */
export function belongsTo(contactId: string | null): RawBuilder<boolean> {
  const organization = query
    .selectFrom('contact')
    .select('contact.organizationId')
    .where('contact.id', '=', contactId);
  const ofContact = sql`${sql.ref('work_package.contactId')} = ${contactId}::uuid`;
  const ofCompany = sql`${sql.ref('work_package.companyId')} = (${organization})`;
  return sql<boolean>`(${ofContact} or ${ofCompany})`;
}

/** A condition on `table`: whether the package of the row may be seen, by packageVisibleTo. */
export function inVisiblePackage(
  table: 'work_package_phase' | 'work_package_item' | 'collateral',
  contactId: string | null,
): RawBuilder<boolean> {
  const visible = query
    .selectFrom('work_package')
    .select('work_package.id')
    .where(sql<boolean>`${sql.ref('work_package.id')} = ${sql.ref(`${table}.workPackageId`)}`)
    .where(packageVisibleTo(contactId));
  return sql<boolean>`(${contactId}::uuid is null or exists (${visible}))`;
}

/** Reads packages by id; with a `portalContactId`, only those that this portal user may see. */
export const packagesById = prepareByVersion(
  (p: { ids: string[]; portalContactId: string | null }) =>
    query
      .selectFrom('work_package')
      .select(PACKAGE_COLUMNS)
      .where('id', '=', anyOf(p.ids))
      .where(packageVisibleTo(p.portalContactId)),
);

/**
 * Whether the viewer may see the package as it is stored now; one statement for portal users. For
 * all others it is true without reading anything, even if there is no such package.
 */
export async function isVisible(platform: Platform, viewer: Viewer, id: string): Promise<boolean> {
  const { contactId: portalContactId } = viewer;
  if (portalContactId === null) return true;
  const database = platform.database.forTenant(viewer);
  const found = await database.runPrepared(packagesById, { ids: [id], portalContactId });
  return found.length > 0;
}
