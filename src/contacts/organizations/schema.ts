/**
 * Organizations in the API. A portal user reads the id and the name of their contact's
 * organization, and nothing else about organizations.
 */
import { badArgument, NAME_LENGTH, parseId } from '../../platform/input.ts';
import { forClients, membersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { enumOf } from '../../schema-builder/enums.ts';
import { maxLength } from '../../schema-builder/maxima.ts';
import { nodeType } from '../../schema-builder/nodes.ts';
import { FUZZY_SEARCH_WEIGHT, weighs } from '../../schema-builder/weights.ts';
import { organizationLoader } from '../loaders.ts';
import { organizationNode } from '../nodes.ts';
import { MATCH_KINDS, type OrganizationMatch, organizationMatches } from './matches.ts';

const MAX_MATCHES = 50;

/** Loaded by id. Portal users can read the fields marked `forClients`. */
export const Organization = nodeType('Organization', {
  description: 'A company or other organization that contacts work for.',
  ...membersOnly,
  load: organizationLoader,
  present: organizationNode,
  fields: (t) => ({
    name: t.exposeString('name', { ...forClients, description: 'The name of the organization.' }),
    normalizedName: t.exposeString('normalizedName', {
      description:
        'The name in the form in which names are compared: lower case, without punctuation, & as "and". Unique within your tenant.',
    }),
    pipedriveOrgId: t.exposeString('pipedriveOrgId', {
      nullable: true,
      description: 'The id of this organization in Pipedrive; null if it is not linked to one.',
    }),
    industry: t.exposeString('industry', {
      nullable: true,
      description: 'The line of business, as free text; null if unknown.',
    }),
    size: t.exposeString('size', {
      nullable: true,
      description: 'How large it is, as free text; null if unknown.',
    }),
    website: t.exposeString('website', {
      nullable: true,
      description: 'The address of its website, as it was entered; null if unknown.',
    }),
    address: t.exposeString('address', {
      nullable: true,
      description: 'The postal address, or its street part; null if unknown.',
    }),
    city: t.exposeString('city', {
      nullable: true,
      description: 'The town or city; null if unknown.',
    }),
    country: t.exposeString('country', {
      nullable: true,
      description: 'The country, as free text; null if unknown.',
    }),
    contactCount: t.exposeInt('contactCount', {
      description: 'How many contacts work for it.',
    }),
    lastActivityAt: t.expose('lastActivityAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the last activity with any of its contacts was; null if there was none. Future activities do not count yet.',
    }),
    averageWarmness: t.float({
      nullable: true,
      description:
        'The mean warmness score of its contacts, 0 (cold) to 10; null if it has no contacts.',
      resolve: ({ warmnessSum, contactCount }) =>
        contactCount === 0 ? null : warmnessSum / contactCount,
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When it was added here, by hand or by a CRM sync.',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When its own details were last changed; changes of its contacts do not count.',
    }),
  }),
});

const OrganizationMatchKind = enumOf('OrganizationMatchKind', MATCH_KINDS, {
  description: 'How an organization was found for a name, the most certain kind first.',
  values: {
    EXTERNAL_ID: 'It has the Pipedrive id that was given, as its own or by a merge.',
    EXACT: 'It has the same normalized name.',
    LEGAL_FORM: 'The names are equal without their legal forms, such as Ltd or GmbH.',
    SIMILAR: 'The names are spelled similarly: their similarity is at least 0.45.',
  },
});

const OrganizationMatchType = builder.objectRef<OrganizationMatch>('OrganizationMatch').implement({
  description: 'An organization that a name may mean, and how certain that is.',
  fields: (t) => ({
    organization: t.field({
      type: Organization,
      description: 'The organization that was found.',
      resolve: ({ organization }) => Organization.present(organization),
    }),
    kind: t.expose('kind', {
      type: OrganizationMatchKind,
      description: 'How it was found; the most certain kind, if several apply.',
    }),
    similarity: t.exposeFloat('similarity', {
      description:
        'How much the normalized names have in common, 0 to 1; always 1 for EXTERNAL_ID and EXACT.',
    }),
  }),
});

builder.queryFields((t) => ({
  organization: t.field({
    description: 'An organization by its id; null if your tenant has none with this id.',
    type: Organization,
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'The organization to read.' }) },
    resolve: (_root, { id }, context) =>
      organizationLoader(context).load(parseId(['Organization'], 'id', id)),
  }),
  organizationMatches: t.field({
    ...weighs(FUZZY_SEARCH_WEIGHT),
    description:
      'The organizations that a free-text name may mean, best match first. CRM syncs and createContact link by EXTERNAL_ID and EXACT only; the other kinds are suggestions for a person.',
    type: [OrganizationMatchType],
    args: {
      name: t.arg.string({
        required: true,
        description: 'The name to look up, in any spelling.',
        ...maxLength(NAME_LENGTH),
      }),
      pipedriveOrgId: t.arg.string({
        description: 'The id of the organization in Pipedrive, if it is known.',
        ...maxLength(NAME_LENGTH),
      }),
      first: t.arg.int({
        defaultValue: 5,
        description: `The maximum number of matches to return, 1 to ${MAX_MATCHES}.`,
      }),
    },
    resolve: (_root, { name, pipedriveOrgId, first }, { platform, viewer }) => {
      const size = first ?? 5;
      if (size < 1 || size > MAX_MATCHES)
        throw badArgument('first', `Expected a number from 1 to ${MAX_MATCHES}.`);
      return organizationMatches(platform, viewer, { name, pipedriveOrgId, first: size });
    },
  }),
}));
