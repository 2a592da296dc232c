/** Which tables belong to tenants, from the data model. */
import { TABLES } from '../../../generated/tables.ts';

/** Tables that no tenant owns: `query` can't reach them, Prisma's client can. */
const SHARED_TABLES: readonly string[] = ['tenant'];

interface Table {
  readonly table: string;
  readonly hasTenantId: boolean;
}

/**
 * The names of the tables that belong to tenants. Throws for a table without tenantId that is not
 * listed as shared: statements about it would reach every tenant.
 */
export function tenantTables(tables: readonly Table[] = TABLES): ReadonlySet<string> {
  const owned = tables.filter(({ table }) => !SHARED_TABLES.includes(table));
  const unscoped = owned.find(({ hasTenantId }) => !hasTenantId);
  if (unscoped)
    throw new Error(
      `The table ${unscoped.table} has no tenantId. Add the column or, if no tenant owns it, list it in SHARED_TABLES.`,
    );
  return new Set(owned.map(({ table }) => table));
}
