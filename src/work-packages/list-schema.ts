/** Finding packages: one by its id, and the lists. */
import { Contact, SearchResults, textHits } from '../contacts/schema.ts';
import { parsePage } from '../platform/database/keyset.ts';
import { NEWEST_FIRST } from '../platform/database/ordering.ts';
import { parseId } from '../platform/input.ts';
import { forClients } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../schema-builder/columns.ts';
import { connectionOf, pageArguments } from '../schema-builder/connections.ts';
import { enumOf } from '../schema-builder/enums.ts';
import { inputOf } from '../schema-builder/inputs.ts';
import { packageCountLoader, packagesOfContactLoader, workPackageLoader } from './loaders.ts';
import {
  listWorkPackages,
  ORDER_FIELDS,
  packageHits,
  WorkPackageFilter,
  WorkPackageOrder,
} from './package-list.ts';
import { PACKAGE_COLUMNS, type PackageColumn } from './rows.ts';
import { WorkPackage } from './work-package-schema.ts';

const WorkPackageConnection = connectionOf(WorkPackage);

/** The columns that the fields of WorkPackage need. */
const PACKAGE_NEEDS: ColumnNeeds<PackageColumn> = {
  all: PACKAGE_COLUMNS,
  always: ['id'],
  fields: {
    contact: ['contactId'],
    company: ['companyId'],
    timelineStatus: ['status', 'progress', 'startDate', 'expectedEndDate'],
    phases: ['version'],
  },
};

enumOf('WorkPackageOrderField', ORDER_FIELDS, {
  description: 'What a list of work packages can be ordered by.',
  values: {
    CREATED_AT: 'When the package was created.',
    UPDATED_AT: 'When the package last changed.',
    TITLE:
      'The title, as people expect it: case and accents matter last, and item 9 comes before item 10.',
    EXPECTED_END_DATE:
      'When the package is expected to end; packages without a date come last in both directions.',
    PROGRESS: 'The percentage that is done.',
  },
});
const Filter = inputOf('WorkPackageFilter', WorkPackageFilter);
const Order = inputOf('WorkPackageOrder', WorkPackageOrder);

builder.queryFields((t) => ({
  workPackage: t.field({
    ...forClients,
    description: 'A work package by its id; null when there is none that you may see.',
    type: WorkPackage,
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'The package to read.' }) },
    resolve: (_root, { id }, context) =>
      workPackageLoader(context).load(parseId(['WorkPackage'], 'id', id)),
  }),
  workPackages: t.field({
    ...forClients,
    description:
      'The work packages that you may see. Portal users see ACTIVE and COMPLETED ones of their contact and of its organization.',
    type: WorkPackageConnection,
    args: {
      ...pageArguments(t.arg),
      filter: t.arg({ type: Filter, description: 'Which packages to list; all by default.' }),
      orderBy: t.arg({
        type: Order,
        description: 'The order of the list; newest first by default.',
      }),
    },
    resolve: (_root, args, context, info) =>
      listWorkPackages(context.platform, context.viewer, {
        ...args,
        columns: neededColumns(info, CONNECTION_ROWS, PACKAGE_NEEDS),
      }),
  }),
}));

builder.objectField(Contact, 'workPackages', (t) =>
  t.field({
    description: 'The work packages for this contact, newest first.',
    type: WorkPackageConnection,
    args: pageArguments(t.arg),
    resolve: async (contact, args, context) => ({
      ...(await packagesOfContactLoader(context).load({
        id: contact.uuid,
        page: parsePage(args, NEWEST_FIRST),
      })),
      count: async () => (await packageCountLoader(context).load(contact.uuid))[0]?.count ?? 0,
    }),
  }),
);

builder.objectField(SearchResults, 'workPackages', (t) =>
  t.field({
    description:
      'Work packages by words of their title and description, those whose title begins with the text first, then the newest. Portal users find those that they may see.',
    type: [WorkPackage],
    resolve: async (wanted, _args, { platform, viewer }) => {
      const hits = textHits(wanted);
      return hits === null
        ? []
        : (await packageHits(platform, viewer, hits)).map(WorkPackage.present);
    },
  }),
);
