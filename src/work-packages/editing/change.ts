/**
 * How a package is changed. Every change locks the package's row, so that changes to one package
 * run one after the other, reads the package as a draft (`draft.ts`), edits that, and stores what
 * differs with the figures that follow from it (`save-draft.ts`). The version rises by exactly 1,
 * or stays when nothing changed. The change is published after the commit.
 */
import { type RawBuilder, sql } from 'kysely';
import type {
  TenantDatabase,
  TenantQueries,
  TenantTransaction,
} from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { notFound, userError } from '../../platform/errors.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { ITEM_COLUMNS, PACKAGE_COLUMNS, PHASE_COLUMNS, type WorkPackageRow } from '../rows.ts';
import { WORK_PACKAGE_CHANGED } from '../topics.ts';
import { type Draft, draftItem, draftOf, draftPhase } from './draft.ts';
import { type DraftRows, packageValues, phaseRows, same, saveDraft } from './save-draft.ts';

/**
 * The time of the statement, not of its transaction: a change that waited for a lock must not be
 * dated before the change that it waited for.
 */
export const NOW: RawBuilder<Date> = sql<Date>`statement_timestamp()`;

/** How to find the package of a change, what to check, and what to do to its draft. */
export interface Change<Result> {
  /**
   * Finds the package's id before the transaction; null means NOT_FOUND. A phase or item never
   * moves to another package, but it may be removed meanwhile: `edit` must check.
   */
  find: (database: TenantDatabase) => Promise<string | null>;
  /** The field of the input that NOT_FOUND points to; default `id`. */
  field?: string;
  /** The version that the caller has read; STALE if another one is stored. */
  expectedVersion?: number | null;
  /** Runs first. Artifacts are locked here: before packages, as everywhere, to avoid deadlocks. */
  before?: (tx: TenantTransaction) => Promise<void>;
  /** Edits the draft; returns `touched: true` if it wrote rows itself, besides the draft. */
  edit: (draft: Draft, tx: TenantTransaction) => Promise<{ result: Result; touched?: boolean }>;
}

/** The package as it is stored after the change, and what `edit` returned. */
export interface Changed<Result> {
  workPackage: WorkPackageRow;
  result: Result;
}

/**
 * Changes one package in one transaction; resolves after the commit with the stored row. If it
 * throws (NOT_FOUND, STALE, or whatever `edit` throws), nothing is stored.
 */
export async function changeWorkPackage<Result>(
  platform: Platform,
  viewer: Viewer,
  change: Change<Result>,
): Promise<Changed<Result>> {
  const database = platform.database.forTenant(viewer);
  const id = await change.find(database);
  if (id === null) throw notFound([change.field ?? 'id']);
  return database.change(['work package', id], async (tx) => {
    await change.before?.(tx);
    const row = await lockPackage(tx, id);
    if (!row) throw notFound([change.field ?? 'id']);
    if (change.expectedVersion != null && change.expectedVersion !== row.version) {
      throw userError(
        'STALE',
        ['version'],
        `The package now has version ${row.version}; read it again before you change it.`,
      );
    }
    const stored = await readStored(tx, row);
    const draft = structuredClone(stored.draft);
    const { result, touched = false } = await change.edit(draft, tx);
    if (!touched && same(stored.draft, draft)) return { workPackage: row, result };
    const figures = phaseRows(draft, platform.config.HOURS_PER_WORKING_DAY);
    await saveDraft(tx, stored, { draft, phases: figures.phases });
    const values = {
      ...packageValues(draft, figures.package),
      version: row.version + 1,
      updatedAt: NOW,
    };
    const [workPackage] = await tx.run(
      query
        .updateTable('work_package')
        .set(values)
        .where('id', '=', row.id)
        .returning(PACKAGE_COLUMNS),
    );
    if (!workPackage) throw notFound(['id']);
    WORK_PACKAGE_CHANGED.publishAfterCommit(platform, tx, [row.id]);
    return { workPackage, result };
  });
}

async function lockPackage(tx: TenantTransaction, id: string): Promise<WorkPackageRow | undefined> {
  const [row] = await tx.run(
    query.selectFrom('work_package').select(PACKAGE_COLUMNS).where('id', '=', id).forUpdate(),
  );
  return row;
}

async function readStored(tx: TenantTransaction, row: WorkPackageRow): Promise<DraftRows> {
  const phases = await tx.run(
    query
      .selectFrom('work_package_phase')
      .select(PHASE_COLUMNS)
      .where('workPackageId', '=', row.id)
      .orderBy('position'),
  );
  const items = await tx.run(
    query
      .selectFrom('work_package_item')
      .select(ITEM_COLUMNS)
      .where('workPackageId', '=', row.id)
      .orderBy('position'),
  );
  const byPhase = Map.groupBy(items, (item) => item.phaseId);
  const itemsOf = (id: string) => (byPhase.get(id) ?? []).map((item) => draftItem(item));
  const draft = draftOf(
    row,
    phases.map((phase) => draftPhase(phase, itemsOf(phase.id))),
  );
  return { draft, phases };
}

/** The id of the package that a phase, item or collateral is in; null if there is no such row. */
export async function packageOf(
  database: TenantQueries,
  table: 'work_package_phase' | 'work_package_item' | 'collateral',
  id: string,
): Promise<string | null> {
  const [row] = await database.run(
    query.selectFrom(table).select('workPackageId').where('id', '=', id),
  );
  return row?.workPackageId ?? null;
}
