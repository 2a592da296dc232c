/** Items of a phase: the work itself, with its progress. */
import type { z } from 'zod';
import { notFound, userError } from '../platform/errors.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { lockArtifacts, type WantedCollateral } from './collateral.ts';
import { changeWorkPackage, packageOf } from './editing/change.ts';
import { findItem, findPhase, move } from './editing/draft.ts';
import { withProgress } from './figures/progress.ts';
import type { AddItem, UpdateItem } from './inputs.ts';
import { checkedPosition, newItem, requireItemLimit } from './phases.ts';

/**
 * Adds an item to a phase, at the end unless a position is given. Throws NOT_FOUND for an unknown
 * phase or artifact, and INVALID for a position beyond the end or a package with too many items.
 */
export async function addItem(
  platform: Platform,
  viewer: Viewer,
  { phaseId, item: wantedItem, position }: z.output<typeof AddItem>,
) {
  const wanted: WantedCollateral[] = [];
  const item = newItem(wantedItem, ['item'], wanted);
  return changeWorkPackage(platform, viewer, {
    field: 'phaseId',
    find: (database) => packageOf(database, 'work_package_phase', phaseId),
    before: (tx) => lockArtifacts(tx, wanted),
    edit: async (draft) => {
      const phase = findPhase(draft, phaseId);
      if (!phase) throw notFound(['phaseId']);
      phase.items.splice(checkedPosition(position, phase.items.length), 0, item);
      requireItemLimit(draft, ['item']);
      return { result: item.id };
    },
  });
}

/**
 * Changes the label, effort, position or progress of an item. Throws INVALID if the given status
 * and progress contradict each other, or the position is beyond the end.
 */
export async function updateItem(
  platform: Platform,
  viewer: Viewer,
  { id, position, status, progressCompleted, ...change }: z.output<typeof UpdateItem>,
) {
  return changeWorkPackage(platform, viewer, {
    find: (database) => packageOf(database, 'work_package_item', id),
    edit: async (draft) => {
      const found = findItem(draft, id);
      if (!found) throw notFound(['id']);
      const { item, phase } = found;
      const progress = withProgress(item, { status, progressCompleted });
      if (progress === null)
        throw userError(
          'INVALID',
          ['progressCompleted'],
          `The status ${status} contradicts ${progressCompleted} percent.`,
        );
      Object.assign(item, progress, change);
      if (position !== undefined)
        move(phase.items, item, checkedPosition(position, phase.items.length - 1));
      return { result: id };
    },
  });
}

/** Removes an item with its collateral; the artifacts stay. */
export async function removeItem(platform: Platform, viewer: Viewer, { id }: { id: string }) {
  await changeWorkPackage(platform, viewer, {
    find: (database) => packageOf(database, 'work_package_item', id),
    edit: async (draft) => {
      const found = findItem(draft, id);
      if (!found) throw notFound(['id']);
      found.phase.items = found.phase.items.filter((item) => item.id !== id);
      return { result: null };
    },
  });
}
