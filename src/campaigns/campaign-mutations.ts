/** Mutations of campaigns. */

import { ContactFilter } from '../contacts/schema.ts';
import { NAME_LENGTH } from '../platform/input.ts';
import { builder } from '../schema-builder/builder.ts';
import { maxItems, maxLength } from '../schema-builder/maxima.ts';
import { payload, payloadType } from '../schema-builder/mutations.ts';
import { Campaign } from './campaign-schema.ts';
import { addCampaignContacts, createCampaign, updateCampaign } from './campaigns.ts';
import {
  LANGUAGE_LENGTH,
  MAX_CONTACT_IDS,
  MAX_PARAMETERS,
  MAX_TEMPLATES,
  TEMPLATE_NAME_LENGTH,
} from './inputs.ts';
import { cancelCampaign, launchCampaign, pauseCampaign } from './lifecycle.ts';
import { campaignLoader } from './loaders.ts';
import type { ChangedCampaign } from './status.ts';
import { MAX_PARAMETER_LENGTH } from './whatsapp/template-parameters.ts';

const CampaignTemplateInput = builder.inputType('CampaignTemplateInput', {
  description:
    "Contacts are shared out over the templates by weight. `parameters` are Liquid over { contact, organization }, in the order of the template's variables.",
  fields: (t) => ({
    templateName: t.string({ required: true, ...maxLength(TEMPLATE_NAME_LENGTH) }),
    language: t.string({ required: true, defaultValue: 'en_US', ...maxLength(LANGUAGE_LENGTH) }),
    weight: t.int({ required: true, defaultValue: 1 }),
    parameters: t.stringList({
      required: true,
      defaultValue: [],
      ...maxItems(MAX_PARAMETERS, { maxLength: MAX_PARAMETER_LENGTH }),
    }),
  }),
});
const CreateCampaignInput = builder.inputType('CreateCampaignInput', {
  fields: (t) => ({
    name: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    whatsAppNumberId: t.id({ description: "Default: the tenant's first number." }),
    scheduledAt: t.field({ type: 'DateTime' }),
    templates: t.field({
      type: [CampaignTemplateInput],
      required: true,
      ...maxItems(MAX_TEMPLATES),
    }),
    contactIds: t.idList({ ...maxItems(MAX_CONTACT_IDS) }),
    contactFilter: t.field({
      type: ContactFilter,
      description: 'Take every contact that this filter finds.',
    }),
  }),
});
const UpdateCampaignInput = builder.inputType('UpdateCampaignInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    name: t.string({ ...maxLength(NAME_LENGTH) }),
    scheduledAt: t.field({ type: 'DateTime' }),
  }),
});
const AddCampaignContactsInput = builder.inputType('AddCampaignContactsInput', {
  description: 'A filter takes any number of contacts.',
  fields: (t) => ({
    campaignId: t.id({ required: true }),
    contactIds: t.idList({ ...maxItems(MAX_CONTACT_IDS) }),
    contactFilter: t.field({ type: ContactFilter }),
  }),
});
export const CampaignIdInput = builder.inputType('CampaignIdInput', {
  fields: (t) => ({ id: t.id({ required: true }) }),
});

const CampaignPayload = payloadType<ChangedCampaign>('CampaignPayload', (t) => ({
  campaign: t.field({
    type: Campaign,
    nullable: true,
    resolve: ({ campaignId }, _args, context) =>
      campaignId === undefined ? null : campaignLoader(context).load(campaignId),
  }),
}));

builder.mutationFields((t) => ({
  createCampaign: t.field({
    type: CampaignPayload,
    args: { input: t.arg({ type: CreateCampaignInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, createCampaign(context.platform, context.viewer, input)),
  }),
  updateCampaign: t.field({
    type: CampaignPayload,
    args: { input: t.arg({ type: UpdateCampaignInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, updateCampaign(context.platform, context.viewer, input)),
  }),
  addCampaignContacts: t.field({
    type: CampaignPayload,
    args: { input: t.arg({ type: AddCampaignContactsInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, addCampaignContacts(context.platform, context.viewer, input)),
  }),
  launchCampaign: t.field({
    type: CampaignPayload,
    args: { input: t.arg({ type: CampaignIdInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, launchCampaign(context.platform, context.viewer, input)),
  }),
  pauseCampaign: t.field({
    type: CampaignPayload,
    args: { input: t.arg({ type: CampaignIdInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, pauseCampaign(context.platform, context.viewer, input)),
  }),
  cancelCampaign: t.field({
    type: CampaignPayload,
    args: { input: t.arg({ type: CampaignIdInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, cancelCampaign(context.platform, context.viewer, input)),
  }),
}));
