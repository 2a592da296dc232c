/** Mutations of contacts, their activities, and organizations. */
import type { InputFieldBuilder } from '@pothos/core';
import { EMAIL_LENGTH, NAME_LENGTH, NOTES_LENGTH } from '../platform/input.ts';
import { builder } from '../schema-builder/builder.ts';
import { maxLength } from '../schema-builder/maxima.ts';
import { DeleteInput, DeletePayload, payload, payloadType } from '../schema-builder/mutations.ts';
import { asNode } from '../schema-builder/nodes.ts';
import { logActivity } from './activities.ts';
import { Activity, ActivityType, Contact, LeadStatus, Organization } from './contact-schema.ts';
import { createContact, deleteContact, PHONE_LENGTH, updateContact } from './contacts.ts';
import { mergeOrganizations } from './organizations/merge.ts';
import {
  ADDRESS_LENGTH,
  createOrganization,
  deleteOrganization,
  type OrganizationRow,
  updateOrganization,
  WEBSITE_LENGTH,
} from './organizations/organizations.ts';
import type { ActivityRow, ContactRow } from './rows.ts';

type InputFields = InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>;

/** What an input says of a contact, whether it is new or changes. */
function contactDetails(t: InputFields) {
  return {
    email: t.string({ ...maxLength(EMAIL_LENGTH) }),
    phone: t.string({ ...maxLength(PHONE_LENGTH) }),
    jobTitle: t.string({ ...maxLength(NAME_LENGTH) }),
    organizationId: t.id(),
    leadStatus: t.field({ type: LeadStatus }),
  };
}

const CreateContactInput = builder.inputType('CreateContactInput', {
  fields: (t) => ({
    name: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    ...contactDetails(t),
    organizationName: t.string({
      description: 'Found or created by its normalised name.',
      ...maxLength(NAME_LENGTH),
    }),
  }),
});
const UpdateContactInput = builder.inputType('UpdateContactInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    name: t.string({ ...maxLength(NAME_LENGTH) }),
    ...contactDetails(t),
    addedToCampaign: t.boolean(),
    ownerId: t.id(),
  }),
});
const LogActivityInput = builder.inputType('LogActivityInput', {
  fields: (t) => ({
    contactId: t.id({ required: true }),
    type: t.field({ type: ActivityType, required: true }),
    subject: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    note: t.string({ ...maxLength(NOTES_LENGTH) }),
    occurredAt: t.field({ type: 'DateTime', description: 'Default: now.' }),
  }),
});

/** What an input says of an organization, whether it is new or changes. */
function organizationDetails(t: InputFields) {
  return {
    industry: t.string({ ...maxLength(NAME_LENGTH) }),
    size: t.string({ ...maxLength(NAME_LENGTH) }),
    website: t.string({ ...maxLength(WEBSITE_LENGTH) }),
    address: t.string({ ...maxLength(ADDRESS_LENGTH) }),
    city: t.string({ ...maxLength(NAME_LENGTH) }),
    country: t.string({ ...maxLength(NAME_LENGTH) }),
  };
}

const CreateOrganizationInput = builder.inputType('CreateOrganizationInput', {
  fields: (t) => ({
    name: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    ...organizationDetails(t),
  }),
});
const UpdateOrganizationInput = builder.inputType('UpdateOrganizationInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    name: t.string({ ...maxLength(NAME_LENGTH) }),
    ...organizationDetails(t),
  }),
});
const MergeOrganizationsInput = builder.inputType('MergeOrganizationsInput', {
  fields: (t) => ({ sourceId: t.id({ required: true }), targetId: t.id({ required: true }) }),
});

const ContactPayload = payloadType<{ contact: ContactRow }>('ContactPayload', (t) => ({
  contact: t.field({
    type: Contact,
    nullable: true,
    resolve: ({ contact }) => contact && asNode('Contact', contact),
  }),
}));
const ActivityPayload = payloadType<{ activity: ActivityRow; contact: ContactRow }>(
  'ActivityPayload',
  (t) => ({
    activity: t.field({
      type: Activity,
      nullable: true,
      resolve: ({ activity }) => activity && asNode('Activity', activity),
    }),
    contact: t.field({
      type: Contact,
      nullable: true,
      resolve: ({ contact }) => contact && asNode('Contact', contact),
    }),
  }),
);
const OrganizationPayload = payloadType<{ organization: OrganizationRow }>(
  'OrganizationPayload',
  (t) => ({
    organization: t.field({
      type: Organization,
      nullable: true,
      resolve: ({ organization }) => organization && asNode('Organization', organization),
    }),
  }),
);

builder.mutationFields((t) => ({
  createContact: t.field({
    type: ContactPayload,
    args: { input: t.arg({ type: CreateContactInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, createContact(context.platform, context.viewer, input)),
  }),
  updateContact: t.field({
    type: ContactPayload,
    args: { input: t.arg({ type: UpdateContactInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, updateContact(context.platform, context.viewer, input)),
  }),
  deleteContact: t.field({
    type: DeletePayload,
    args: { input: t.arg({ type: DeleteInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(
        context,
        deleteContact(context.platform, context.viewer, input).then(() => ({
          deletedId: input.id,
        })),
      ),
  }),
  logActivity: t.field({
    type: ActivityPayload,
    args: { input: t.arg({ type: LogActivityInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, logActivity(context.platform, context.viewer, input)),
  }),
}));

builder.mutationFields((t) => ({
  createOrganization: t.field({
    type: OrganizationPayload,
    args: { input: t.arg({ type: CreateOrganizationInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, createOrganization(context.platform, context.viewer, input)),
  }),
  updateOrganization: t.field({
    type: OrganizationPayload,
    args: { input: t.arg({ type: UpdateOrganizationInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, updateOrganization(context.platform, context.viewer, input)),
  }),
  deleteOrganization: t.field({
    type: DeletePayload,
    args: { input: t.arg({ type: DeleteInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(
        context,
        deleteOrganization(context.platform, context.viewer, input).then(() => ({
          deletedId: input.id,
        })),
      ),
  }),
  mergeOrganizations: t.field({
    description:
      'Moves every contact of `sourceId` to `targetId` and removes the source, in one transaction.',
    type: OrganizationPayload,
    args: { input: t.arg({ type: MergeOrganizationsInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, mergeOrganizations(context.platform, context.viewer, input)),
  }),
}));
