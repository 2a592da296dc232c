/**
 * When organizations or contacts are merged, the packages of the one that goes move to the one that
 * stays; each counts as changed.
 */
import { sql } from 'kysely';
import { onContactMerge, onOrganizationMerge } from '../contacts/index.ts';
import { anyOf } from '../platform/database/arrays.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import type { Platform } from '../platform/platform.ts';
import { NOW } from './editing/change.ts';
import { WORK_PACKAGE_CHANGED } from './topics.ts';

interface Move {
  /** What the packages belong to. */
  column: 'companyId' | 'contactId';
  from: readonly string[];
  to: string;
}

/** Returns how many packages moved. */
async function movePackages(
  platform: Platform,
  tx: TenantTransaction,
  { column, from, to }: Move,
): Promise<number> {
  const change = { [column]: to, version: sql<number>`"version" + 1`, updatedAt: NOW };
  const moved = await tx.run(
    query.updateTable('work_package').set(change).where(column, '=', anyOf(from)).returning('id'),
  );
  WORK_PACKAGE_CHANGED.publishAfterCommit(
    platform,
    tx,
    moved.map(({ id }) => id),
  );
  return moved.length;
}

onOrganizationMerge(async (platform, tx, { sourceId, targetId }) => {
  await movePackages(platform, tx, { column: 'companyId', from: [sourceId], to: targetId });
});

onContactMerge(async (platform, tx, { sourceIds, targetId }) => {
  const count = await movePackages(platform, tx, {
    column: 'contactId',
    from: sourceIds,
    to: targetId,
  });
  return [{ what: 'work packages', count }];
});
