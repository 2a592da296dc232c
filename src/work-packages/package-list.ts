/** The list of packages, in any order that has an index. */
import { z } from 'zod';
import { WorkPackageStatus } from '../../generated/kysely.ts';
import { oneOf } from '../platform/database/arrays.ts';
import { whereGiven } from '../platform/database/filters.ts';
import {
  applyPage,
  countRows,
  isAtEnd,
  type PageArguments,
  parsePage,
  preparedEndPages,
  toPage,
} from '../platform/database/keyset.ts';
import {
  byName,
  MISSING_LAST,
  NEWEST_FIRST,
  type OrderColumn,
  type Ordering,
} from '../platform/database/ordering.ts';
import {
  beginsWith,
  MAX_ORDERED_HITS,
  matchesQuery,
  matchesSearch,
} from '../platform/database/search.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { type Given, givenId, parseId, parseSearch } from '../platform/input.ts';
import type { Platform } from '../platform/platform.ts';
import { today } from '../platform/time.ts';
import { ORDER_DIRECTIONS } from '../schema-builder/connections.ts';
import type { Viewer } from '../schema-builder/context.ts';
import { searchFilter } from '../schema-builder/weights.ts';
import { TIMELINE_STATUSES, timelineCondition } from './figures/timeline.ts';
import { PACKAGE_COLUMNS, type PackageColumn, type WorkPackageRow } from './rows.ts';
import { packageVisibleTo } from './visibility.ts';

/** What the list can be ordered by. */
export const ORDER_FIELDS = [
  'CREATED_AT',
  'UPDATED_AT',
  'TITLE',
  'EXPECTED_END_DATE',
  'PROGRESS',
] as const;

/** The order of a list of packages. */
export const WorkPackageOrder = z
  .object({
    field: z.enum(ORDER_FIELDS).describe('What to order by; equal ones are in order of their ids.'),
    direction: z
      .enum(ORDER_DIRECTIONS)
      .default('ASC')
      .describe('Whether the order is ascending or descending.'),
  })
  .describe('The order of a list of work packages.');

/** Which packages a list shows. */
export const WorkPackageFilter = z
  .object({
    status: z
      .array(z.enum(WorkPackageStatus))
      .nullish()
      .describe('Packages with one of these statuses; an empty list finds none.'),
    timelineStatus: z
      .array(z.enum(TIMELINE_STATUSES))
      .nullish()
      .describe('Packages with one of these timeline statuses today; an empty list finds none.'),
    contactId: givenId().nullish().describe('Packages for this contact.'),
    companyId: givenId().nullish().describe('Packages for this organization.'),
    search: searchFilter().describe(
      'Packages whose title and description have words that begin with the words of this text.',
    ),
  })
  .describe('Which work packages to list. What is left out or null does not restrict the list.');

const ORDER_COLUMNS: Record<(typeof ORDER_FIELDS)[number], Omit<OrderColumn, 'direction'>> = {
  CREATED_AT: { column: 'createdAt', type: 'timestamptz' },
  UPDATED_AT: { column: 'updatedAt', type: 'timestamptz' },
  TITLE: { column: 'title', type: 'text', key: byName },
  EXPECTED_END_DATE: { column: 'expectedEndDate', type: 'date', nullable: true },
  PROGRESS: { column: 'progress', type: 'integer' },
};

/** Ids in the filter are global ids. Without `orderBy`, newest first. */
export interface WorkPackageListArguments extends PageArguments {
  filter?: Given<typeof WorkPackageFilter> | null;
  orderBy?: Given<typeof WorkPackageOrder> | null;
  /** The only columns that the caller reads, besides those of the order; by default all. */
  columns?: readonly PackageColumn[];
}

function orderingOf(orderBy: WorkPackageListArguments['orderBy']): Ordering {
  if (orderBy == null) return NEWEST_FIRST;
  const direction = orderBy.direction === 'DESC' ? 'desc' : 'asc';
  const column = ORDER_COLUMNS[orderBy.field];
  return {
    name: `${orderBy.field} ${direction}`,
    columns: [
      { ...column, direction, ...(column.nullable ? { key: MISSING_LAST.date[direction] } : {}) },
      { column: 'id', type: 'uuid', direction },
    ],
  };
}

/** The packages that match a filter and that the viewer may see. */
function matchingPackages(viewer: Viewer, filter: WorkPackageListArguments['filter']) {
  const { status, timelineStatus, contactId, companyId } = filter ?? {};
  const search = parseSearch('filter.search', filter?.search);
  return query
    .selectFrom('work_package')
    .$if(viewer.contactId !== null, (packages) =>
      packages.where(packageVisibleTo(viewer.contactId)),
    )
    .$call(whereGiven(status, (statuses) => oneOf('work_package.status', statuses)))
    .$call(
      whereGiven(timelineStatus, (statuses) =>
        timelineCondition('work_package', statuses, today()),
      ),
    )
    .$call(
      whereGiven(contactId, (id, eb) =>
        eb('contactId', '=', parseId(['Contact'], 'filter.contactId', id)),
      ),
    )
    .$call(
      whereGiven(companyId, (id, eb) =>
        eb('companyId', '=', parseId(['Organization'], 'filter.companyId', id)),
      ),
    )
    .$call(whereGiven(search, (text) => matchesSearch('work_package', text)));
}

const endsOfAll = preparedEndPages((page, columns: readonly PackageColumn[]) =>
  applyPage(
    query.selectFrom('work_package').select(columns),
    'work_package',
    page,
  ).$castTo<WorkPackageRow>(),
);

/**
 * A page of the packages that the viewer may see, newest first unless ordered otherwise. `count`
 * runs a statement of its own, when it is called.
 */
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
 * The few best packages that a search finds among those that the viewer may see: whose title begins
 * with the words first, then the newest. One statement.
 */
export function packageHits(
  platform: Platform,
  viewer: Viewer,
  { search, limit }: { search: { tsquery: string; words: readonly string[] }; limit: number },
): Promise<WorkPackageRow[]> {
  const some = matchingPackages(viewer, null)
    .select([...PACKAGE_COLUMNS, 'work_package.searchText'])
    .where(matchesQuery('work_package', search.tsquery))
    .limit(MAX_ORDERED_HITS)
    .as('work_package');
  const best = query
    .selectFrom(some)
    .select(PACKAGE_COLUMNS)
    .orderBy(beginsWith('work_package', search.words), 'desc')
    .orderBy('work_package.createdAt', 'desc')
    .orderBy('work_package.id')
    .limit(limit);
  return platform.database.forTenant(viewer).run(best.$castTo<WorkPackageRow>());
}
