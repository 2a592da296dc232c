/** The list of organizations in the API. */
import { builder } from '../../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../../schema-builder/columns.ts';
import { connectionOf, pageArguments } from '../../schema-builder/connections.ts';
import { enumOf } from '../../schema-builder/enums.ts';
import { inputOf } from '../../schema-builder/inputs.ts';
import { Organization } from '../organizations/schema.ts';
import { ORGANIZATION_COLUMNS, type OrganizationColumn } from '../rows.ts';
import { listScope } from './list-cache.ts';
import { ORGANIZATION_ORDER_FIELDS, OrganizationOrder } from './orders.ts';
import { listOrganizations, OrganizationFilter } from './organization-list.ts';

enumOf('OrganizationOrderField', ORGANIZATION_ORDER_FIELDS, {
  description: 'What a list of organizations can be ordered by.',
  values: {
    NAME: 'The name, as people expect it: case and accents matter last, and item 9 comes before item 10.',
    CONTACT_COUNT: 'The number of contacts; organizations with equally many are ordered by name.',
    LAST_ACTIVITY:
      'The last activity with any of the contacts; organizations without one come last in both directions.',
  },
});

/** The columns that the fields of Organization need. */
export const ORGANIZATION_NEEDS: ColumnNeeds<OrganizationColumn> = {
  all: ORGANIZATION_COLUMNS,
  always: ['id'],
  fields: { averageWarmness: ['warmnessSum', 'contactCount'], contacts: [], deals: [] },
};

builder.queryFields((t) => ({
  organizations: t.field({
    description:
      'The organizations of your tenant, those with the most contacts first unless ordered otherwise.',
    type: connectionOf(Organization),
    args: {
      ...pageArguments(t.arg),
      filter: t.arg({
        type: inputOf('OrganizationFilter', OrganizationFilter),
        description: 'Which organizations to list; all of them by default.',
      }),
      orderBy: t.arg({
        type: inputOf('OrganizationOrder', OrganizationOrder),
        description: 'What to order by; the most contacts first by default.',
      }),
    },
    resolve: async (_root, args, context, info) =>
      listOrganizations(await listScope(context), {
        ...args,
        columns: neededColumns(info, CONNECTION_ROWS, ORGANIZATION_NEEDS),
      }),
  }),
}));
