/** Mutations of campaigns. */
import { inputOf } from '../schema-builder/inputs.ts';
import { mutation, payloadType } from '../schema-builder/mutations.ts';
import { Campaign } from './campaign-schema.ts';
import { addCampaignContacts, createCampaign, updateCampaign } from './campaigns.ts';
import {
  AddCampaignContacts,
  CampaignId,
  CampaignTemplate,
  CreateCampaign,
  UpdateCampaign,
} from './inputs.ts';
import { cancelCampaign, launchCampaign, pauseCampaign } from './lifecycle.ts';
import { campaignLoader } from './loaders.ts';
import type { ChangedCampaign } from './status.ts';

inputOf('CampaignTemplateInput', CampaignTemplate);
inputOf('CampaignIdInput', CampaignId);

const CampaignPayload = payloadType<ChangedCampaign>('CampaignPayload', (t) => ({
  campaign: t.field({
    type: Campaign,
    nullable: true,
    description: 'The campaign after the mutation. Null if there are `userErrors`.',
    resolve: ({ campaignId }, _args, context) =>
      campaignId === undefined ? null : campaignLoader(context).load(campaignId),
  }),
}));

mutation('createCampaign', {
  description: 'Creates a campaign as a DRAFT. Nothing is sent before it is launched.',
  input: CreateCampaign,
  payload: CampaignPayload,
  rule: createCampaign,
});
mutation('updateCampaign', {
  description:
    'Changes the name or the start of a campaign that is a DRAFT or SCHEDULED; CONFLICT in any other state.',
  input: UpdateCampaign,
  payload: CampaignPayload,
  rule: updateCampaign,
});
mutation('addCampaignContacts', {
  description:
    'Adds contacts to a campaign that is a DRAFT or SCHEDULED; CONFLICT in any other state. Contacts that are already in it are not added again.',
  input: AddCampaignContacts,
  payload: CampaignPayload,
  rule: addCampaignContacts,
});
mutation('launchCampaign', {
  description:
    'Starts a DRAFT, or makes it SCHEDULED if its `scheduledAt` is in the future. Continues a PAUSED campaign. CONFLICT in any other state; INVALID if the campaign has no contacts or there is no WhatsApp number to send from.',
  input: CampaignId,
  payload: CampaignPayload,
  rule: launchCampaign,
});
mutation('pauseCampaign', {
  description:
    'Stops a RUNNING campaign within a second; launching it again continues it. CONFLICT in any other state.',
  input: CampaignId,
  payload: CampaignPayload,
  rule: pauseCampaign,
});
mutation('cancelCampaign', {
  description:
    'Ends a campaign for good. Messages that are not sent yet fail as cancelled. CONFLICT if the campaign has already ended.',
  input: CampaignId,
  payload: CampaignPayload,
  rule: cancelCampaign,
});
