/** The list of contacts in the API, and the filter that other domains take too. */
import type { GraphQLResolveInfo } from 'graphql';
import { NOTES_LENGTH } from '../../platform/input.ts';
import { builder } from '../../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../../schema-builder/columns.ts';
import { OrderDirection, pageArguments } from '../../schema-builder/connections.ts';
import { selectsField } from '../../schema-builder/lookahead.ts';
import { eachOnce, maxLength } from '../../schema-builder/maxima.ts';
import { FUZZY_SEARCH_WEIGHT, searchText } from '../../schema-builder/weights.ts';
import { ContactConnection, LeadStatus } from '../contact-schema.ts';
import { searchLoader } from '../loaders.ts';
import { CONTACT_COLUMNS, type ContactColumn } from '../rows.ts';
import { type ContactListColumn, listContacts } from './contact-list.ts';
import { listScope } from './list-cache.ts';
import { ORGANIZATION_NEEDS } from './organization-list-schema.ts';

export const ContactFilter = builder.inputType('ContactFilter', {
  description:
    '`search` matches name, email and organization name, by word prefix and with typing errors.',
  fields: (t) => ({
    search: t.string({ ...searchText(FUZZY_SEARCH_WEIGHT) }),
    ownerId: t.id(),
    organizationId: t.id(),
    industry: t.string({ ...maxLength(NOTES_LENGTH) }),
    country: t.string({ ...maxLength(NOTES_LENGTH) }),
    leadStatus: t.field({ type: [LeadStatus] }),
    addedToCampaign: t.boolean(),
    minWarmness: t.int(),
    maxWarmness: t.int(),
    notContactedSince: t.field({ type: 'DateTime' }),
  }),
});

const ContactOrderField = builder.enumType('ContactOrderField', {
  values: ['PRIORITY', 'NAME', 'WARMNESS', 'LAST_CONTACTED', 'CREATED_AT'] as const,
});

const ContactOrder = builder.inputType('ContactOrder', {
  fields: (t) => ({
    field: t.field({ type: ContactOrderField, required: true }),
    direction: t.field({ type: OrderDirection, required: true, defaultValue: 'ASC' }),
  }),
});

/** The columns that the fields of Contact are made of. */
const CONTACT_NEEDS: ColumnNeeds<ContactColumn> = {
  all: CONTACT_COLUMNS,
  always: ['id'],
  fields: {
    owner: ['ownerId'],
    organization: ['organizationId'],
    warmness: [
      'warmnessBase',
      'warmnessActivity',
      'warmnessRelationship',
      'warmnessEngagement',
      'warmnessScore',
      'warmnessComputedAt',
    ],
    recentActivities: [],
    activities: [],
    workPackages: [],
  },
};

function contactColumns(info: GraphQLResolveInfo): ContactListColumn[] {
  const own = neededColumns(info, CONNECTION_ROWS, CONTACT_NEEDS);
  const paths = CONNECTION_ROWS.map((path) => [...path, 'organization']);
  const joined = CONNECTION_ROWS.some((path) => selectsField(info, ...path, 'organization'))
    ? neededColumns(info, paths, ORGANIZATION_NEEDS)
    : [];
  return [...own, ...joined.map((column) => `organization.${column}` as const)];
}

builder.queryFields((t) => ({
  contacts: t.field({
    description:
      'In priority order unless ordered otherwise; what a search finds comes best first.',
    type: ContactConnection,
    args: {
      ...pageArguments(t.arg),
      filter: t.arg({ type: ContactFilter }),
      orderBy: t.arg({ type: [ContactOrder], ...eachOnce('field') }),
    },
    resolve: async (_root, args, context, info) =>
      listContacts(
        { ...(await listScope(context)), readSearch: (text) => searchLoader(context).load(text) },
        { ...args, columns: contactColumns(info) },
      ),
  }),
}));
