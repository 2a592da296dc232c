/** Campaigns and the list of them. */

import { parseId } from '../platform/input.ts';
import { membersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';
import { CONNECTION_ROWS, type ColumnNeeds, neededColumns } from '../schema-builder/columns.ts';
import { connectionType, pageArguments } from '../schema-builder/connections.ts';
import { isClient } from '../schema-builder/context.ts';
import { Node, registerNode } from '../schema-builder/nodes.ts';
import { searchText } from '../schema-builder/weights.ts';
import { listCampaigns } from './campaign-list.ts';
import { campaignLoader } from './loaders.ts';
import { type CampaignNode, campaignNode } from './nodes.ts';
import { CAMPAIGN_COLUMNS, type CampaignColumn, type CampaignRow } from './rows.ts';
import { WhatsAppNumber, whatsAppNumberLoader } from './whatsapp/schema.ts';

export const CampaignStatus = builder.enumType('CampaignStatus', {
  values: ['DRAFT', 'SCHEDULED', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED'] as const,
});
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
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});

registerNode('Campaign', async (context, id) =>
  isClient(context.viewer) ? null : campaignLoader(context).load(id),
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
