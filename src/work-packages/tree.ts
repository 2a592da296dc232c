/**
 * A whole package in one statement: its phases, items, collateral and artifact summaries, as three
 * flat JSON lists that are put together here. Cached by the package's stored version, which every
 * change of anything in it raises in its own transaction: no reader sees an older state than the
 * last commit.
 *
 * Measured on 30 items with 60 artifacts: one statement of 0.5 ms instead of four levels of
 * loaders.
 */
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { anyOf } from '../platform/database/arrays.ts';
import { prepareByVersion } from '../platform/database/prepared.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { perProcess } from '../platform/platform.ts';
import { artifactNode } from './artifacts/nodes.ts';
import { artifactOfCollateral } from './artifacts/summaries.ts';
import type { ArtifactSummary } from './artifacts/types.ts';
import { collateralNode, type ItemNode, itemNode, type PhaseNode, phaseNode } from './nodes.ts';
import {
  COLLATERAL_COLUMNS,
  type CollateralRow,
  ITEM_COLUMNS,
  type ItemRow,
  PHASE_COLUMNS,
  type PhaseRow,
} from './rows.ts';

/** The content of one version of a package. */
export interface WorkPackageTree {
  id: string;
  version: number;
  phases: PhaseNode[];
}

/** What the statement returns for one package. */
export interface FlatTree {
  id: string;
  version: number;
  phases: PhaseRow[];
  items: ItemRow[];
  collateral: (CollateralRow & { artifact: ArtifactSummary | null })[];
}

/** Reads the flat trees of packages by id, with artifacts that are DRAFT, too. */
export const treesById = prepareByVersion((p: { ids: string[] }) =>
  query
    .selectFrom('work_package')
    .select((eb) => [
      'work_package.id',
      'work_package.version',
      jsonArrayFrom(
        eb
          .selectFrom('work_package_phase')
          .select(PHASE_COLUMNS)
          .whereRef('work_package_phase.workPackageId', '=', 'work_package.id')
          .orderBy('position'),
      ).as('phases'),
      jsonArrayFrom(
        eb
          .selectFrom('work_package_item')
          .select(ITEM_COLUMNS)
          .whereRef('work_package_item.workPackageId', '=', 'work_package.id')
          .orderBy('position'),
      ).as('items'),
      jsonArrayFrom(
        eb
          .selectFrom('collateral')
          .select(COLLATERAL_COLUMNS)
          .select((inner) => artifactOfCollateral(inner).as('artifact'))
          .whereRef('collateral.workPackageId', '=', 'work_package.id')
          .orderBy('position'),
      ).as('collateral'),
    ])
    .where('work_package.id', '=', anyOf(p.ids))
    .$castTo<FlatTree>(),
);

/** Builds the tree from the flat lists, each of which must be in the order of its positions. */
export function assembleTree(flat: FlatTree): WorkPackageTree {
  const phases = new Map(flat.phases.map((row) => [row.id, phaseNode(row, [])]));
  const items = new Map<string, ItemNode>();
  for (const row of flat.items) {
    const item = itemNode(row, []);
    items.set(row.id, item);
    phases.get(row.phaseId)?.items?.push(item);
  }
  for (const row of flat.collateral)
    items
      .get(row.itemId)
      ?.collateral?.push(collateralNode(row, row.artifact && artifactNode(row.artifact)));
  return { id: flat.id, version: flat.version, phases: [...phases.values()] };
}

/** About 100,000 items, each with an artifact. */
const MAX_CACHED_BYTES = 32 * 1_048_576;

/** The trees of this process by `tenant:id:version`. */
export const treeCache = perProcess((platform) =>
  platform.caches.create<WorkPackageTree>({
    name: 'work-packages',
    ttlMs: platform.config.WORK_PACKAGE_CACHE_TTL_MS,
    maxBytes: MAX_CACHED_BYTES,
    revive: (json) => json as WorkPackageTree,
  }),
);
