/** Which tables belong to tenants, from the data model. */
import { TABLES } from '../../../generated/tables.ts';

/** Tables that belong to no tenant: Prisma's client reaches them, `query` does not. */
const SHARED_TABLES: readonly string[] = ['tenant', 'kind_epoch'];

/**
 * The names of the tables that belong to tenants. Throws for a table without tenantId that is not
 * listed as shared: statements on it would reach every tenant.
 */
export function tenantTables(
  tables: Readonly<Record<string, object>> = TABLES,
): ReadonlySet<string> {
  const owned = Object.keys(tables).filter((table) => !SHARED_TABLES.includes(table));
  const unscoped = owned.find((table) => !('tenantId' in (tables[table] ?? {})));
  if (unscoped !== undefined)
    throw new Error(
      `The table ${unscoped} has no tenantId. Add the column or, if no tenant owns it, list it in SHARED_TABLES.`,
    );
  return new Set(owned);
}
