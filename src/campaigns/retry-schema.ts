/** Sending failed messages again, and the settings of campaigns. */
import { membersOnly, ownersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { enumOf } from '../schema-builder/enums.ts';
import { mutation, payloadType } from '../schema-builder/mutations.ts';
import { Campaign } from './campaign-schema.ts';
import { campaignLoader } from './loaders.ts';
import { FAILED_AT, RetryCampaignMessages, retryCampaignMessages } from './retries.ts';
import {
  type CampaignSettings,
  readSettings,
  UpdateCampaignSettings,
  updateCampaignSettings,
} from './settings.ts';
import type { ChangedCampaign } from './status.ts';

enumOf('FailedMessageStatus', FAILED_AT, {
  description: 'Where a message failed.',
  values: {
    UNSENT: 'Before WhatsApp took it: it was certainly not sent.',
    UNDELIVERED: 'WhatsApp took it, and reported that it was not delivered.',
  },
});

mutation('retryCampaignMessages', {
  description:
    'Puts messages that failed back into the queue of a campaign, never those that were delivered or may have been. Each is sent again at most as often as `CampaignSettings.maxRetries` says. A COMPLETED or FAILED campaign runs again; a PAUSED one sends them once it is launched. CONFLICT in any other state.',
  input: RetryCampaignMessages,
  payload: payloadType<ChangedCampaign & { retried: number }>(
    'RetryCampaignMessagesPayload',
    (t) => ({
      campaign: t.field({
        type: Campaign,
        nullable: true,
        description: 'The campaign after the mutation. Null if there are `userErrors`.',
        resolve: ({ campaignId }, _args, context) =>
          campaignId === undefined ? null : campaignLoader(context).load(campaignId),
      }),
      retried: t.int({
        nullable: true,
        description: 'How many messages were queued again. Null if there are `userErrors`.',
        resolve: ({ retried }) => retried ?? null,
      }),
    }),
  ),
  rule: retryCampaignMessages,
});

const CampaignSettingsType = builder.objectRef<CampaignSettings>('CampaignSettings').implement({
  ...membersOnly,
  description: 'What your tenant has set for its campaigns.',
  fields: (t) => ({
    maxRetries: t.exposeInt('maxRetries', {
      description: 'How often a message that failed may be sent again: 2 unless it was changed.',
    }),
    stopWords: t.exposeStringList('stopWords', {
      description:
        "Who writes one of these words, or taps a button that says it, gets no campaign messages any more. The usual words in your templates' languages, unless they were changed. Accents, capitals and punctuation do not matter.",
    }),
    startWords: t.exposeStringList('startWords', {
      description: 'Who writes or taps one of these words gets campaign messages again.',
    }),
  }),
});

builder.queryFields((t) => ({
  campaignSettings: t.field({
    type: CampaignSettingsType,
    description: 'What your tenant has set for its campaigns.',
    resolve: (_root, _args, { platform, viewer }) =>
      readSettings(platform.database.forTenant(viewer)),
  }),
}));

mutation('updateCampaignSettings', {
  ...ownersOnly,
  description: 'Changes the settings of campaigns.',
  input: UpdateCampaignSettings,
  payload: payloadType<{ settings: CampaignSettings }>('CampaignSettingsPayload', (t) => ({
    settings: t.field({
      type: CampaignSettingsType,
      nullable: true,
      description: 'The settings after the mutation. Null if there are `userErrors`.',
      resolve: ({ settings }) => settings ?? null,
    }),
  })),
  rule: updateCampaignSettings,
});
