/** Writes a draft: only its differences from the stored rows, and the figures that follow. */
import { anyOf } from '../../platform/database/arrays.ts';
import { updateEach } from '../../platform/database/bulk-update.ts';
import { columnsOf } from '../../platform/database/columns.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { keysOf } from '../../platform/records.ts';
import { searchText } from '../../platform/text.ts';
import { computeFigures, type PackageFigures } from '../figures/figures.ts';
import type { Draft, DraftItem, DraftPhase } from './draft.ts';

/** Rows of one INSERT: 9 parameters each stay well below PostgreSQL's 65,535. */
const INSERT_ROWS = 1_000;

/** The columns of a package that follow from a draft: all but its id, version and times. */
export function packageValues(draft: Draft, figures: PackageFigures) {
  const { id: _id, phases: _phases, ...values } = draft;
  return { ...values, ...figures, searchText: searchText(draft.title, draft.description) };
}

/** The phases of a draft as rows with their figures, and the figures of the package. */
export function phaseRows(draft: Draft, hoursPerWorkingDay: number) {
  const figures = computeFigures(
    draft.startDate,
    draft.phases.map((phase) => phase.items),
    hoursPerWorkingDay,
  );
  const rows = draft.phases.map(({ items: _items, ...phase }, position) => ({
    ...phase,
    position,
    ...(figures.phases[position] as (typeof figures.phases)[number]),
  }));
  return { package: figures.package, phases: rows };
}

type PhaseValues = ReturnType<typeof phaseRows>['phases'][number];

function itemRows(phases: readonly DraftPhase[]) {
  return phases.flatMap((phase) =>
    phase.items.map(({ newCollateral: _collateral, ...item }, position) => ({
      ...item,
      position,
      phaseId: phase.id,
    })),
  );
}

type ItemValues = ReturnType<typeof itemRows>[number];

/** A draft, and its phases as rows with the figures that are, or will be, stored with them. */
export interface DraftRows {
  draft: Draft;
  phases: PhaseValues[];
}

/**
 * Writes the differences between the stored package and the edited one. Phases are compared with
 * the stored rows, not with figures computed from the old draft, since the stored ones may have
 * been computed with another HOURS_PER_WORKING_DAY.
 */
export async function saveDraft(
  tx: TenantTransaction,
  stored: DraftRows,
  { draft: after, phases: rows }: DraftRows,
): Promise<void> {
  const phases = difference<PhaseValues>(stored.phases, rows);
  const items = difference<ItemValues>(itemRows(stored.draft.phases), itemRows(after.phases));
  // Removed first and added last: a position is then free when it is taken.
  if (items.removed.length > 0)
    await tx.run(query.deleteFrom('work_package_item').where('id', '=', anyOf(items.removed)));
  if (phases.removed.length > 0)
    await tx.run(query.deleteFrom('work_package_phase').where('id', '=', anyOf(phases.removed)));
  if (phases.changed.length > 0)
    await tx.run(updateEach('work_package_phase', phases.changed, PHASE_CHANGES));
  if (items.changed.length > 0)
    await tx.run(updateEach('work_package_item', items.changed, ITEM_CHANGES));
  await insertPhases(tx, after.id, phases.added);
  await insertItems(tx, after, items.added);
}

function difference<Row extends { id: string }>(before: readonly Row[], after: readonly Row[]) {
  const stored = new Map(before.map((row) => [row.id, row]));
  const kept = new Set(after.map((row) => row.id));
  return {
    added: after.filter((row) => !stored.has(row.id)),
    changed: after.filter((row) => stored.has(row.id) && !hasValues(stored.get(row.id), row)),
    removed: before.filter((row) => !kept.has(row.id)).map((row) => row.id),
  };
}

/** Whether a stored row has the values of `row`; it may have more columns, in any order. */
function hasValues<Row extends object>(stored: Row | undefined, row: Row): boolean {
  return keysOf(row).every((column) => stored?.[column] === row[column]);
}

/** Whether two states of one draft are the same. */
export function same(a: Draft, b: Draft): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

const PHASE_CHANGES = columnsOf('work_package_phase', ['workPackageId']);
/** An item stays in its phase. */
const ITEM_CHANGES = columnsOf('work_package_item', ['workPackageId', 'phaseId']);

/** Inserts phases of a package, with their figures. */
export async function insertPhases(
  tx: TenantTransaction,
  workPackageId: string,
  rows: readonly PhaseValues[],
): Promise<void> {
  if (rows.length > 0)
    await tx.run(
      query.insertInto('work_package_phase').values(rows.map((row) => ({ ...row, workPackageId }))),
    );
}

/** Inserts items of a draft with their new collateral; by default all items. */
export async function insertItems(
  tx: TenantTransaction,
  draft: Draft,
  rows: readonly ItemValues[] = itemRows(draft.phases),
): Promise<void> {
  const workPackageId = draft.id;
  for (const part of chunks(rows))
    await tx.run(
      query.insertInto('work_package_item').values(part.map((row) => ({ ...row, workPackageId }))),
    );
  const added = new Set(rows.map((row) => row.id));
  const items = draft.phases.flatMap((phase) => phase.items).filter((item) => added.has(item.id));
  for (const part of chunks(items.flatMap(collateralRows)))
    await tx.run(
      query.insertInto('collateral').values(part.map((row) => ({ ...row, workPackageId }))),
    );
}

function collateralRows(item: DraftItem) {
  return item.newCollateral.map((collateral, position) => ({
    ...collateral,
    position,
    itemId: item.id,
  }));
}

function chunks<T>(rows: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / INSERT_ROWS) }, (_, index) =>
    rows.slice(index * INSERT_ROWS, (index + 1) * INSERT_ROWS),
  );
}
