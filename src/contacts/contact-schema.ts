/**
 * Contacts in the API. A portal user reads the id, name, e-mail, phone and job title of their own
 * contact, and nothing else about contacts: the fields marked `...forClients`.
 */
import { LeadStatus as LeadStatusName } from '../../generated/kysely.ts';
import { parsePage } from '../platform/database/keyset.ts';
import { encodeGlobalId } from '../platform/global-id.ts';
import { parseId } from '../platform/input.ts';
import { forClients, membersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { connectionOf, pageArguments } from '../schema-builder/connections.ts';
import { enumOf } from '../schema-builder/enums.ts';
import { modelType } from '../schema-builder/models.ts';
import { nodeType } from '../schema-builder/nodes.ts';
import { userLoader } from '../tenancy/loaders.ts';
import { User, ViewerType } from '../tenancy/schema.ts';
import { PRIORITY } from './lists/orders.ts';
import {
  contactCountLoader,
  contactLoader,
  contactPageLoader,
  organizationLoader,
} from './loaders.ts';
import { contactNode } from './nodes.ts';
import { Organization } from './organizations/schema.ts';
import type { ContactRow } from './rows.ts';

const LeadStatus = enumOf('LeadStatus', LeadStatusName, {
  description: 'How far a contact is on the way to a deal.',
  values: {
    NEW: 'Nobody has worked on the contact yet.',
    CONTACTED: 'Somebody is in touch with the contact. Adds 1 to the warmness.',
    QUALIFIED: 'A deal with the contact is realistic. Adds 1 to the warmness.',
    UNQUALIFIED: 'No deal with the contact is expected.',
  },
});

const WarmnessBreakdown = modelType<'Contact', ContactRow>('Contact', {
  variant: 'WarmnessBreakdown',
  description: 'The four parts of a warmness score. The score is their sum, kept within 0 to 10.',
  fields: (t) => ({
    base: t.exposeInt('warmnessBase', {
      description: '1 each for an e-mail, a phone, an organization and a job title: 0 to 4.',
    }),
    activity: t.exposeInt('warmnessActivity', {
      description:
        'For the activities of the last 30 days: 1 each up to 3, and 2 more if one is a MEETING, 1 if a CALL, 1 if an EMAIL. 0 to 7.',
    }),
    relationship: t.exposeInt('warmnessRelationship', {
      description:
        '2 if open and won deals together are worth more than 10,000, 1 if more than 1,000; and 1 for the lead status QUALIFIED or CONTACTED. 0 to 3.',
    }),
    engagement: t.exposeInt('warmnessEngagement', {
      description:
        '2 if the last activity was less than 7 days ago, 1 if less than 30, −1 if more than 90; and 1 if more than half of the campaign messages that were delivered got a reply. −1 to 3.',
    }),
    score: t.exposeInt('warmnessScore', { description: 'All parts together, 0 (cold) to 10.' }),
    computedAt: t.expose('warmnessComputedAt', {
      type: 'DateTime',
      description: 'When these values last changed.',
    }),
  }),
});

/** Loaded by id. Portal users can read the fields marked `forClients`. */
export const Contact = nodeType('Contact', {
  description: 'A person, mostly one who works for a client company.',
  ...membersOnly,
  load: contactLoader,
  present: contactNode,
  fields: (t) => ({
    name: t.exposeString('name', { ...forClients, description: 'The full name of the person.' }),
    email: t.exposeString('email', {
      ...forClients,
      nullable: true,
      description: 'The primary e-mail address, as it was entered; null if none is known.',
    }),
    phone: t.exposeString('phone', {
      ...forClients,
      nullable: true,
      description: 'The primary phone number, as it was entered; null if none is known.',
    }),
    phoneE164: t.exposeString('phoneE164', {
      nullable: true,
      description:
        'The primary phone number in international form, such as +4915112345678, which campaigns send to: the first valid one if `phone` has several. Null if there is none.',
    }),
    jobTitle: t.exposeString('jobTitle', {
      ...forClients,
      nullable: true,
      description: 'What the person does at the organization; null if unknown.',
    }),
    ownerId: t.id({
      description: 'The id of the user in charge of the contact.',
      resolve: (contact) => encodeGlobalId('User', contact.ownerId),
    }),
    owner: t.field({
      type: User,
      description: 'The user in charge of the contact.',
      resolve: async (contact, _args, context) =>
        required(await userLoader(context).load(contact.ownerId)),
    }),
    organizationId: t.id({
      nullable: true,
      description: 'The id of the organization that the person works for; null if none is known.',
      resolve: ({ organizationId }) =>
        organizationId && encodeGlobalId('Organization', organizationId),
    }),
    organization: t.field({
      type: Organization,
      nullable: true,
      description: 'The organization that the person works for; null if none is known.',
      resolve: ({ organization, organizationId }, _args, context) => {
        if (organization !== undefined) return organization;
        return organizationId === null ? null : organizationLoader(context).load(organizationId);
      },
    }),
    leadStatus: t.expose('leadStatus', {
      type: LeadStatus,
      nullable: true,
      description: 'How far the contact is on the way to a deal; null if not set.',
    }),
    warmnessScore: t.exposeInt('warmnessScore', {
      description:
        'How well you know the contact, 0 (cold) to 10. Follows every change at once, and the passing of time within a minute.',
    }),
    warmness: t.field({
      type: WarmnessBreakdown,
      description: 'The four parts of the warmness score.',
      resolve: (contact) => contact,
    }),
    responseRate: t.exposeFloat('responseRate', {
      description:
        'The share of the campaign messages that reached the contact which it replied to, 0 to 1; 0 if none reached it. More than 0.5 adds 1 to the warmness.',
    }),
    addedToCampaign: t.exposeBoolean('addedToCampaign', {
      description:
        'True once the contact was added to a campaign, unless a user has changed that. Such contacts come first in priority order.',
    }),
    lastContactedAt: t.expose('lastContactedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the last call, e-mail or meeting was; notes and tasks do not count, nor do future activities. Null if there was none.',
    }),
    pipedrivePersonId: t.exposeString('pipedrivePersonId', {
      nullable: true,
      description: 'The id of this person in Pipedrive; null if it is not linked to one.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the contact was added here, by hand or by a CRM sync.',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: "When the contact's own details last changed; activities do not count.",
    }),
    updatedBy: t.field({
      type: User,
      nullable: true,
      description:
        "The user who changed the contact's own details last; null if that was a sync or an import, or was before changes had names.",
      resolve: ({ updatedById }, _args, context) =>
        updatedById === null ? null : userLoader(context).load(updatedById),
    }),
  }),
});

/** What a foreign key points at. */
export function required<T>(row: T | null): T {
  if (row === null) throw new Error('A foreign key points at a row that does not exist.');
  return row;
}

builder.objectField(ViewerType, 'contact', (t) =>
  t.field({
    type: Contact,
    nullable: true,
    description: 'The contact that you are, if you are a portal user; otherwise null.',
    resolve: (viewer, _args, context) =>
      viewer.contactId === null ? null : contactLoader(context).load(viewer.contactId),
  }),
);

/** A page of contacts. */
export const ContactConnection = connectionOf(Contact);

builder.objectField(Organization, 'contacts', (t) =>
  t.field({
    description:
      'The people who work for it, in priority order: those added to a campaign first, then the coldest, then those contacted longest ago.',
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
    description: 'A contact by its id; null if your tenant has none with this id.',
    type: Contact,
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'The contact to read.' }) },
    resolve: (_root, { id }, context) =>
      contactLoader(context).load(parseId(['Contact'], 'id', id)),
  }),
}));
