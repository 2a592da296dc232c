/**
 * Queries of contacts and organizations: by id, in lists, by what a name may mean, and as a whole.
 */

import type { GraphQLResolveInfo } from 'graphql';
import { badArgument, NAME_LENGTH, NOTES_LENGTH, parseId } from '../../platform/input.ts';
import { builder } from '../../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../../schema-builder/columns.ts';
import { connectionType, OrderDirection, pageArguments } from '../../schema-builder/connections.ts';
import type { Context } from '../../schema-builder/context.ts';
import { listVersions } from '../../schema-builder/list-versions.ts';
import { selectsField } from '../../schema-builder/lookahead.ts';
import { eachOnce, maxLength } from '../../schema-builder/maxima.ts';
import { asNode, type NodeOf } from '../../schema-builder/nodes.ts';
import {
  ANALYSIS_WEIGHT,
  FUZZY_SEARCH_WEIGHT,
  searchText,
  weighs,
} from '../../schema-builder/weights.ts';
import {
  type ContactAnalytics,
  contactAnalytics,
  type IndustryBucket,
  type WarmnessBucket,
} from '../analytics.ts';
import { Contact, ContactConnection, LeadStatus, Organization } from '../contact-schema.ts';
import { contactLoader, organizationLoader, searchLoader } from '../loaders.ts';
import {
  MATCH_KINDS,
  type OrganizationMatch,
  organizationMatches,
} from '../organizations/matches.ts';
import {
  ORGANIZATION_COLUMNS,
  type OrganizationColumn,
  type OrganizationRow,
} from '../organizations/organizations.ts';
import { CONTACT_COLUMNS, type ContactColumn } from '../rows.ts';
import { type ContactListColumn, listContacts } from './contact-list.ts';
import type { ListScope } from './list-cache.ts';
import { listOrganizations } from './organization-list.ts';

const MAX_MATCHES = 50;

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
const OrganizationFilter = builder.inputType('OrganizationFilter', {
  fields: (t) => ({
    search: t.string({ ...searchText() }),
    industry: t.string({ ...maxLength(NOTES_LENGTH) }),
    country: t.string({ ...maxLength(NOTES_LENGTH) }),
  }),
});

const ContactOrderField = builder.enumType('ContactOrderField', {
  values: ['PRIORITY', 'NAME', 'WARMNESS', 'LAST_CONTACTED', 'CREATED_AT'] as const,
});
const OrganizationOrderField = builder.enumType('OrganizationOrderField', {
  values: ['NAME', 'CONTACT_COUNT', 'LAST_ACTIVITY'] as const,
});
const ContactOrder = builder.inputType('ContactOrder', {
  fields: (t) => ({
    field: t.field({ type: ContactOrderField, required: true }),
    direction: t.field({ type: OrderDirection, required: true, defaultValue: 'ASC' }),
  }),
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

const OrganizationMatchKind = builder.enumType('OrganizationMatchKind', { values: MATCH_KINDS });
const OrganizationMatchType = builder.objectRef<OrganizationMatch>('OrganizationMatch').implement({
  fields: (t) => ({
    organization: t.field({
      type: Organization,
      resolve: ({ organization }) => asNode('Organization', organization),
    }),
    kind: t.expose('kind', { type: OrganizationMatchKind }),
    similarity: t.exposeFloat('similarity'),
  }),
});

const WarmnessBucketType = builder.objectRef<WarmnessBucket>('WarmnessBucket').implement({
  fields: (t) => ({ score: t.exposeInt('score'), contacts: t.exposeInt('contacts') }),
});
const IndustryBucketType = builder.objectRef<IndustryBucket>('IndustryBucket').implement({
  fields: (t) => ({
    industry: t.exposeString('industry', { nullable: true }),
    organizations: t.exposeInt('organizations'),
    contacts: t.exposeInt('contacts'),
    averageWarmness: t.exposeFloat('averageWarmness', { nullable: true }),
  }),
});
const ContactAnalyticsType = builder.objectRef<ContactAnalytics>('ContactAnalytics').implement({
  fields: (t) => ({
    contacts: t.exposeInt('contacts'),
    withOrganization: t.exposeInt('withOrganization'),
    warmness: t.expose('warmness', { type: [WarmnessBucketType] }),
    industries: t.expose('industries', { type: [IndustryBucketType] }),
  }),
});

/** What the fields of Contact and Organization are made of. */
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
const ORGANIZATION_NEEDS: ColumnNeeds<OrganizationColumn> = {
  all: ORGANIZATION_COLUMNS,
  always: ['id'],
  fields: { averageWarmness: ['warmnessSum', 'contactCount'], contacts: [] },
};

function contactColumns(info: GraphQLResolveInfo): ContactListColumn[] {
  const own = neededColumns(info, CONNECTION_ROWS, CONTACT_NEEDS);
  const paths = CONNECTION_ROWS.map((path) => [...path, 'organization']);
  const joined = CONNECTION_ROWS.some((path) => selectsField(info, ...path, 'organization'))
    ? neededColumns(info, paths, ORGANIZATION_NEEDS)
    : [];
  return [...own, ...joined.map((column) => `organization.${column}` as const)];
}

async function scopeOf(context: Context): Promise<ListScope> {
  return {
    platform: context.platform,
    viewer: context.viewer,
    versions: await listVersions(context),
  };
}

builder.queryFields((t) => ({
  contact: t.field({
    type: Contact,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) =>
      contactLoader(context).load(parseId(['Contact'], 'id', id)),
  }),
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
        { ...(await scopeOf(context)), readSearch: (text) => searchLoader(context).load(text) },
        { ...args, columns: contactColumns(info) },
      ),
  }),
  organization: t.field({
    type: Organization,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) =>
      organizationLoader(context).load(parseId(['Organization'], 'id', id)),
  }),
  organizations: t.field({
    type: OrganizationConnection,
    args: {
      ...pageArguments(t.arg),
      filter: t.arg({ type: OrganizationFilter }),
      orderBy: t.arg({ type: OrganizationOrder }),
    },
    resolve: async (_root, args, context, info) =>
      listOrganizations(await scopeOf(context), {
        ...args,
        columns: neededColumns(info, CONNECTION_ROWS, ORGANIZATION_NEEDS),
      }),
  }),
  organizationMatches: t.field({
    ...weighs(FUZZY_SEARCH_WEIGHT),
    description: 'Organizations that a free-text name may mean, best first.',
    type: [OrganizationMatchType],
    args: {
      name: t.arg.string({ required: true, ...maxLength(NAME_LENGTH) }),
      pipedriveOrgId: t.arg.string({ ...maxLength(NAME_LENGTH) }),
      first: t.arg.int({ defaultValue: 5 }),
    },
    resolve: (_root, { name, pipedriveOrgId, first }, { platform, viewer }) => {
      const size = first ?? 5;
      if (size < 1 || size > MAX_MATCHES)
        throw badArgument('first', `Expected a number from 1 to ${MAX_MATCHES}.`);
      return organizationMatches(platform, viewer, { name, pipedriveOrgId, first: size });
    },
  }),
  contactAnalytics: t.field({
    ...weighs(ANALYSIS_WEIGHT),
    type: ContactAnalyticsType,
    resolve: (_root, _args, { platform, viewer }) => contactAnalytics(platform, viewer),
  }),
}));
