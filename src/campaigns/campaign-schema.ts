/** Campaigns, their messages and their figures. */

import { contactLoader } from '../contacts/loaders.ts';
import { Contact } from '../contacts/schema.ts';
import { encodeGlobalId } from '../platform/global-id.ts';
import { parseId } from '../platform/input.ts';
import { membersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../schema-builder/columns.ts';
import { connectionType, forwardArguments, pageArguments } from '../schema-builder/connections.ts';
import { isClient } from '../schema-builder/context.ts';
import { maxLength } from '../schema-builder/maxima.ts';
import { Node, registerNode } from '../schema-builder/nodes.ts';
import { searchText } from '../schema-builder/weights.ts';
import { listCampaigns } from './campaign-list.ts';
import { type CampaignStats, type MessageCounts, rate, STATS_SOURCES } from './figures/stats.ts';
import { TEMPLATE_NAME_LENGTH } from './inputs.ts';
import {
  campaignLoader,
  campaignMessageLoader,
  messageCountLoader,
  messagesLoader,
  statsLoader,
} from './loaders.ts';
import { parseMessageList } from './messages.ts';
import { type CampaignMessageNode, type CampaignNode, campaignNode, messageNode } from './nodes.ts';
import {
  CAMPAIGN_COLUMNS,
  type CampaignColumn,
  type CampaignMessageRow,
  type CampaignRow,
  MESSAGE_STATUSES,
} from './rows.ts';
import { WhatsAppNumber, whatsAppNumberLoader } from './whatsapp/schema.ts';

const CampaignStatus = builder.enumType('CampaignStatus', {
  values: ['DRAFT', 'SCHEDULED', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED'] as const,
});
const MessageStatusEnum = builder.enumType('MessageStatus', { values: MESSAGE_STATUSES });
const StatsSource = builder.enumType('StatsSource', {
  description:
    'FROZEN: of a finished campaign, never recounted; KEPT: counters kept as events arrive; LIVE: counted from the raw rows just now.',
  values: STATS_SOURCES,
});

const MessageCountsType = builder.objectRef<MessageCounts>('MessageCounts').implement({
  ...membersOnly,
  description:
    '`sent` counts queue rows handed to the provider; delivered includes read; failed adds queue and delivery failures.',
  fields: (t) => ({
    total: t.exposeInt('total'),
    sent: t.exposeInt('sent'),
    delivered: t.exposeInt('delivered'),
    read: t.exposeInt('read'),
    replied: t.exposeInt('replied'),
    failed: t.exposeInt('failed'),
    deliveryRate: t.float({
      nullable: true,
      description: 'Delivered of sent, from 0 to 1.',
      resolve: ({ delivered, sent }) => rate(delivered, sent),
    }),
    readRate: t.float({
      nullable: true,
      description: 'Read of sent.',
      resolve: ({ read, sent }) => rate(read, sent),
    }),
    replyRate: t.float({
      nullable: true,
      description: 'Replied of delivered.',
      resolve: ({ replied, delivered }) => rate(replied, delivered),
    }),
  }),
});

const TemplateStats = builder
  .objectRef<CampaignStats['templates'][number]>('TemplateStats')
  .implement({
    ...membersOnly,
    fields: (t) => ({
      templateName: t.exposeString('templateName'),
      counts: t.expose('counts', { type: MessageCountsType }),
    }),
  });

export const CampaignStatsType = builder.objectRef<CampaignStats>('CampaignStats').implement({
  ...membersOnly,
  fields: (t) => ({
    campaignId: t.exposeID('campaignId'),
    status: t.expose('status', {
      type: CampaignStatus,
      description: "The campaign's, as of the same moment: a change of it is a new version.",
    }),
    statusReason: t.exposeString('statusReason', { nullable: true }),
    version: t.exposeInt('version', {
      description: 'Grows by each change; 0 for figures that were counted just now.',
    }),
    source: t.expose('source', { type: StatsSource }),
    computedAt: t.expose('computedAt', { type: 'DateTime' }),
    totals: t.expose('totals', { type: MessageCountsType }),
    templates: t.expose('templates', {
      type: [TemplateStats],
      description: 'In the order in which the campaign was given them.',
    }),
  }),
});

const CampaignMessage = builder.objectRef<CampaignMessageNode>('CampaignMessage').implement({
  interfaces: [Node],
  ...membersOnly,
  fields: (t) => ({
    id: t.exposeID('id'),
    contact: t.field({
      type: Contact,
      nullable: true,
      resolve: ({ contactId }, _args, context) => contactLoader(context).load(contactId),
    }),
    phone: t.exposeString('phone', { nullable: true }),
    templateName: t.exposeString('templateName'),
    status: t.expose('status', { type: MessageStatusEnum }),
    errorMessage: t.exposeString('errorMessage', { nullable: true }),
    sentAt: t.expose('sentAt', { type: 'DateTime', nullable: true }),
    deliveredAt: t.expose('deliveredAt', { type: 'DateTime', nullable: true }),
    readAt: t.expose('readAt', { type: 'DateTime', nullable: true }),
    repliedAt: t.expose('repliedAt', { type: 'DateTime', nullable: true }),
  }),
});
const CampaignMessageConnection = connectionType<CampaignMessageRow, CampaignMessageNode>(
  'CampaignMessage',
  CampaignMessage,
  messageNode,
);

export const Campaign = builder.objectRef<CampaignNode>('Campaign').implement({
  interfaces: [Node],
  ...membersOnly,
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    whatsAppNumber: t.field({
      type: WhatsAppNumber,
      nullable: true,
      resolve: ({ whatsAppNumberId }, _args, context) =>
        whatsAppNumberId === null ? null : whatsAppNumberLoader(context).load(whatsAppNumberId),
    }),
    statusReason: t.exposeString('statusReason', {
      nullable: true,
      description:
        'Why it is PAUSED or FAILED when the server did it: the template, number or setting to mend.',
    }),
    status: t.expose('status', { type: CampaignStatus }),
    scheduledAt: t.expose('scheduledAt', { type: 'DateTime', nullable: true }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    completedAt: t.expose('completedAt', { type: 'DateTime', nullable: true }),
    contactCount: t.exposeInt('contactCount'),
    stats: t.field({
      type: CampaignStatsType,
      resolve: async ({ uuid }, _args, context) =>
        (await statsLoader(context).load(uuid)) ?? noFigures(uuid),
    }),
    messages: t.field({
      type: CampaignMessageConnection,
      description: 'Who got which template, and how it went.',
      args: {
        ...forwardArguments(t.arg),
        templateName: t.arg.string({ ...maxLength(TEMPLATE_NAME_LENGTH) }),
        status: t.arg({ type: MessageStatusEnum }),
      },
      resolve: async ({ uuid }, args, context) => {
        const key = { campaignId: uuid, list: parseMessageList(args) };
        return {
          ...(await messagesLoader(context).load(key)),
          count: () => messageCountLoader(context).load(key),
        };
      },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});

/** Of a campaign without a template, which nothing makes. */
function noFigures(id: string): CampaignStats {
  const status = 'DRAFT' as const;
  const totals = { total: 0, sent: 0, delivered: 0, read: 0, replied: 0, failed: 0 };
  return {
    id,
    campaignId: encodeGlobalId('Campaign', id),
    status,
    statusReason: null,
    version: 0,
    source: 'LIVE',
    computedAt: new Date().toISOString(),
    totals,
    templates: [],
  };
}

registerNode('Campaign', async (context, id) =>
  isClient(context.viewer) ? null : campaignLoader(context).load(id),
);
registerNode('CampaignMessage', async (context, id) =>
  isClient(context.viewer) ? null : campaignMessageLoader(context).load(id),
);

const CampaignConnection = connectionType<CampaignRow, CampaignNode>(
  'Campaign',
  Campaign,
  campaignNode,
);
const CampaignFilter = builder.inputType('CampaignFilter', {
  fields: (t) => ({
    status: t.field({ type: [CampaignStatus] }),
    search: t.string({ ...searchText() }),
  }),
});

/** What the fields of Campaign are made of. */
const CAMPAIGN_NEEDS: ColumnNeeds<CampaignColumn> = {
  all: CAMPAIGN_COLUMNS,
  always: ['id', 'createdAt'],
  fields: { whatsAppNumber: ['whatsAppNumberId'], stats: [], messages: [] },
};

builder.queryFields((t) => ({
  campaign: t.field({
    type: Campaign,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) =>
      campaignLoader(context).load(parseId(['Campaign'], 'id', id)),
  }),
  campaigns: t.field({
    type: CampaignConnection,
    args: { ...pageArguments(t.arg), filter: t.arg({ type: CampaignFilter }) },
    resolve: (_root, args, context, info) =>
      listCampaigns(context.platform, context.viewer, {
        ...args,
        columns: neededColumns(info, CONNECTION_ROWS, CAMPAIGN_NEEDS),
      }),
  }),
}));
