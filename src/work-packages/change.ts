/**
 * The frame of every change of a package: its row is locked, so that changes of one package happen
 * one after the other; what it holds is read as a draft; after the change the figures are stored
 * and the version rises by exactly 1, or by nothing when nothing changed; then the change is
 * published.
 */
import { type RawBuilder, sql } from 'kysely';
import type {
  TenantDatabase,
  TenantQueries,
  TenantTransaction,
} from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { notFound, userError } from '../platform/errors.ts';
import type { Platform } from '../platform/platform.ts';
import type { Viewer } from '../schema-builder/context.ts';
import type { Draft, DraftItem, DraftPhase } from './draft.ts';
import {
  ITEM_COLUMNS,
  type ItemRow,
  PACKAGE_COLUMNS,
  PHASE_COLUMNS,
  type WorkPackageRow,
} from './rows.ts';
import { type DraftRows, packageValues, phaseRows, same, saveDraft } from './save-draft.ts';
import { publishWorkPackageChanged } from './topics.ts';

/**
 * The moment of the statement, not of the transaction: one that waited for a lock must not be dated
 * before the change that it waited for.
 */
export const NOW: RawBuilder<Date> = sql<Date>`statement_timestamp()`;

export interface Change<Result> {
  /**
   * The package to change, or how to find it before the transaction: it may be known by something
   * in it only. Null is NOT_FOUND. What is in a package stays in it until it is removed, which
   * `edit` finds.
   */
  find: (database: TenantDatabase) => Promise<string | null>;
  /** The input's field that NOT_FOUND names; `id` unless said otherwise. */
  field?: string;
  /** The stored version that the caller knows; another one is STALE. */
  expectedVersion?: number | null;
  /** Artifacts are locked before packages everywhere, so that nobody waits in a circle. */
  before?: (tx: TenantTransaction) => Promise<void>;
  /** Edits the draft; what it changes itself, beside the draft, it says by `touched`. */
  edit: (draft: Draft, tx: TenantTransaction) => Promise<{ result: Result; touched?: boolean }>;
}

export interface Changed<Result> {
  workPackage: WorkPackageRow;
  result: Result;
}

/**
 * Changes one package in one transaction; throws a UserInputError when it does not exist or the
 * edit refuses.
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
        `The package has version ${row.version} by now; read it again before changing it.`,
      );
    }
    const stored = await readDraft(tx, row);
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
    publishWorkPackageChanged(platform, tx, row.id);
    return { workPackage, result };
  });
}

async function lockPackage(tx: TenantTransaction, id: string): Promise<WorkPackageRow | undefined> {
  const [row] = await tx.run(
    query.selectFrom('work_package').select(PACKAGE_COLUMNS).where('id', '=', id).forUpdate(),
  );
  return row;
}

async function readDraft(tx: TenantTransaction, row: WorkPackageRow): Promise<DraftRows> {
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
  const draft: Draft = {
    id: row.id,
    title: row.title,
    description: row.description,
    status: row.status,
    contactId: row.contactId,
    companyId: row.companyId,
    startDate: row.startDate,
    phases: phases.map(
      ({ id, name, description }): DraftPhase => ({
        id,
        name,
        description,
        items: (byPhase.get(id) ?? []).map(draftItem),
      }),
    ),
  };
  return { draft, phases: phases.map(({ workPackageId: _package, ...phase }) => phase) };
}

function draftItem({
  workPackageId: _package,
  phaseId: _phase,
  position: _position,
  ...item
}: ItemRow): DraftItem {
  return { ...item, newCollateral: [] };
}

/** The package that a phase, item or collateral lies in, or null. */
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
