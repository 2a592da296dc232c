/** Phases of a package, and what an input's phases and items become. */
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
 * A new item as the input describes it. Its collateral is added to `wanted`, to be locked before
 * the item is stored.
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

/** A new phase as the input describes it; `wanted` gets the collateral of its items. */
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

/** Throws INVALID at `path` when the package has more items than a package may have. */
export function requireItemLimit(draft: Draft, path: readonly string[]): void {
  if (itemCount(draft) > MAX_ITEMS)
    throw userError('INVALID', path, `A package has at most ${MAX_ITEMS} items.`);
}

/** The index of a list that a position means: the end when absent; INVALID beyond `last`. */
export function checkedPosition(position: number | null | undefined, last: number): number {
  if (position == null) return last;
  if (position > last)
    throw userError('INVALID', ['position'], `Expected a position from 0 to ${last}.`);
  return position;
}

/** Adds a phase, at the end unless a position is given. */
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
        throw userError('INVALID', ['phase'], `A package has at most ${MAX_PHASES} phases.`);
      draft.phases.splice(checkedPosition(position, draft.phases.length), 0, phase);
      requireItemLimit(draft, ['phase', 'items']);
      return { result: phase.id };
    },
  });
}

/** Renames or moves a phase. */
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
