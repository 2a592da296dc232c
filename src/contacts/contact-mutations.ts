/** Mutations of contacts, their activities, and organizations. */
import { builder } from '../schema-builder/builder.ts';
import { DeleteInput, DeletePayload, payload, payloadType } from '../schema-builder/mutations.ts';
import { asNode } from '../schema-builder/nodes.ts';
import { logActivity } from './activities.ts';
import { Activity, ActivityType, Contact, LeadStatus, Organization } from './contact-schema.ts';
import { createContact, deleteContact, updateContact } from './contacts.ts';
import { mergeOrganizations } from './organization-merge.ts';
import { createOrganization, deleteOrganization, type OrganizationRow, updateOrganization } from './organizations.ts';
import type { ActivityRow, ContactRow } from './rows.ts';

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
const UpdateContactInput = builder.inputType('UpdateContactInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    name: t.string(),
    email: t.string(),
    phone: t.string(),
    jobTitle: t.string(),
    organizationId: t.id(),
    leadStatus: t.field({ type: LeadStatus }),
    addedToCampaign: t.boolean(),
    ownerId: t.id(),
  }),
});
const LogActivityInput = builder.inputType('LogActivityInput', {
  fields: (t) => ({
    contactId: t.id({ required: true }),
    type: t.field({ type: ActivityType, required: true }),
    subject: t.string({ required: true }),
    note: t.string(),
    occurredAt: t.field({ type: 'DateTime', description: 'Default: now.' }),
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
const UpdateOrganizationInput = builder.inputType('UpdateOrganizationInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    name: t.string(),
    industry: t.string(),
    size: t.string(),
    website: t.string(),
    address: t.string(),
    city: t.string(),
    country: t.string(),
  }),
});
const MergeOrganizationsInput = builder.inputType('MergeOrganizationsInput', {
  fields: (t) => ({ sourceId: t.id({ required: true }), targetId: t.id({ required: true }) }),
});

const ContactPayload = payloadType<{ contact: ContactRow }>('ContactPayload', (t) => ({
  contact: t.field({ type: Contact, nullable: true, resolve: ({ contact }) => contact && asNode('Contact', contact) }),
}));
const ActivityPayload = payloadType<{ activity: ActivityRow; contact: ContactRow }>('ActivityPayload', (t) => ({
  activity: t.field({ type: Activity, nullable: true, resolve: ({ activity }) => activity && asNode('Activity', activity) }),
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
  updateContact: t.field({
    type: ContactPayload,
    args: { input: t.arg({ type: UpdateContactInput, required: true }) },
    resolve: (_root, { input }, context) => payload(context, updateContact(context.platform, context.viewer, input)),
  }),
  deleteContact: t.field({
    type: DeletePayload,
    args: { input: t.arg({ type: DeleteInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(
        context,
        deleteContact(context.platform, context.viewer, input).then(() => ({ deletedId: input.id })),
      ),
  }),
  logActivity: t.field({
    type: ActivityPayload,
    args: { input: t.arg({ type: LogActivityInput, required: true }) },
    resolve: (_root, { input }, context) => payload(context, logActivity(context.platform, context.viewer, input)),
  }),
}));

builder.mutationFields((t) => ({
  createOrganization: t.field({
    type: OrganizationPayload,
    args: { input: t.arg({ type: CreateOrganizationInput, required: true }) },
    resolve: (_root, { input }, context) => payload(context, createOrganization(context.platform, context.viewer, input)),
  }),
  updateOrganization: t.field({
    type: OrganizationPayload,
    args: { input: t.arg({ type: UpdateOrganizationInput, required: true }) },
    resolve: (_root, { input }, context) => payload(context, updateOrganization(context.platform, context.viewer, input)),
  }),
  deleteOrganization: t.field({
    type: DeletePayload,
    args: { input: t.arg({ type: DeleteInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(
        context,
        deleteOrganization(context.platform, context.viewer, input).then(() => ({ deletedId: input.id })),
      ),
  }),
  mergeOrganizations: t.field({
    description: 'Moves every contact of `sourceId` to `targetId` and removes the source, in one transaction.',
    type: OrganizationPayload,
    args: { input: t.arg({ type: MergeOrganizationsInput, required: true }) },
    resolve: (_root, { input }, context) => payload(context, mergeOrganizations(context.platform, context.viewer, input)),
  }),
}));
