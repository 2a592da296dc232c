/** What a portal client may see: ACTIVE and COMPLETED packages of its contact or of that contact's organization. */
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { TenantTables } from '../platform/database/tenant-scope.ts';

/** Whether a package may be seen by the portal client with this contact; null stands for everybody else, who sees all. */
export function packageVisibleTo(contactId: string | null) {
  return (eb: ExpressionBuilder<TenantTables, 'work_package'>): Expression<SqlBool> =>
    eb.or([sql<boolean>`${contactId}::uuid is null`, eb.and([sql<boolean>`${sql.ref('work_package.status')} in ('ACTIVE', 'COMPLETED')`, belongsTo(contactId)(eb)])]);
}

/** Packages of a contact or of its organization. */
export function belongsTo(contactId: string | null) {
  return (eb: ExpressionBuilder<TenantTables, 'work_package'>): Expression<SqlBool> =>
    eb.or([
      eb('work_package.contactId', '=', contactId),
      eb('work_package.companyId', '=', eb.selectFrom('contact').select('contact.organizationId').where('contact.id', '=', contactId)),
    ]);
}

/** The same for a row that lies in the package `workPackageId`, as a condition of its own table. */
export function inVisiblePackage(table: 'work_package_phase' | 'work_package_item' | 'collateral', contactId: string | null) {
  return (eb: ExpressionBuilder<TenantTables, never>): Expression<SqlBool> =>
    eb.or([
      sql<boolean>`${contactId}::uuid is null`,
      eb.exists(
        eb
          .selectFrom('work_package')
          .select('work_package.id')
          .where(sql<boolean>`${sql.ref('work_package.id')} = ${sql.ref(`${table}.workPackageId`)}`)
          .where((inner) => packageVisibleTo(contactId)(inner)),
      ),
    ]);
}
