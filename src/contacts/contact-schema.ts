/**
 * Contacts, organizations and activities as types. Portal clients read of them what is marked
 * `...forClients`.
 */
import type { GraphQLResolveInfo } from 'graphql';
import { parsePage } from '../platform/database/keyset.ts';
import { encodeGlobalId } from '../platform/global-id.ts';
import { badArgument } from '../platform/input.ts';
import { forClients, membersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { type ColumnNeeds, neededColumns } from '../schema-builder/columns.ts';
import { connectionType, pageArguments } from '../schema-builder/connections.ts';
import { asNode, Node, type NodeOf, registerNode } from '../schema-builder/nodes.ts';
import { userLoader } from '../tenancy/loaders.ts';
import { User, ViewerType } from '../tenancy/schema.ts';
import type { ListedContact } from './lists/contact-list.ts';
import { NEWEST_ACTIVITY_FIRST, PRIORITY } from './lists/orders.ts';
import {
  activityCountLoader,
  activityLoader,
  activityPageLoader,
  type ContactNode,
  contactCountLoader,
  contactLoader,
  contactNode,
  contactPageLoader,
  organizationLoader,
  recentActivitiesLoader,
} from './loaders.ts';
import type { OrganizationRow } from './organizations/organizations.ts';
import {
  ACTIVITY_COLUMNS,
  type ActivityColumn,
  type ActivityRow,
  type ContactRow,
} from './rows.ts';

const MAX_RECENT = 500;

export const LeadStatus = builder.enumType('LeadStatus', {
  values: ['NEW', 'CONTACTED', 'QUALIFIED', 'UNQUALIFIED'] as const,
});
export const ActivityType = builder.enumType('ActivityType', {
  values: ['CALL', 'EMAIL', 'MEETING', 'NOTE', 'TASK'] as const,
});

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

const WarmnessBreakdown = builder.objectRef<ContactRow>('WarmnessBreakdown').implement({
  description: 'The parts that add up to the score, before clamping to 0..10.',
  fields: (t) => ({
    base: t.exposeInt('warmnessBase'),
    activity: t.exposeInt('warmnessActivity'),
    relationship: t.exposeInt('warmnessRelationship'),
    engagement: t.exposeInt('warmnessEngagement'),
    score: t.exposeInt('warmnessScore'),
    computedAt: t.expose('warmnessComputedAt', { type: 'DateTime' }),
  }),
});

export const Contact = builder.objectRef<ContactNode>('Contact').implement({
  interfaces: [Node],
  ...membersOnly,
  fields: (t) => ({
    id: t.exposeID('id', { ...forClients }),
    name: t.exposeString('name', { ...forClients }),
    email: t.exposeString('email', { ...forClients, nullable: true }),
    phone: t.exposeString('phone', {
      ...forClients,
      nullable: true,
      description: 'As typed; `phoneE164` is what it was understood as.',
    }),
    phoneE164: t.exposeString('phoneE164', { nullable: true }),
    jobTitle: t.exposeString('jobTitle', { ...forClients, nullable: true }),
    ownerId: t.id({ resolve: (contact) => encodeGlobalId('User', contact.ownerId) }),
    owner: t.field({
      type: User,
      resolve: async (contact, _args, context) =>
        required(await userLoader(context).load(contact.ownerId)),
    }),
    organizationId: t.id({
      nullable: true,
      resolve: ({ organizationId }) =>
        organizationId && encodeGlobalId('Organization', organizationId),
    }),
    organization: t.field({
      type: Organization,
      nullable: true,
      resolve: ({ organization, organizationId }, _args, context) => {
        if (organization !== undefined) return organization;
        return organizationId === null ? null : organizationLoader(context).load(organizationId);
      },
    }),
    leadStatus: t.expose('leadStatus', { type: LeadStatus, nullable: true }),
    warmnessScore: t.exposeInt('warmnessScore', { description: '0 (cold) to 10.' }),
    warmness: t.field({ type: WarmnessBreakdown, resolve: (contact) => contact }),
    addedToCampaign: t.exposeBoolean('addedToCampaign'),
    lastContactedAt: t.expose('lastContactedAt', { type: 'DateTime', nullable: true }),
    pipedrivePersonId: t.exposeString('pipedrivePersonId', { nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
});

export const Activity = builder.objectRef<NodeOf<ActivityRow>>('Activity').implement({
  interfaces: [Node],
  ...membersOnly,
  fields: (t) => ({
    id: t.exposeID('id'),
    contactId: t.id({ resolve: ({ contactId }) => encodeGlobalId('Contact', contactId) }),
    contact: t.field({
      type: Contact,
      resolve: async ({ contactId }, _args, context) =>
        required(await contactLoader(context).load(contactId)),
    }),
    user: t.field({
      type: User,
      nullable: true,
      resolve: ({ userId }, _args, context) =>
        userId === null ? null : userLoader(context).load(userId),
    }),
    type: t.expose('type', { type: ActivityType }),
    subject: t.exposeString('subject'),
    note: t.exposeString('note', { nullable: true }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});

function required<T>(row: T | null): T {
  if (row === null) throw new Error('A foreign key points at a row that is not there.');
  return row;
}

registerNode('Contact', (context, id) => contactLoader(context).load(id));
registerNode('Organization', (context, id) => organizationLoader(context).load(id));
registerNode('Activity', (context, id) => activityLoader(context).load(id));

builder.objectField(ViewerType, 'contact', (t) =>
  t.field({
    type: Contact,
    nullable: true,
    resolve: (viewer, _args, context) =>
      viewer.contactId === null ? null : contactLoader(context).load(viewer.contactId),
  }),
);

export const ContactConnection = connectionType<ListedContact, ContactNode>(
  'Contact',
  Contact,
  contactNode,
);
const ActivityConnection = connectionType<ActivityRow, NodeOf<ActivityRow>>(
  'Activity',
  Activity,
  (row) => asNode('Activity', row),
);

/** What the fields of Activity are made of. */
const ACTIVITY_NEEDS: ColumnNeeds<ActivityColumn> = {
  all: ACTIVITY_COLUMNS,
  always: ['id', 'contactId'],
  fields: { contact: ['contactId'], user: ['userId'] },
};

function activityColumns(info: GraphQLResolveInfo): readonly ActivityColumn[] {
  return neededColumns(info, [[]], ACTIVITY_NEEDS);
}

builder.objectFields(Contact, (t) => ({
  recentActivities: t.field({
    description: 'Newest first.',
    type: [Activity],
    args: { limit: t.arg.int({ defaultValue: 5 }) },
    resolve: (contact, { limit }, context, info) => {
      const size = limit ?? 5;
      if (size < 1 || size > MAX_RECENT)
        throw badArgument('limit', `Expected a number from 1 to ${MAX_RECENT}.`);
      return recentActivitiesLoader(context).load({
        contactId: contact.uuid,
        limit: size,
        columns: activityColumns(info),
      });
    },
  }),
  activities: t.field({
    description: 'Newest first.',
    type: ActivityConnection,
    args: pageArguments(t.arg),
    resolve: async (contact, args, context) => ({
      ...(await activityPageLoader(context).load({
        id: contact.uuid,
        page: parsePage(args, NEWEST_ACTIVITY_FIRST),
      })),
      count: async () => (await activityCountLoader(context).load(contact.uuid))[0]?.count ?? 0,
    }),
  }),
}));

builder.objectField(Organization, 'contacts', (t) =>
  t.field({
    description: 'In priority order.',
    type: ContactConnection,
    args: pageArguments(t.arg),
    resolve: async (organization, args, context) => ({
      ...(await contactPageLoader(context).load({
        id: organization.uuid,
        page: parsePage(args, PRIORITY),
      })),
      count: async () =>
        (await contactCountLoader(context).load(organization.uuid))?.contactCount ?? 0,
    }),
  }),
);
