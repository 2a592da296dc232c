/**
 * A package while it is edited: mutations change a draft of plain data, and `saveDraft` writes what
 * is different, with the figures that follow from it, in a few set-based statements. An unchanged
 * draft writes nothing, so the version rises only with a change.
 *
 * Drafts have all columns of the tables except those that the server keeps itself.
 */
import { columnsOf, type RowOf, rowOf, type ValuesFor } from '../../platform/database/columns.ts';

const KEPT_OF_PACKAGE = [
  'phaseCount',
  'itemCount',
  'totalEstimatedHours',
  'progress',
  'expectedEndDate',
  'version',
  'createdAt',
  'updatedAt',
] as const;
/** The position is the index in the draft's list. */
const KEPT_OF_PHASE = [
  'workPackageId',
  'position',
  'itemCount',
  'totalEstimatedHours',
  'progress',
  'startDate',
  'expectedEndDate',
] as const;
const KEPT_OF_ITEM = ['workPackageId', 'phaseId', 'position'] as const;
const KEPT_OF_COLLATERAL = ['workPackageId', 'itemId', 'position'] as const;

type PackageValues = RowOf<'work_package', (typeof KEPT_OF_PACKAGE)[number]>;
type PhaseValues = RowOf<'work_package_phase', (typeof KEPT_OF_PHASE)[number]>;
type ItemValues = RowOf<'work_package_item', (typeof KEPT_OF_ITEM)[number]>;

const PACKAGE_VALUES = columnsOf('work_package', KEPT_OF_PACKAGE);
const PHASE_VALUES = columnsOf('work_package_phase', KEPT_OF_PHASE);
const ITEM_VALUES = columnsOf('work_package_item', KEPT_OF_ITEM);

/** Collateral of an item in a draft: which artifact it is; its position is its index. */
export type DraftCollateral = RowOf<'collateral', (typeof KEPT_OF_COLLATERAL)[number]>;

/** An item in a draft; its phase and position are where it is in the draft. */
export interface DraftItem extends ItemValues {
  /** Only of new items; the collateral of stored ones is changed by `collateral.ts`. */
  newCollateral: DraftCollateral[];
}

/** A phase in a draft, without figures: they are computed when the draft is saved. */
export interface DraftPhase extends PhaseValues {
  /** In order: a position is an index here. */
  items: DraftItem[];
}

/** Plain data, so that it can be cloned and compared as JSON. */
export interface Draft extends PackageValues {
  /** In order: a position is an index here. */
  phases: DraftPhase[];
}

/** A draft of a package with these phases; values that are left out are null. */
export function draftOf(values: ValuesFor<PackageValues>, phases: DraftPhase[]): Draft {
  return { ...rowOf<PackageValues>(PACKAGE_VALUES, values), phases };
}

/** A phase of a draft with these items; values that are left out are null. */
export function draftPhase(values: ValuesFor<PhaseValues>, items: DraftItem[]): DraftPhase {
  return { ...rowOf<PhaseValues>(PHASE_VALUES, values), items };
}

/** An item of a draft; values that are left out are null. */
export function draftItem(
  values: ValuesFor<ItemValues>,
  newCollateral: DraftCollateral[] = [],
): DraftItem {
  return { ...rowOf<ItemValues>(ITEM_VALUES, values), newCollateral };
}

/** The phase with this id; undefined when it is not in the package (any more). */
export function findPhase(draft: Draft, id: string): DraftPhase | undefined {
  return draft.phases.find((phase) => phase.id === id);
}

/** The item with this id and its phase; undefined when it is not in the package (any more). */
export function findItem(
  draft: Draft,
  id: string,
): { phase: DraftPhase; item: DraftItem } | undefined {
  for (const phase of draft.phases) {
    const item = phase.items.find((candidate) => candidate.id === id);
    if (item) return { phase, item };
  }
  return undefined;
}

/** How many items the package has in all its phases. */
export function itemCount(draft: Draft): number {
  return draft.phases.reduce((sum, phase) => sum + phase.items.length, 0);
}

/** Moves an element of the list to an index, counted without the element itself. */
export function move<T>(list: T[], element: T, index: number): void {
  list.splice(list.indexOf(element), 1);
  list.splice(index, 0, element);
}
