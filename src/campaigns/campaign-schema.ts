/** Campaigns and the list of them. */
import { CampaignStatus as CampaignStatusName } from '../../generated/kysely.ts';
import { SearchResults, textHits } from '../contacts/schema.ts';
import { parseId } from '../platform/input.ts';
import { membersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../schema-builder/columns.ts';
import { connectionOf, pageArguments } from '../schema-builder/connections.ts';
import { isClient } from '../schema-builder/context.ts';
import { enumOf } from '../schema-builder/enums.ts';
import { inputOf } from '../schema-builder/inputs.ts';
import { nodeType } from '../schema-builder/nodes.ts';
import { CampaignFilter, campaignHits, listCampaigns } from './campaign-list.ts';
import { campaignLoader, optedOutLoader } from './loaders.ts';
import { CAMPAIGN_COLUMNS, type CampaignColumn } from './rows.ts';
import { WhatsAppNumber, whatsAppNumberLoader } from './whatsapp/schema.ts';

/** The enum of states in GraphQL. */
export const CampaignStatus = enumOf('CampaignStatus', CampaignStatusName, {
  description: 'How far a campaign has got.',
  values: {
    DRAFT: 'Being prepared. Nothing is sent before the campaign is launched.',
    SCHEDULED: 'Launched, and starts automatically at `scheduledAt`. It can still be changed.',
    RUNNING: 'Messages are being sent.',
    PAUSED:
      'Sending has stopped, because a person paused it or the server had to (see `statusReason`). Launching the campaign again continues it.',
    COMPLETED:
      'No message is left to send, and at least one was sent. Its figures still change when messages are delivered, read or replied to later.',
    FAILED: 'Every message failed before it was sent.',
    CANCELLED: 'Ended by a person. Messages that had not been sent by then never will be.',
  },
});

/** Loaded by id; closed to portal users. */
export const Campaign = nodeType('Campaign', {
  ...membersOnly,
  description:
    'WhatsApp messages to many contacts, made from one template, or from several to compare.',
  load: campaignLoader,
  closedToClients: true,
  fields: (t) => ({
    name: t.exposeString('name', {
      description: 'The name by which your tenant knows the campaign. Recipients never see it.',
    }),
    whatsAppNumber: t.field({
      type: WhatsAppNumber,
      nullable: true,
      description:
        "The number that the campaign sends from. Null if your tenant had no number when the campaign was created, or if the number was disconnected; launching the campaign then takes the tenant's first number.",
      resolve: ({ whatsAppNumberId }, _args, context) =>
        whatsAppNumberId === null ? null : whatsAppNumberLoader(context).load(whatsAppNumberId),
    }),
    status: t.expose('status', {
      type: CampaignStatus,
      description: 'How far the campaign has got.',
    }),
    statusReason: t.exposeString('statusReason', {
      nullable: true,
      description:
        'Why the server paused or failed the campaign, and what has to be fixed: the template, the number or a setting. Null otherwise.',
    }),
    scheduledAt: t.expose('scheduledAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the campaign is to start once it is launched. Null if it starts as soon as it is launched.',
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the campaign started. Null until then.',
    }),
    completedAt: t.expose('completedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the campaign became COMPLETED, FAILED or CANCELLED. Null until then.',
    }),
    contactCount: t.exposeInt('contactCount', {
      description: 'The number of contacts that the campaign sends to, one message each.',
    }),
    optedOutCount: t.int({
      description:
        'How many of these contacts get no message because they want none: by what is known now, or from the launch on by what was known then.',
      resolve: async ({ uuid, optedOutCount }, _args, context) =>
        optedOutCount ?? (await optedOutLoader(context).load(uuid))[0]?.count ?? 0,
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the campaign was created.',
    }),
  }),
});

const CampaignFilterInput = inputOf('CampaignFilter', CampaignFilter);

/** The columns that the fields of Campaign need. */
const CAMPAIGN_NEEDS: ColumnNeeds<CampaignColumn> = {
  all: CAMPAIGN_COLUMNS,
  always: ['id', 'createdAt'],
  fields: {
    whatsAppNumber: ['whatsAppNumberId'],
    audience: ['status'],
    templates: [],
    stats: [],
    messages: [],
  },
};

builder.queryFields((t) => ({
  campaign: t.field({
    type: Campaign,
    nullable: true,
    description: 'A campaign by its id. Null if your tenant has no such campaign.',
    args: { id: t.arg.id({ required: true, description: 'A campaign of your tenant.' }) },
    resolve: (_root, { id }, context) =>
      campaignLoader(context).load(parseId(['Campaign'], 'id', id)),
  }),
  campaigns: t.field({
    type: connectionOf(Campaign),
    description: 'The campaigns of your tenant, newest first.',
    args: {
      ...pageArguments(t.arg),
      filter: t.arg({
        type: CampaignFilterInput,
        description: 'Which campaigns to list. All if omitted.',
      }),
    },
    resolve: (_root, args, context, info) =>
      listCampaigns(context.platform, context.viewer, {
        ...args,
        columns: neededColumns(info, CONNECTION_ROWS, CAMPAIGN_NEEDS),
      }),
  }),
}));

builder.objectField(SearchResults, 'campaigns', (t) =>
  t.field({
    description:
      'Campaigns by words of their name, those that begin with the text first, then the newest. Empty for portal users.',
    type: [Campaign],
    resolve: async (wanted, _args, { platform, viewer }) => {
      const hits = textHits(wanted);
      return hits === null || isClient(viewer)
        ? []
        : (await campaignHits(platform, viewer, hits)).map(Campaign.present);
    },
  }),
);
