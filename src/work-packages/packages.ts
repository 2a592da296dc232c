/** Work packages: reading lists of them, and creating, changing and deleting them. */
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { WorkPackageStatus } from '../../generated/kysely.ts';
import { anyOf, oneOf } from '../platform/database/arrays.ts';
import {
  applyPage,
  countRows,
  isAtEnd,
  NEWEST_FIRST,
  type OrderColumn,
  type Ordering,
  type PageArguments,
  parsePage,
  preparedEnds,
  toPage,
} from '../platform/database/keyset.ts';
import { matchesSearch } from '../platform/database/search.ts';
import { violates } from '../platform/database/sql-errors.ts';
import { prepare, type TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { notFound } from '../platform/errors.ts';
import { type Given, idOf, parseId, parseInput, parseSearch } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import { today } from '../platform/time.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { changeWorkPackage } from './change.ts';
import { lockArtifacts, type WantedCollateral } from './collateral.ts';
import type { Draft } from './draft.ts';
import { CreateWorkPackage, UpdateWorkPackage } from './inputs.ts';
import { newPhase, requireItemLimit } from './phases.ts';
import { PACKAGE_COLUMNS, type WorkPackageRow } from './rows.ts';
import { insertItems, insertPhases, packageValues, phaseRows } from './save-draft.ts';
import { type TimelineStatus, timelineCondition } from './timeline.ts';
import { publishWorkPackageChanged } from './topics.ts';
import { packageVisibleTo } from './visibility.ts';

/** Packages by id: `ids`; with `portalContactId` only those that this client may see. */
export const packagesById = prepare((p: { ids: string[]; portalContactId: string | null }) =>
  query
    .selectFrom('work_package')
    .select(PACKAGE_COLUMNS)
    .where('id', '=', anyOf(p.ids))
    .where(packageVisibleTo(p.portalContactId)),
);

/** The stored versions of packages by id: what live topics compare. */
export const versionsById = prepare((p: { ids: string[] }) =>
  query.selectFrom('work_package').select(['id', 'version']).where('id', '=', anyOf(p.ids)),
);

export type WorkPackageOrderField =
  | 'CREATED_AT'
  | 'UPDATED_AT'
  | 'TITLE'
  | 'EXPECTED_END_DATE'
  | 'PROGRESS';

export type PackageColumn = (typeof PACKAGE_COLUMNS)[number];

const ORDER_COLUMNS: Record<WorkPackageOrderField, Omit<OrderColumn, 'direction'>> = {
  CREATED_AT: { column: 'createdAt', type: 'timestamptz' },
  UPDATED_AT: { column: 'updatedAt', type: 'timestamptz' },
  TITLE: { column: 'title', type: 'text' },
  EXPECTED_END_DATE: { column: 'expectedEndDate', type: 'date', nullable: true },
  PROGRESS: { column: 'progress', type: 'integer' },
};

export interface WorkPackageListArguments extends PageArguments {
  filter?: {
    status?: WorkPackageStatus[] | null;
    timelineStatus?: TimelineStatus[] | null;
    contactId?: string | null;
    companyId?: string | null;
    search?: string | null;
  } | null;
  orderBy?: { field: WorkPackageOrderField; direction: 'ASC' | 'DESC' } | null;
  /**
   * The only columns that the caller will look at, beside those of the order; all of them when
   * absent.
   */
  columns?: readonly PackageColumn[];
}

function orderingOf(orderBy: WorkPackageListArguments['orderBy']): Ordering {
  if (orderBy == null) return NEWEST_FIRST;
  const direction = orderBy.direction === 'ASC' ? 'asc' : 'desc';
  return {
    name: `${orderBy.field} ${direction}`,
    columns: [
      { ...ORDER_COLUMNS[orderBy.field], direction },
      { column: 'id', type: 'uuid', direction },
    ],
  };
}

/** The packages that match a filter and that the viewer may see. */
function matchingPackages(viewer: Viewer, filter: WorkPackageListArguments['filter']) {
  const { status, timelineStatus, contactId, companyId } = filter ?? {};
  const search = parseSearch('filter.search', filter?.search);
  const contact = contactId == null ? null : parseId(['Contact'], 'filter.contactId', contactId);
  const company =
    companyId == null ? null : parseId(['Organization'], 'filter.companyId', companyId);
  return query
    .selectFrom('work_package')
    .$if(viewer.contactId !== null, (packages) =>
      packages.where(packageVisibleTo(viewer.contactId)),
    )
    .$if(status != null, (packages) => packages.where(oneOf('work_package.status', status ?? [])))
    .$if(timelineStatus != null, (packages) =>
      packages.where(timelineCondition('work_package', timelineStatus ?? [], today())),
    )
    .$if(contact !== null, (packages) => packages.where('contactId', '=', contact))
    .$if(company !== null, (packages) => packages.where('companyId', '=', company))
    .$if(search !== null, (packages) =>
      packages.where(matchesSearch('work_package', search ?? '')),
    );
}

const endsOfAll = preparedEnds((page, columns: readonly PackageColumn[]) =>
  applyPage(
    query.selectFrom('work_package').select(columns),
    'work_package',
    page,
  ).$castTo<WorkPackageRow>(),
);

/** A page of the packages that the viewer may see, newest first unless ordered otherwise. */
export async function listWorkPackages(
  platform: Platform,
  viewer: Viewer,
  args: WorkPackageListArguments,
) {
  const page = parsePage(args, orderingOf(args.orderBy));
  const database = platform.database.forTenant(viewer);
  const matching = matchingPackages(viewer, args.filter);
  const ordered = page.ordering.columns.map(({ column }) => column);
  const columns = PACKAGE_COLUMNS.filter(
    (column) => (args.columns ?? PACKAGE_COLUMNS).includes(column) || ordered.includes(column),
  );
  const all = viewer.contactId === null && args.filter == null && isAtEnd(page);
  const some = () =>
    applyPage(matching.select(columns), 'work_package', page).$castTo<WorkPackageRow>();
  const rows = all ? database.runPrepared(endsOfAll(page, columns), page) : database.run(some());
  return {
    ...toPage(await rows, page),
    count: () => countRows(database, matching),
  };
}

/**
 * Creates a DRAFT with its phases and items. With a contact but no company it takes the contact's
 * organization.
 */
export async function createWorkPackage(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof CreateWorkPackage>,
) {
  const { phases, ...values } = parseInput(CreateWorkPackage, input);
  const wanted: WantedCollateral[] = [];
  const draft: Draft = {
    id: uuidv7(),
    title: values.title,
    description: values.description ?? null,
    status: 'DRAFT',
    contactId: values.contactId ?? null,
    companyId: values.companyId ?? null,
    startDate: values.startDate ?? null,
    phases: (phases ?? []).map((phase, index) =>
      newPhase(phase, ['phases', String(index)], wanted),
    ),
  };
  requireItemLimit(draft, ['phases']);
  return refusingMissingClients(() =>
    platform.database.forTenant(viewer).transaction(async (tx) => {
      await lockArtifacts(tx, wanted);
      draft.companyId = values.companyId ?? (await organizationOf(tx, draft.contactId));
      const figures = phaseRows(draft, platform.config.HOURS_PER_WORKING_DAY);
      const row = { ...packageValues(draft, figures.package), id: draft.id };
      const [workPackage] = await tx.run(
        query.insertInto('work_package').values(row).returning(PACKAGE_COLUMNS),
      );
      await insertPhases(tx, draft.id, figures.phases);
      await insertItems(tx, draft);
      return { workPackage };
    }),
  );
}

async function organizationOf(
  tx: TenantTransaction,
  contactId: string | null,
): Promise<string | null> {
  if (contactId === null) return null;
  const [contact] = await tx.run(
    query.selectFrom('contact').select('organizationId').where('id', '=', contactId),
  );
  return contact?.organizationId ?? null;
}

/** Changes what is given; null clears. With a version, only when it is the stored one. */
export async function updateWorkPackage(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof UpdateWorkPackage>,
) {
  const { id, version, ...change } = parseInput(UpdateWorkPackage, input);
  return refusingMissingClients(() =>
    changeWorkPackage(platform, viewer, {
      find: async () => id,
      expectedVersion: version,
      edit: async (draft) => {
        Object.assign(draft, change);
        return { result: null };
      },
    }),
  );
}

const DeleteWorkPackage = z.object({ id: idOf('WorkPackage') });

/** Deletes a package with all that is in it; artifacts stay. */
export async function deleteWorkPackage(
  platform: Platform,
  viewer: Viewer,
  input: z.input<typeof DeleteWorkPackage>,
) {
  const { id } = parseInput(DeleteWorkPackage, input);
  await platform.database.forTenant(viewer).change(['work package', id], async (tx) => {
    const deleted = await tx.run(
      query.deleteFrom('work_package').where('id', '=', id).returning('id'),
    );
    if (deleted.length === 0) throw notFound(['id']);
    publishWorkPackageChanged(platform, tx, id);
  });
}

async function refusingMissingClients<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violates(error, 'work_package_tenantId_contactId_fkey')) throw notFound(['contactId']);
    if (violates(error, 'work_package_tenantId_companyId_fkey')) throw notFound(['companyId']);
    throw error;
  }
}

/** Whether a portal client may see a package, read anew. */
export async function isVisible(platform: Platform, viewer: Viewer, id: string): Promise<boolean> {
  if (viewer.contactId === null) return true;
  return (
    (
      await platform.database
        .forTenant(viewer)
        .runPrepared(packagesById, { ids: [id], portalContactId: viewer.contactId })
    ).length > 0
  );
}
