/**
 * Organizations in the API. A portal user reads the id and the name of its contact's organization,
 * and nothing else of organizations.
 */
import { badArgument, NAME_LENGTH, parseId } from '../../platform/input.ts';
import { forClients, membersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { maxLength } from '../../schema-builder/maxima.ts';
import { asNode, Node, type NodeOf, registerNode } from '../../schema-builder/nodes.ts';
import { FUZZY_SEARCH_WEIGHT, weighs } from '../../schema-builder/weights.ts';
import { organizationLoader } from '../loaders.ts';
import { MATCH_KINDS, type OrganizationMatch, organizationMatches } from './matches.ts';
import type { OrganizationRow } from './organizations.ts';

const MAX_MATCHES = 50;

export const Organization = builder.objectRef<NodeOf<OrganizationRow>>('Organization').implement({
  interfaces: [Node],
  ...membersOnly,
  fields: (t) => ({
    id: t.exposeID('id', { ...forClients }),
    name: t.exposeString('name', { ...forClients }),
    normalizedName: t.exposeString('normalizedName'),
    pipedriveOrgId: t.exposeString('pipedriveOrgId', { nullable: true }),
    industry: t.exposeString('industry', { nullable: true }),
    size: t.exposeString('size', { nullable: true }),
    website: t.exposeString('website', { nullable: true }),
    address: t.exposeString('address', { nullable: true }),
    city: t.exposeString('city', { nullable: true }),
    country: t.exposeString('country', { nullable: true }),
    contactCount: t.exposeInt('contactCount'),
    lastActivityAt: t.expose('lastActivityAt', { type: 'DateTime', nullable: true }),
    averageWarmness: t.float({
      nullable: true,
      resolve: ({ warmnessSum, contactCount }) =>
        contactCount === 0 ? null : warmnessSum / contactCount,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
});

registerNode('Organization', (context, id) => organizationLoader(context).load(id));

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

builder.queryFields((t) => ({
  organization: t.field({
    type: Organization,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) =>
      organizationLoader(context).load(parseId(['Organization'], 'id', id)),
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
}));
