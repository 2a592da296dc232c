/**
 * Contacts in the API. A portal user reads the id, name, e-mail, phone and job title of its own
 * contact, and nothing else of contacts: the fields marked `...forClients`.
 */
import { parsePage } from '../platform/database/keyset.ts';
import { encodeGlobalId } from '../platform/global-id.ts';
import { parseId } from '../platform/input.ts';
import { forClients, membersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { connectionType, pageArguments } from '../schema-builder/connections.ts';
import { Node, registerNode } from '../schema-builder/nodes.ts';
import { userLoader } from '../tenancy/loaders.ts';
import { User, ViewerType } from '../tenancy/schema.ts';
import type { ListedContact } from './lists/contact-list.ts';
import { PRIORITY } from './lists/orders.ts';
import {
  type ContactNode,
  contactCountLoader,
  contactLoader,
  contactNode,
  contactPageLoader,
  organizationLoader,
} from './loaders.ts';
import { Organization } from './organizations/schema.ts';
import type { ContactRow } from './rows.ts';

export const LeadStatus = builder.enumType('LeadStatus', {
  values: ['NEW', 'CONTACTED', 'QUALIFIED', 'UNQUALIFIED'] as const,
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

registerNode('Contact', (context, id) => contactLoader(context).load(id));

/** What a foreign key points at. */
export function required<T>(row: T | null): T {
  if (row === null) throw new Error('A foreign key points at a row that does not exist.');
  return row;
}

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

builder.queryFields((t) => ({
  contact: t.field({
    type: Contact,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) =>
      contactLoader(context).load(parseId(['Contact'], 'id', id)),
  }),
}));
