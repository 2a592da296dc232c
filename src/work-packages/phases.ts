/** Phases of a package, and how the phases and items of an input become those of a draft. */
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { notFound, userError } from '../platform/errors.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { lockArtifacts, type WantedCollateral, wantedCollateral } from './collateral.ts';
import { changeWorkPackage, packageOf } from './editing/change.ts';
import {
  type Draft,
  type DraftItem,
  type DraftPhase,
  draftItem,
  draftPhase,
  findPhase,
  itemCount,
  move,
} from './editing/draft.ts';
import {
  type AddPhase,
  type ItemInput,
  MAX_ITEMS,
  MAX_PHASES,
  type PhaseInput,
  type UpdatePhase,
} from './inputs.ts';

/**
 * Makes a new item from an input. Adds its collateral to `wanted`, which must be locked before the
 * item is stored. `path` is the path of the item in the errors.
 */
export function newItem(
  input: ItemInput,
  path: readonly string[],
  wanted: WantedCollateral[],
): DraftItem {
  const collateral = wantedCollateral(input, path);
  wanted.push(...collateral);
  const { quantity, estimatedHoursEach, ...values } = input;
  return draftItem(
    {
      ...values,
      id: uuidv7(),
      status: 'NOT_STARTED',
      quantity: quantity ?? 1,
      estimatedHoursEach: estimatedHoursEach ?? 0,
      progressCompleted: 0,
    },
    collateral.map(({ field: _field, ...row }) => row),
  );
}

/** Makes a new phase from an input; adds the collateral of its items to `wanted`. */
export function newPhase(
  input: PhaseInput,
  path: readonly string[],
  wanted: WantedCollateral[],
): DraftPhase {
  const items = (input.items ?? []).map((item, index) =>
    newItem(item, [...path, 'items', String(index)], wanted),
  );
  return draftPhase({ ...input, id: uuidv7() }, items);
}

/** Throws INVALID at `path` if the package has more than MAX_ITEMS items. */
export function requireItemLimit(draft: Draft, path: readonly string[]): void {
  if (itemCount(draft) > MAX_ITEMS)
    throw userError('INVALID', path, `Expected at most ${MAX_ITEMS} items per package.`);
}

/** The index for a position: `last` if none is given. Throws INVALID if it is beyond `last`. */
export function checkedPosition(position: number | null | undefined, last: number): number {
  if (position == null) return last;
  if (position > last)
    throw userError('INVALID', ['position'], `Expected a position from 0 to ${last}.`);
  return position;
}

/**
 * Adds a phase, at the end unless a position is given. Throws NOT_FOUND for an unknown package or
 * artifact, and INVALID for a position beyond the end or too many phases or items.
 */
export async function addPhase(
  platform: Platform,
  viewer: Viewer,
  { workPackageId, phase: wantedPhase, position }: z.output<typeof AddPhase>,
) {
  const wanted: WantedCollateral[] = [];
  const phase = newPhase(wantedPhase, ['phase'], wanted);
  return changeWorkPackage(platform, viewer, {
    field: 'workPackageId',
    find: async () => workPackageId,
    before: (tx) => lockArtifacts(tx, wanted),
    edit: async (draft) => {
      if (draft.phases.length >= MAX_PHASES)
        throw userError('INVALID', ['phase'], `Expected at most ${MAX_PHASES} phases per package.`);
      draft.phases.splice(checkedPosition(position, draft.phases.length), 0, phase);
      requireItemLimit(draft, ['phase', 'items']);
      return { result: phase.id };
    },
  });
}

/** Renames, describes or moves a phase. Throws INVALID for a position beyond the end. */
export async function updatePhase(
  platform: Platform,
  viewer: Viewer,
  { id, position, ...change }: z.output<typeof UpdatePhase>,
) {
  return changeWorkPackage(platform, viewer, {
    find: (database) => packageOf(database, 'work_package_phase', id),
    edit: async (draft) => {
      const phase = findPhase(draft, id);
      if (!phase) throw notFound(['id']);
      Object.assign(phase, change);
      if (position !== undefined)
        move(draft.phases, phase, checkedPosition(position, draft.phases.length - 1));
      return { result: id };
    },
  });
}

/** Removes a phase with its items. */
export async function removePhase(platform: Platform, viewer: Viewer, { id }: { id: string }) {
  await changeWorkPackage(platform, viewer, {
    find: (database) => packageOf(database, 'work_package_phase', id),
    edit: async (draft) => {
      if (!findPhase(draft, id)) throw notFound(['id']);
      draft.phases = draft.phases.filter((phase) => phase.id !== id);
      return { result: null };
    },
  });
}
