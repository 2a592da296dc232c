/**
 * Artifacts attached to items as collateral: one artifact may belong to many items, once to each.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { anyOf } from '../platform/database/arrays.ts';
import { violates } from '../platform/database/sql-errors.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { notFound, type UserError, UserInputError, userError } from '../platform/errors.ts';
import { decodeGlobalId } from '../platform/global-id.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { ARTIFACT_TYPES, artifactTable, artifactTypeOf } from './artifacts/types.ts';
import { changeWorkPackage, packageOf } from './editing/change.ts';
import { type DraftCollateral, findItem } from './editing/draft.ts';
import { type AttachCollateral, type ItemInput, MAX_COLLATERAL } from './inputs.ts';

/** Collateral that an input requests; `field` is the path its errors point to. */
export interface WantedCollateral extends DraftCollateral {
  field: string[];
}

/**
 * The collateral of an input's item. Throws a UserInputError with the path of an id that is
 * malformed, repeated or of another type.
 */
export function wantedCollateral(item: ItemInput, path: readonly string[]): WantedCollateral[] {
  const seen = new Set<string>();
  return (item.collateral ?? []).map(({ artifactId }, index) => {
    const field = [...path, 'collateral', String(index), 'artifactId'];
    const wanted = parseArtifactId(artifactId, field);
    if (seen.has(wanted.artifactId))
      throw userError('TAKEN', field, 'This artifact is collateral of the item already.');
    seen.add(wanted.artifactId);
    return wanted;
  });
}

function parseArtifactId(globalId: string, field: string[]): WantedCollateral {
  const decoded = decodeGlobalId(globalId);
  if (decoded === null) throw userError('INVALID', field, 'Expected an id that this API returned.');
  const artifactType = artifactTypeOf(decoded.type);
  if (artifactType === undefined) throw notFound(field);
  return { id: uuidv7(), artifactType, artifactId: decoded.id, field };
}

/**
 * Locks the artifacts that are about to become collateral. Until the commit none of them can be
 * deleted, and a change to one waits, so that it finds the package. Throws a UserInputError with a
 * NOT_FOUND for each missing artifact, 50 at most.
 */
export async function lockArtifacts(
  tx: TenantTransaction,
  wanted: readonly WantedCollateral[],
): Promise<void> {
  const found = new Set<string>();
  const byType = Map.groupBy(wanted, (collateral) => collateral.artifactType);
  for (const type of ARTIFACT_TYPES) {
    const ids = [...new Set(byType.get(type)?.map((collateral) => collateral.artifactId))];
    if (ids.length === 0) continue;
    const table = artifactTable(type);
    const rows = await tx.run(
      query.selectFrom(table).select('id').where('id', '=', anyOf(ids)).orderBy('id').forShare(),
    );
    for (const row of rows) found.add(row.id);
  }
  const missing = wanted.filter((collateral) => !found.has(collateral.artifactId));
  const errors = missing.slice(0, 50).map(
    ({ field }): UserError => ({
      code: 'NOT_FOUND',
      field,
      message: 'Nothing with this id exists.',
    }),
  );
  if (errors.length > 0) throw new UserInputError(errors);
}

/**
 * Adds an artifact to the end of an item's collateral. Throws NOT_FOUND for an unknown item or
 * artifact, TAKEN if it is already attached, and INVALID once the item has MAX_COLLATERAL.
 */
export async function attachCollateral(
  platform: Platform,
  viewer: Viewer,
  { itemId, artifactId }: z.output<typeof AttachCollateral>,
) {
  const wanted = parseArtifactId(artifactId, ['artifactId']);
  try {
    return await changeWorkPackage(platform, viewer, {
      field: 'itemId',
      find: (database) => packageOf(database, 'work_package_item', itemId),
      before: (tx) => lockArtifacts(tx, [wanted]),
      edit: async (draft, tx) => {
        if (!findItem(draft, itemId)) throw notFound(['itemId']);
        const [counted] = await tx.run(
          query
            .selectFrom('collateral')
            .select((eb) => eb.fn.countAll<number>().as('count'))
            .where('itemId', '=', itemId),
        );
        const position = counted?.count ?? 0;
        if (position >= MAX_COLLATERAL)
          throw userError(
            'INVALID',
            ['artifactId'],
            `Expected at most ${MAX_COLLATERAL} pieces of collateral per item.`,
          );
        const { field: _field, ...row } = wanted;
        await tx.run(
          query
            .insertInto('collateral')
            .values({ ...row, position, itemId, workPackageId: draft.id }),
        );
        return { result: itemId, touched: true };
      },
    });
  } catch (error) {
    if (violates(error, 'collateral_tenantId_itemId_artifactId_key'))
      throw userError('TAKEN', ['artifactId'], 'This artifact is collateral of the item already.');
    throw error;
  }
}

/** Removes an artifact from an item; those after it move up. The artifact itself stays. */
export async function detachCollateral(platform: Platform, viewer: Viewer, { id }: { id: string }) {
  await changeWorkPackage(platform, viewer, {
    find: (database) => packageOf(database, 'collateral', id),
    edit: async (_draft, tx) => {
      const [removed] = await tx.run(
        query.deleteFrom('collateral').where('id', '=', id).returning(['itemId', 'position']),
      );
      if (!removed) throw notFound(['id']);
      const position = sql<number>`"position" - 1`;
      await tx.run(
        query
          .updateTable('collateral')
          .set({ position })
          .where('itemId', '=', removed.itemId)
          .where('position', '>', removed.position),
      );
      return { result: null, touched: true };
    },
  });
}
