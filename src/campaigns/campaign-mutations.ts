/** Mutations of campaigns. */
import { ContactFilter } from '../contacts/list-schema.ts';
import { builder } from '../schema-builder/builder.ts';
import { payload, payloadType } from '../schema-builder/mutations.ts';
import { Campaign } from './campaign-schema.ts';
import type { ChangedCampaign } from './campaign-state.ts';
import { addCampaignContacts, createCampaign, updateCampaign } from './campaigns.ts';
import { cancelCampaign, launchCampaign, pauseCampaign } from './launch.ts';
import { campaignLoader } from './loaders.ts';

const CampaignTemplateInput = builder.inputType('CampaignTemplateInput', {
  description:
    "Contacts are shared out over the templates by weight. `parameters` are Liquid over { contact, organization }, in the order of the template's variables.",
  fields: (t) => ({
    templateName: t.string({ required: true }),
    language: t.string({ required: true, defaultValue: 'en_US' }),
    weight: t.int({ required: true, defaultValue: 1 }),
    parameters: t.stringList({ required: true, defaultValue: [] }),
  }),
});
const CreateCampaignInput = builder.inputType('CreateCampaignInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    whatsAppNumberId: t.id({ description: "Default: the tenant's first number." }),
    scheduledAt: t.field({ type: 'DateTime' }),
    templates: t.field({ type: [CampaignTemplateInput], required: true }),
    contactIds: t.idList({ description: 'At most 1,000.' }),
    contactFilter: t.field({ type: ContactFilter, description: 'Take every contact that this filter finds.' }),
  }),
});
const UpdateCampaignInput = builder.inputType('UpdateCampaignInput', {
  fields: (t) => ({ id: t.id({ required: true }), name: t.string(), scheduledAt: t.field({ type: 'DateTime' }) }),
});
const AddCampaignContactsInput = builder.inputType('AddCampaignContactsInput', {
  description: 'At most 1,000 contactIds a call; a filter takes any number.',
  fields: (t) => ({ campaignId: t.id({ required: true }), contactIds: t.idList(), contactFilter: t.field({ type: ContactFilter }) }),
});
export const CampaignIdInput = builder.inputType('CampaignIdInput', { fields: (t) => ({ id: t.id({ required: true }) }) });

const CampaignPayload = payloadType<ChangedCampaign>('CampaignPayload', (t) => ({
  campaign: t.field({
    type: Campaign,
    nullable: true,
    resolve: ({ campaignId }, _args, context) => (campaignId === undefined ? null : campaignLoader(context).load(campaignId)),
  }),
}));

builder.mutationFields((t) => ({
  createCampaign: t.field({
    type: CampaignPayload,
    args: { input: t.arg({ type: CreateCampaignInput, required: true }) },
    resolve: (_root, { input }, context) => payload(context, createCampaign(context.platform, context.viewer, input)),
  }),
  updateCampaign: t.field({
    type: CampaignPayload,
    args: { input: t.arg({ type: UpdateCampaignInput, required: true }) },
    resolve: (_root, { input }, context) => payload(context, updateCampaign(context.platform, context.viewer, input)),
  }),
  addCampaignContacts: t.field({
    type: CampaignPayload,
    args: { input: t.arg({ type: AddCampaignContactsInput, required: true }) },
    resolve: (_root, { input }, context) => payload(context, addCampaignContacts(context.platform, context.viewer, input)),
  }),
  launchCampaign: t.field({
    type: CampaignPayload,
    args: { input: t.arg({ type: CampaignIdInput, required: true }) },
    resolve: (_root, { input }, context) => payload(context, launchCampaign(context.platform, context.viewer, input)),
  }),
  pauseCampaign: t.field({
    type: CampaignPayload,
    args: { input: t.arg({ type: CampaignIdInput, required: true }) },
    resolve: (_root, { input }, context) => payload(context, pauseCampaign(context.platform, context.viewer, input)),
  }),
  cancelCampaign: t.field({
    type: CampaignPayload,
    args: { input: t.arg({ type: CampaignIdInput, required: true }) },
    resolve: (_root, { input }, context) => payload(context, cancelCampaign(context.platform, context.viewer, input)),
  }),
}));
