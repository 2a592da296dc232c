/** Work packages: creating, changing and deleting them. */
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { violates } from '../platform/database/sql-errors.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { notFound } from '../platform/errors.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { lockArtifacts, type WantedCollateral } from './collateral.ts';
import { changeWorkPackage } from './editing/change.ts';
import { draftOf } from './editing/draft.ts';
import { insertItems, insertPhases, packageValues, phaseRows } from './editing/save-draft.ts';
import type { CreateWorkPackage, UpdateWorkPackage } from './inputs.ts';
import { newPhase, requireItemLimit } from './phases.ts';
import { PACKAGE_COLUMNS } from './rows.ts';
import { WORK_PACKAGE_CHANGED } from './topics.ts';

/**
 * Creates a DRAFT with its phases and items. With a contact but no company, it gets the contact's
 * organization. Throws NOT_FOUND for an unknown contact, company or artifact, and INVALID beyond
 * MAX_ITEMS.
 */
export async function createWorkPackage(
  platform: Platform,
  viewer: Viewer,
  { phases, ...values }: z.output<typeof CreateWorkPackage>,
) {
  const wanted: WantedCollateral[] = [];
  const draft = draftOf(
    { ...values, id: uuidv7(), status: 'DRAFT' },
    (phases ?? []).map((phase, index) => newPhase(phase, ['phases', String(index)], wanted)),
  );
  requireItemLimit(draft, ['phases']);
  return refusingMissingClients(() =>
    platform.database.forTenant(viewer).transaction(async (tx) => {
      await lockArtifacts(tx, wanted);
      draft.companyId ??= await organizationOf(tx, draft.contactId);
      const figures = phaseRows(draft, platform.config.HOURS_PER_WORKING_DAY);
      const row = { ...packageValues(draft, figures.package), id: draft.id };
      const [workPackage] = await tx.run(
        query.insertInto('work_package').values(row).returning(PACKAGE_COLUMNS),
      );
      await insertPhases(tx, draft.id, figures.phases);
      await insertItems(tx, draft);
      return { workPackage };
    }),
  );
}

async function organizationOf(
  tx: TenantTransaction,
  contactId: string | null,
): Promise<string | null> {
  if (contactId === null) return null;
  const [contact] = await tx.run(
    query.selectFrom('contact').select('organizationId').where('id', '=', contactId),
  );
  return contact?.organizationId ?? null;
}

/**
 * Changes the given values; null clears one. Throws STALE if a version is given and another one is
 * stored, and NOT_FOUND for an unknown package, contact or company.
 */
export async function updateWorkPackage(
  platform: Platform,
  viewer: Viewer,
  { id, version, ...change }: z.output<typeof UpdateWorkPackage>,
) {
  return refusingMissingClients(() =>
    changeWorkPackage(platform, viewer, {
      find: async () => id,
      expectedVersion: version,
      edit: async (draft) => {
        Object.assign(draft, change);
        return { result: null };
      },
    }),
  );
}

/** Deletes a package and everything in it except artifacts. Throws NOT_FOUND if there is none. */
export async function deleteWorkPackage(
  platform: Platform,
  viewer: Viewer,
  { id }: { id: string },
) {
  await platform.database.forTenant(viewer).change(['work package', id], async (tx) => {
    const deleted = await tx.run(
      query.deleteFrom('work_package').where('id', '=', id).returning('id'),
    );
    if (deleted.length === 0) throw notFound(['id']);
    WORK_PACKAGE_CHANGED.publishAfterCommit(platform, tx, [id]);
  });
}

async function refusingMissingClients<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violates(error, 'work_package_tenantId_contactId_fkey')) throw notFound(['contactId']);
    if (violates(error, 'work_package_tenantId_companyId_fkey')) throw notFound(['companyId']);
    throw error;
  }
}
