/** The figures of campaigns, as CampaignStats. */
import { membersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { Campaign, CampaignStatus } from '../campaign-schema.ts';
import { statsLoader } from '../loaders.ts';
import {
  type CampaignStats,
  emptyStats,
  type MessageCounts,
  rate,
  STATS_SOURCES,
} from './stats.ts';

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

builder.objectField(Campaign, 'stats', (t) =>
  t.field({
    type: CampaignStatsType,
    resolve: async ({ uuid }, _args, context) =>
      (await statsLoader(context).load(uuid)) ?? emptyStats(uuid),
  }),
);
