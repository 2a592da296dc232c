/** Contacts and organizations. Portal clients read of them what is marked `...forClients`. */
import { encodeGlobalId } from '../platform/global-id.ts';
import { parseId } from '../platform/input.ts';
import { forClients, membersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../schema-builder/columns.ts';
import { connectionType, pageArguments } from '../schema-builder/connections.ts';
import { selectsField } from '../schema-builder/lookahead.ts';
import { payload, payloadType } from '../schema-builder/mutations.ts';
import { asNode, Node, type NodeOf, registerNode } from '../schema-builder/nodes.ts';
import { userLoader } from '../tenancy/loaders.ts';
import { User, ViewerType } from '../tenancy/schema.ts';
import { CONTACT_COLUMNS, type ContactColumn, type ContactRow, createContact, type ListedContact, listContacts } from './contacts.ts';
import { type ContactNode, contactLoader, contactNode, organizationLoader } from './loaders.ts';
import { createOrganization, ORGANIZATION_COLUMNS, type OrganizationColumn, type OrganizationRow } from './organizations.ts';

const LeadStatus = builder.enumType('LeadStatus', { values: ['NEW', 'CONTACTED', 'QUALIFIED', 'UNQUALIFIED'] as const });

export const Organization = builder.objectRef<NodeOf<OrganizationRow>>('Organization').implement({
  interfaces: [Node],
  ...membersOnly,
  fields: (t) => ({
    id: t.exposeID('id', { ...forClients }),
    name: t.exposeString('name', { ...forClients }),
    normalizedName: t.exposeString('normalizedName'),
    industry: t.exposeString('industry', { nullable: true }),
    size: t.exposeString('size', { nullable: true }),
    website: t.exposeString('website', { nullable: true }),
    address: t.exposeString('address', { nullable: true }),
    city: t.exposeString('city', { nullable: true }),
    country: t.exposeString('country', { nullable: true }),
    contactCount: t.exposeInt('contactCount'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
});

export const Contact = builder.objectRef<ContactNode>('Contact').implement({
  interfaces: [Node],
  ...membersOnly,
  fields: (t) => ({
    id: t.exposeID('id', { ...forClients }),
    name: t.exposeString('name', { ...forClients }),
    email: t.exposeString('email', { ...forClients, nullable: true }),
    phone: t.exposeString('phone', { ...forClients, nullable: true, description: 'As typed; `phoneE164` is what it was understood as.' }),
    phoneE164: t.exposeString('phoneE164', { nullable: true }),
    jobTitle: t.exposeString('jobTitle', { ...forClients, nullable: true }),
    ownerId: t.id({ resolve: (contact) => encodeGlobalId('User', contact.ownerId) }),
    owner: t.field({ type: User, resolve: async (contact, _args, context) => required(await userLoader(context).load(contact.ownerId)) }),
    organizationId: t.id({ nullable: true, resolve: ({ organizationId }) => organizationId && encodeGlobalId('Organization', organizationId) }),
    organization: t.field({
      type: Organization,
      nullable: true,
      resolve: ({ organization, organizationId }, _args, context) => {
        if (organization !== undefined) return organization;
        return organizationId === null ? null : organizationLoader(context).load(organizationId);
      },
    }),
    leadStatus: t.expose('leadStatus', { type: LeadStatus, nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
});

function required<T>(row: T | null): T {
  if (row === null) throw new Error('A foreign key points at a row that is not there.');
  return row;
}

registerNode('Contact', (context, id) => contactLoader(context).load(id));
registerNode('Organization', (context, id) => organizationLoader(context).load(id));

builder.objectField(ViewerType, 'contact', (t) =>
  t.field({
    type: Contact,
    nullable: true,
    resolve: (viewer, _args, context) => (viewer.contactId === null ? null : contactLoader(context).load(viewer.contactId)),
  }),
);

const ContactConnection = connectionType<ListedContact, ContactNode>('Contact', Contact, contactNode);

/** What the fields of Contact and Organization are made of. */
const CONTACT_NEEDS: ColumnNeeds<ContactColumn> = {
  all: CONTACT_COLUMNS,
  always: ['id', 'createdAt'],
  fields: { owner: ['ownerId'], organization: ['organizationId'], workPackages: [] },
};
const ORGANIZATION_NEEDS: ColumnNeeds<OrganizationColumn> = { all: ORGANIZATION_COLUMNS, always: ['id'], fields: {} };

builder.queryFields((t) => ({
  contact: t.field({
    type: Contact,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => contactLoader(context).load(parseId(['Contact'], 'id', id)),
  }),
  contacts: t.field({
    type: ContactConnection,
    args: pageArguments(t.arg),
    resolve: (_root, args, context, info) => {
      const own = neededColumns(info, CONNECTION_ROWS, CONTACT_NEEDS);
      const paths = CONNECTION_ROWS.map((path) => [...path, 'organization']);
      const joined = CONNECTION_ROWS.some((path) => selectsField(info, ...path, 'organization')) ? neededColumns(info, paths, ORGANIZATION_NEEDS) : [];
      return listContacts(context.platform, context.viewer, { ...args, columns: [...own, ...joined.map((column) => `organization.${column}` as const)] });
    },
  }),
  organization: t.field({
    type: Organization,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => organizationLoader(context).load(parseId(['Organization'], 'id', id)),
  }),
}));

const CreateContactInput = builder.inputType('CreateContactInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    email: t.string(),
    phone: t.string(),
    jobTitle: t.string(),
    organizationId: t.id(),
    organizationName: t.string({ description: 'Found or created by its normalised name.' }),
    leadStatus: t.field({ type: LeadStatus }),
  }),
});
const CreateOrganizationInput = builder.inputType('CreateOrganizationInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    industry: t.string(),
    size: t.string(),
    website: t.string(),
    address: t.string(),
    city: t.string(),
    country: t.string(),
  }),
});

const ContactPayload = payloadType<{ contact: ContactRow }>('ContactPayload', (t) => ({
  contact: t.field({ type: Contact, nullable: true, resolve: ({ contact }) => contact && asNode('Contact', contact) }),
}));
const OrganizationPayload = payloadType<{ organization: OrganizationRow }>('OrganizationPayload', (t) => ({
  organization: t.field({ type: Organization, nullable: true, resolve: ({ organization }) => organization && asNode('Organization', organization) }),
}));

builder.mutationFields((t) => ({
  createContact: t.field({
    type: ContactPayload,
    args: { input: t.arg({ type: CreateContactInput, required: true }) },
    resolve: (_root, { input }, context) => payload(context, createContact(context.platform, context.viewer, input)),
  }),
  createOrganization: t.field({
    type: OrganizationPayload,
    args: { input: t.arg({ type: CreateOrganizationInput, required: true }) },
    resolve: (_root, { input }, context) => payload(context, createOrganization(context.platform, context.viewer, input)),
  }),
}));
