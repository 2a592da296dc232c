/** Mutations of campaigns. */
import { inputOf } from '../schema-builder/inputs.ts';
import { deletion, mutation, payloadType } from '../schema-builder/mutations.ts';
import { Campaign } from './campaign-schema.ts';
import { addCampaignContacts, createCampaign, updateCampaign } from './campaigns.ts';
import {
  RemoveCampaignContact,
  ReplaceCampaignTemplate,
  removeCampaignContact,
  replaceCampaignTemplate,
} from './changes.ts';
import { DuplicateCampaign, deleteCampaign, duplicateCampaign } from './copies.ts';
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
import {
  TemplateButton,
  TemplateComponents,
  TemplateHeader,
  TemplateMedia,
  TemplateVariable,
} from './templates/components.ts';

inputOf('TemplateVariableInput', TemplateVariable);
inputOf('TemplateMediaInput', TemplateMedia);
inputOf('TemplateHeaderInput', TemplateHeader, { isOneOf: true });
inputOf('TemplateButtonInput', TemplateButton);
inputOf('TemplateComponentsInput', TemplateComponents);
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
mutation('duplicateCampaign', {
  description:
    'Creates a DRAFT with the number, the templates and the contacts of another campaign. It has no start of its own yet.',
  input: DuplicateCampaign,
  payload: CampaignPayload,
  rule: duplicateCampaign,
});
mutation('removeCampaignContact', {
  description:
    'Leaves a contact out of a campaign. Before the launch the contact is removed; later its message fails, and CONFLICT if that is no longer waiting.',
  input: RemoveCampaignContact,
  payload: CampaignPayload,
  rule: removeCampaignContact,
});
mutation('replaceCampaignTemplate', {
  description:
    'Replaces a template of a campaign that is a DRAFT, SCHEDULED or PAUSED, for all messages that are not sent yet; what was sent keeps its template in the figures. CONFLICT in any other state. Failed messages that are sent again keep theirs too.',
  input: ReplaceCampaignTemplate,
  payload: CampaignPayload,
  rule: replaceCampaignTemplate,
});
deletion('deleteCampaign', {
  description:
    'Deletes a campaign that is a DRAFT, or was cancelled before it started. CONFLICT for any other.',
  of: 'Campaign',
  rule: deleteCampaign,
});
