/** The list of organizations in the API. */
import { NOTES_LENGTH } from '../../platform/input.ts';
import { builder } from '../../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../../schema-builder/columns.ts';
import { connectionType, OrderDirection, pageArguments } from '../../schema-builder/connections.ts';
import { maxLength } from '../../schema-builder/maxima.ts';
import { asNode, type NodeOf } from '../../schema-builder/nodes.ts';
import { searchText } from '../../schema-builder/weights.ts';
import {
  ORGANIZATION_COLUMNS,
  type OrganizationColumn,
  type OrganizationRow,
} from '../organizations/organizations.ts';
import { Organization } from '../organizations/schema.ts';
import { listScope } from './list-cache.ts';
import { listOrganizations } from './organization-list.ts';

const OrganizationFilter = builder.inputType('OrganizationFilter', {
  fields: (t) => ({
    search: t.string({ ...searchText() }),
    industry: t.string({ ...maxLength(NOTES_LENGTH) }),
    country: t.string({ ...maxLength(NOTES_LENGTH) }),
  }),
});

const OrganizationOrderField = builder.enumType('OrganizationOrderField', {
  values: ['NAME', 'CONTACT_COUNT', 'LAST_ACTIVITY'] as const,
});

const OrganizationOrder = builder.inputType('OrganizationOrder', {
  fields: (t) => ({
    field: t.field({ type: OrganizationOrderField, required: true }),
    direction: t.field({ type: OrderDirection, required: true, defaultValue: 'ASC' }),
  }),
});

const OrganizationConnection = connectionType<OrganizationRow, NodeOf<OrganizationRow>>(
  'Organization',
  Organization,
  (row) => asNode('Organization', row),
);

/** The columns that the fields of Organization are made of. */
export const ORGANIZATION_NEEDS: ColumnNeeds<OrganizationColumn> = {
  all: ORGANIZATION_COLUMNS,
  always: ['id'],
  fields: { averageWarmness: ['warmnessSum', 'contactCount'], contacts: [] },
};

builder.queryFields((t) => ({
  organizations: t.field({
    type: OrganizationConnection,
    args: {
      ...pageArguments(t.arg),
      filter: t.arg({ type: OrganizationFilter }),
      orderBy: t.arg({ type: OrganizationOrder }),
    },
    resolve: async (_root, args, context, info) =>
      listOrganizations(await listScope(context), {
        ...args,
        columns: neededColumns(info, CONNECTION_ROWS, ORGANIZATION_NEEDS),
      }),
  }),
}));
