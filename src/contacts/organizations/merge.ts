/** Merging organizations: everything that belongs to the source moves to the target. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound, userError } from '../../platform/errors.ts';
import { idOf } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import { recordOf } from '../../platform/records.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { ORGANIZATION_COLUMNS } from '../rows.ts';
import { withOrganizationText } from '../search-text.ts';

/** The input of `mergeOrganizations`. */
export const MergeOrganizations = z
  .object({
    sourceId: idOf('Organization').describe('The organization that is emptied and removed.'),
    targetId: idOf('Organization').describe(
      'The organization that stays. It keeps its own details; those it lacks are taken from the source.',
    ),
  })
  .describe('Two organizations that are in fact the same.');

/** What the target takes from the source where it has none of its own. */
const FILLED = ['industry', 'size', 'website', 'address', 'city', 'country'] as const;

/** The ids of the organizations of a merge. */
export interface OrganizationMerge {
  sourceId: string;
  targetId: string;
}

type MergeHook = (
  platform: Platform,
  tx: TenantTransaction,
  merge: OrganizationMerge,
) => Promise<void>;
const hooks: MergeHook[] = [];

/**
 * Registers a later domain's part of a merge: `move` moves its rows from the source to the target,
 * in the transaction of the merge. Call it once, when the domain is loaded.
 */
export function onOrganizationMerge(move: MergeHook): void {
  hooks.push(move);
}

/**
 * Moves everything of the source to the target, fills the details that the target lacks and removes
 * the source, in one transaction. The source's Pipedrive id becomes the target's, or an alias if the
 * target has one, so that the next sync does not bring the source back. Throws INVALID if both are
 * the same, NOT_FOUND if one does not exist.
 */
export async function mergeOrganizations(
  platform: Platform,
  viewer: Viewer,
  merge: z.output<typeof MergeOrganizations>,
) {
  const { sourceId, targetId } = merge;
  if (sourceId === targetId)
    throw userError('INVALID', ['targetId'], 'Expected an organization other than the source.');
  return platform.database.forTenant(viewer).change(['organization', targetId], async (tx) => {
    const locked = await tx.run(
      query
        .selectFrom('organization')
        .select(['id', 'pipedriveOrgId', 'searchText', ...FILLED])
        .where('id', 'in', [sourceId, targetId])
        .orderBy('id')
        .forUpdate(),
    );
    const source = locked.find(({ id }) => id === sourceId);
    const target = locked.find(({ id }) => id === targetId);
    if (!source) throw notFound(['sourceId']);
    if (!target) throw notFound(['targetId']);
    const text = withOrganizationText(sql<string>`${target.searchText}::text`);
    await tx.run(
      query
        .updateTable('contact')
        .set({ organizationId: targetId, searchText: text })
        .where('organizationId', '=', sourceId),
    );
    await tx.run(
      query
        .updateTable('deal')
        .set({ organizationId: targetId })
        .where('organizationId', '=', sourceId),
    );
    const isLinked = target.pipedriveOrgId !== null;
    await moveExternalIds(tx, merge, isLinked ? source.pipedriveOrgId : null);
    for (const move of hooks) await move(platform, tx, merge);
    await tx.run(query.deleteFrom('organization').where('id', '=', sourceId));
    const touched = query
      .updateTable('organization')
      .set({
        ...recordOf(FILLED, (detail) => target[detail] ?? source[detail]),
        pipedriveOrgId: target.pipedriveOrgId ?? source.pipedriveOrgId,
        updatedAt: sql<Date>`statement_timestamp()`,
      })
      .where('id', '=', targetId);
    const [organization] = await tx.run(touched.returning(ORGANIZATION_COLUMNS));
    return { organization };
  });
}

async function moveExternalIds(
  tx: TenantTransaction,
  { sourceId, targetId }: OrganizationMerge,
  alias: string | null,
): Promise<void> {
  await tx.run(
    query
      .updateTable('organization_alias')
      .set({ organizationId: targetId })
      .where('organizationId', '=', sourceId),
  );
  if (alias === null) return;
  const added = query
    .insertInto('organization_alias')
    .values({ pipedriveOrgId: alias, organizationId: targetId });
  await tx.run(
    added.onConflict((conflict) =>
      conflict.columns(['tenantId', 'pipedriveOrgId']).doUpdateSet({ organizationId: targetId }),
    ),
  );
}
