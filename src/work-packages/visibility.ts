/**
 * What a portal client may see: ACTIVE and COMPLETED packages of its contact or of that contact's
 * organization.
 */
import { type RawBuilder, sql } from 'kysely';
import { query } from '../platform/database/tenant-scope.ts';

/**
 * Whether a row of work_package may be seen by the portal client with this contact; null stands for
 * everybody else, who sees all.
 */
export function packageVisibleTo(contactId: string | null): RawBuilder<boolean> {
  return sql<boolean>`(${contactId}::uuid is null or (${sql.ref('work_package.status')} in ('ACTIVE', 'COMPLETED') and ${belongsTo(contactId)}))`;
}

/** Whether a row of work_package is of a contact or of its organization. */
export function belongsTo(contactId: string | null): RawBuilder<boolean> {
  const organization = query
    .selectFrom('contact')
    .select('contact.organizationId')
    .where('contact.id', '=', contactId);
  return sql<boolean>`(${sql.ref('work_package.contactId')} = ${contactId}::uuid or ${sql.ref('work_package.companyId')} = (${organization}))`;
}

/** Whether a row that lies in a package may be seen, as packageVisibleTo says. */
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
