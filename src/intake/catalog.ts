/**
 * A tenant's catalog is what its owners and members set up for all clients: question blocks, intake
 * paths and packet templates. It changes rarely, and each change looks at all of it, so changes of
 * one tenant follow one another.
 */
import { sql } from 'kysely';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { CATALOG_CHANGED } from './topics.ts';

/**
 * Runs a change of the tenant's catalog in a transaction that waits for earlier ones. Resolves with
 * the result of `work` after the commit; every process then drops its caches of the catalog.
 */
export function changeCatalog<T>(
  platform: Platform,
  viewer: Viewer,
  work: (tx: TenantTransaction) => Promise<T>,
): Promise<T> {
  return platform.database.forTenant(viewer).change(['intake catalog', ''], async (tx) => {
    await tx.run(query.selectNoFrom(lockOf(tx.tenantId).as('locked')));
    CATALOG_CHANGED.publishAfterCommit(platform, tx, [tx.tenantId]);
    return work(tx);
  });
}

function lockOf(tenantId: string) {
  return sql`pg_advisory_xact_lock(hashtextextended(${`intake-catalog:${tenantId}`}, 0))`;
}
