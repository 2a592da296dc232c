/** The list of contacts in the API, and the input type of the filter. */
import type { GraphQLResolveInfo } from 'graphql';
import { builder } from '../../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../../schema-builder/columns.ts';
import { pageArguments } from '../../schema-builder/connections.ts';
import { enumOf } from '../../schema-builder/enums.ts';
import { inputOf } from '../../schema-builder/inputs.ts';
import { selectsField } from '../../schema-builder/lookahead.ts';
import { eachOnce } from '../../schema-builder/maxima.ts';
import { ContactConnection } from '../contact-schema.ts';
import { searchLoader } from '../loaders.ts';
import { CONTACT_COLUMNS, type ContactColumn } from '../rows.ts';
import { CampaignOutcomeFilter } from './campaign-outcome.ts';
import { ContactFilter } from './contact-filter.ts';
import { type ContactListColumn, listContacts } from './contact-list.ts';
import { listScope } from './list-cache.ts';
import { CONTACT_ORDER_FIELDS, ContactOrder } from './orders.ts';
import { ORGANIZATION_NEEDS } from './organization-list-schema.ts';

inputOf('CampaignOutcomeFilter', CampaignOutcomeFilter);
const Filter = inputOf('ContactFilter', ContactFilter);

enumOf('ContactOrderField', CONTACT_ORDER_FIELDS, {
  description: 'What a list of contacts can be ordered by.',
  values: {
    PRIORITY:
      'Whom to contact next: those added to a campaign, then the coldest, then those contacted longest ago or never, then the newest.',
    NAME: 'The full name, as people expect it: case and accents matter last, and item 9 comes before item 10.',
    WARMNESS: 'The warmness score.',
    LAST_CONTACTED:
      'The last call, e-mail or meeting; contacts without one come last in both directions.',
    CREATED_AT: 'When the contact was added here.',
  },
});

/** The columns that the fields of Contact need. */
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
    deals: [],
    updatedBy: ['updatedById'],
    workPackages: [],
    messages: [],
    marketingConsent: [],
    sources: [],
    emails: [],
    phones: [],
    lastCrmUpdateAt: [],
  },
};

/** The columns that a field needs which selects contacts at the paths `rows`. */
export function contactColumns(
  info: GraphQLResolveInfo,
  rows: readonly string[][] = CONNECTION_ROWS,
): ContactListColumn[] {
  const own = neededColumns(info, rows, CONTACT_NEEDS);
  const paths = rows.map((path) => [...path, 'organization']);
  const joined = rows.some((path) => selectsField(info, ...path, 'organization'))
    ? neededColumns(info, paths, ORGANIZATION_NEEDS)
    : [];
  return [...own, ...joined.map((column) => `organization.${column}` as const)];
}

builder.queryFields((t) => ({
  contacts: t.field({
    description:
      'The contacts of your tenant. Without `orderBy` they are in priority order; with a search, the best matches come first.',
    type: ContactConnection,
    args: {
      ...pageArguments(t.arg),
      filter: t.arg({
        type: Filter,
        description: 'Which contacts to list; all of them by default.',
      }),
      orderBy: t.arg({
        type: [inputOf('ContactOrder', ContactOrder)],
        description:
          'What to order by, the most important first; an empty list is the same as none. Equal contacts are in order of their ids.',
        ...eachOnce('field'),
      }),
    },
    resolve: async (_root, args, context, info) =>
      listContacts(
        { ...(await listScope(context)), readSearch: (text) => searchLoader(context).load(text) },
        { ...args, columns: contactColumns(info) },
      ),
  }),
}));
