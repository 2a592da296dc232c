/** Mutations of contacts, their activities, and organizations. */
import type { InputFieldBuilder } from '@pothos/core';
import { EMAIL_LENGTH, NAME_LENGTH } from '../platform/input.ts';
import { builder } from '../schema-builder/builder.ts';
import { maxLength } from '../schema-builder/maxima.ts';
import { DeleteInput, DeletePayload, payload, payloadType } from '../schema-builder/mutations.ts';
import { asNode } from '../schema-builder/nodes.ts';
import { Contact, LeadStatus } from './contact-schema.ts';
import { createContact, deleteContact, PHONE_LENGTH, updateContact } from './contacts.ts';
import type { ContactRow } from './rows.ts';

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

const ContactPayload = payloadType<{ contact: ContactRow }>('ContactPayload', (t) => ({
  contact: t.field({
    type: Contact,
    nullable: true,
    resolve: ({ contact }) => contact && asNode('Contact', contact),
  }),
}));

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
}));
