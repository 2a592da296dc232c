/**
 * A package as it is edited: mutations change a draft of plain data, `saveDraft` finds out what is
 * different and writes that, with the figures that follow from it, in a few set-based statements.
 * A draft that was not changed writes nothing, so that the version only rises with a change.
 */
import type { ArtifactType, WorkItemStatus, WorkPackageStatus } from '../../generated/kysely.ts';
import type { CalendarDay } from '../platform/time.ts';

export interface DraftCollateral {
  id: string;
  artifactType: ArtifactType;
  artifactId: string;
}

export interface DraftItem {
  id: string;
  label: string;
  status: WorkItemStatus;
  quantity: number;
  estimatedHoursEach: number;
  progressCompleted: number;
  /** Only of new items; the collateral of stored ones is changed by `collateral.ts`. */
  newCollateral: DraftCollateral[];
}

export interface DraftPhase {
  id: string;
  name: string;
  description: string | null;
  /** In order: a position is an index here. */
  items: DraftItem[];
}

export interface Draft {
  id: string;
  title: string;
  description: string | null;
  status: WorkPackageStatus;
  contactId: string | null;
  companyId: string | null;
  startDate: CalendarDay | null;
  /** In order: a position is an index here. */
  phases: DraftPhase[];
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

export function itemCount(draft: Draft): number {
  return draft.phases.reduce((sum, phase) => sum + phase.items.length, 0);
}

/** Moves an element of a list to another index. */
export function move<T>(list: T[], element: T, index: number): void {
  list.splice(list.indexOf(element), 1);
  list.splice(index, 0, element);
}
