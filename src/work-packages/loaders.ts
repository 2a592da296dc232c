/** Loaders for packages and their content. By id, portal users get only what they may see. */
import { sql } from 'kysely';
import { anyOf } from '../platform/database/arrays.ts';
import { applyPage, type PageRequest } from '../platform/database/keyset.ts';
import { prepare, prepareByVersion } from '../platform/database/prepared.ts';
import { currentReads } from '../platform/database/statements.ts';
import { query } from '../platform/database/tenant-scope.ts';
import type { Context } from '../schema-builder/context.ts';
import { groupLoader, pagesOf, rowLoader } from '../schema-builder/loaders.ts';
import { collateralNode, itemNode, packageNode, phaseNode } from './nodes.ts';
import {
  COLLATERAL_COLUMNS,
  ITEM_COLUMNS,
  PACKAGE_COLUMNS,
  PHASE_COLUMNS,
  type WorkPackageRow,
} from './rows.ts';
import { assembleTree, treeCache, treesById, type WorkPackageTree } from './tree.ts';
import { inVisiblePackage, packagesById } from './visibility.ts';

type ById = { ids: string[]; portalContactId: string | null };

const phasesById = prepare((p: ById) =>
  query
    .selectFrom('work_package_phase')
    .select(PHASE_COLUMNS)
    .where('id', '=', anyOf(p.ids))
    .where(inVisiblePackage('work_package_phase', p.portalContactId)),
);
const itemsById = prepare((p: ById) =>
  query
    .selectFrom('work_package_item')
    .select(ITEM_COLUMNS)
    .where('id', '=', anyOf(p.ids))
    .where(inVisiblePackage('work_package_item', p.portalContactId)),
);
const collateralById = prepare((p: ById) =>
  query
    .selectFrom('collateral')
    .select(COLLATERAL_COLUMNS)
    .where('id', '=', anyOf(p.ids))
    .where(inVisiblePackage('collateral', p.portalContactId)),
);
const phasesOfPackages = prepareByVersion((p: { ids: string[] }) =>
  query
    .selectFrom('work_package_phase')
    .select(PHASE_COLUMNS)
    .where('workPackageId', '=', anyOf(p.ids))
    .orderBy('workPackageId')
    .orderBy('position'),
);
const itemsOfPhases = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('work_package_item')
    .select(ITEM_COLUMNS)
    .where('phaseId', '=', anyOf(p.ids))
    .orderBy('phaseId')
    .orderBy('position'),
);
const collateralOfItems = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('collateral')
    .select(COLLATERAL_COLUMNS)
    .where('itemId', '=', anyOf(p.ids))
    .orderBy('itemId')
    .orderBy('position'),
);
function database({ platform, viewer }: Context) {
  return platform.database.forTenant(viewer);
}

/** Packages by id; null for those that do not exist or that the viewer may not see. */
export const workPackageLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(packagesById, { ids, portalContactId: context.viewer.contactId }),
  packageNode,
);
/** Phases by id; null for those that do not exist or that the viewer may not see. */
export const phaseLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(phasesById, { ids, portalContactId: context.viewer.contactId }),
  (row) => phaseNode(row),
);
/** Items by id; null for those that do not exist or that the viewer may not see. */
export const itemLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(itemsById, { ids, portalContactId: context.viewer.contactId }),
  (row) => itemNode(row),
);
/** Collateral by id; null for what does not exist or the viewer may not see. */
export const collateralLoader = rowLoader(
  (context, ids) =>
    database(context).runPrepared(collateralById, {
      ids,
      portalContactId: context.viewer.contactId,
    }),
  (row) => collateralNode(row),
);

/**
 * The phases of a package by its id, in order. Does not check that the viewer may see the package.
 */
export const phasesLoader = groupLoader(
  (context, ids) => database(context).runPrepared(phasesOfPackages, { ids }),
  (phase) => phase.workPackageId,
  (row) => phaseNode(row),
);
/** The items of a phase by its id, in order. Does not check that the viewer may see the phase. */
export const itemsLoader = groupLoader(
  (context, ids) => database(context).runPrepared(itemsOfPhases, { ids }),
  (item) => item.phaseId,
  (row) => itemNode(row),
);
/**
 * The collateral of an item by its id, in order. Does not check that the viewer may see the item.
 */
export const collateralOfItemLoader = groupLoader(
  (context, ids) => database(context).runPrepared(collateralOfItems, { ids }),
  (collateral) => collateral.itemId,
  (row) => collateralNode(row),
);

/** Reads whole packages from the database, with one statement for all of them. */
const uncachedTreeLoader = rowLoader<WorkPackageTree>(async (context, ids) =>
  (await database(context).runPrepared(treesById, { ids })).map(assembleTree),
);

/**
 * The whole content of a package at this version or a newer one: from the cache if it has that
 * version, otherwise with one statement for all packages of the request. Null if the package no
 * longer exists.
 */
export async function loadTree(
  context: Context,
  { id, version }: { id: string; version: number },
): Promise<WorkPackageTree | null> {
  const { platform, viewer } = context;
  return treeCache(platform).get(treeKey(viewer.tenantId, { id, version }), async () => {
    const loader = uncachedTreeLoader(context);
    const tree = await loader.load(id);
    // The request may have loaded the package before, at an older version: that must not be cached
    // as this one.
    return tree !== null && tree.version < version ? loader.clear(id).load(id) : tree;
  });
}

/** The tree at this version if it is in the memory of this process; otherwise undefined. */
export function peekTree(
  { platform, viewer }: Context,
  { id, version }: { id: string; version: number },
): WorkPackageTree | undefined {
  return treeCache(platform).peek(treeKey(viewer.tenantId, { id, version }));
}

/**
 * The answer is made of the tree, whether the cache has it or not. A change by hand does not raise
 * the version, but is known where the answer may be kept.
 */
function treeKey(tenantId: string, { id, version }: { id: string; version: number }): string {
  const reads = currentReads();
  reads?.add(treesById.footprint, [id]);
  const epoch = reads?.knownEpoch(treesById.footprint.kinds) ?? 0;
  return `${tenantId}:${id}:${version}${epoch === 0 ? '' : `:${epoch}`}`;
}

/** Pages of the packages for a contact, by its id. */
export const packagesOfContactLoader = pagesOf<WorkPackageRow>({
  read: (context, { ids, page }) => database(context).run(packagesOfContacts(ids, page)),
  parentOf: ({ contactId }) => contactId ?? '',
});

function packagesOfContacts(contactIds: string[], page: PageRequest) {
  return query
    .selectFrom(
      sql<{ contactId: string }>`unnest(${contactIds}::uuid[])`.as<'parent'>(
        sql`parent("contactId")`,
      ),
    )
    .innerJoinLateral(
      (eb) =>
        applyPage(
          eb
            .selectFrom('work_package')
            .select(PACKAGE_COLUMNS)
            .whereRef('work_package.contactId', '=', 'parent.contactId'),
          'work_package',
          page,
        ).as('package'),
      (join) => join.onTrue(),
    )
    .selectAll('package');
}

const countOfContacts = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('work_package')
    .select((eb) => ['contactId', eb.fn.countAll<number>().as('count')])
    .where('contactId', '=', anyOf(p.ids))
    .groupBy('contactId'),
);

/** Counts the packages for a contact by its id: one row with the count, or none instead of 0. */
export const packageCountLoader = groupLoader(
  (context, ids) => database(context).runPrepared(countOfContacts, { ids }),
  (row) => row.contactId ?? '',
);
