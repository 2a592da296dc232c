/**
 * When an organization is merged into another one, its packages move there; each counts as changed.
 */
import { sql } from 'kysely';
import { type OrganizationMerge, onOrganizationMerge } from '../contacts/index.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import type { Platform } from '../platform/platform.ts';
import { NOW } from './editing/change.ts';
import { WORK_PACKAGE_CHANGED } from './topics.ts';

async function movePackages(
  platform: Platform,
  tx: TenantTransaction,
  { sourceId, targetId }: OrganizationMerge,
): Promise<void> {
  const change = { companyId: targetId, version: sql<number>`"version" + 1`, updatedAt: NOW };
  const moved = await tx.run(
    query.updateTable('work_package').set(change).where('companyId', '=', sourceId).returning('id'),
  );
  WORK_PACKAGE_CHANGED.publishAfterCommit(
    platform,
    tx,
    moved.map(({ id }) => id),
  );
}

onOrganizationMerge(movePackages);
