/** The figures of campaigns, as CampaignStats. */
import { membersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { enumOf } from '../../schema-builder/enums.ts';
import { Campaign, CampaignStatus } from '../campaign-schema.ts';
import { statsLoader } from '../loaders.ts';
import {
  type CampaignStats,
  emptyStats,
  type MessageCounts,
  rate,
  STATS_SOURCES,
} from './stats.ts';

const StatsSource = enumOf('StatsSource', STATS_SOURCES, {
  description: 'Where the figures of a campaign come from.',
  values: {
    FROZEN:
      'Kept counters of a campaign that was completed some days ago and whose figures have stopped moving. A late event still counts and makes them KEPT again.',
    KEPT: 'Counters that are kept up to date as events arrive.',
    LIVE: 'Counted from the individual messages for this request, because no counters are kept.',
  },
});

const MessageCountsType = builder.objectRef<MessageCounts>('MessageCounts').implement({
  ...membersOnly,
  description:
    'Numbers of messages by what became of them. A message counts in each number that applies to it: one that was read counts in `sent`, `delivered` and `read`.',
  fields: (t) => ({
    total: t.exposeInt('total', {
      description: 'All messages: one for each contact. 0 before launch.',
    }),
    sent: t.exposeInt('sent', {
      description: 'Messages that WhatsApp has accepted, whatever became of them afterwards.',
    }),
    delivered: t.exposeInt('delivered', {
      description: 'Messages that have reached the phone, those that were read included.',
    }),
    read: t.exposeInt('read', { description: 'Messages that the recipient has read.' }),
    replied: t.exposeInt('replied', {
      description: 'Recipients that have replied, each counted once.',
    }),
    failed: t.exposeInt('failed', {
      description: 'Messages that failed: those never sent, and those sent but not delivered.',
    }),
    deliveryRate: t.float({
      nullable: true,
      description: '`delivered` divided by `sent`, from 0 to 1. Null if nothing was sent.',
      resolve: ({ delivered, sent }) => rate(delivered, sent),
    }),
    readRate: t.float({
      nullable: true,
      description: '`read` divided by `sent`, from 0 to 1. Null if nothing was sent.',
      resolve: ({ read, sent }) => rate(read, sent),
    }),
    replyRate: t.float({
      nullable: true,
      description: '`replied` divided by `delivered`, from 0 to 1. Null if nothing was delivered.',
      resolve: ({ replied, delivered }) => rate(replied, delivered),
    }),
  }),
});

const TemplateStats = builder
  .objectRef<CampaignStats['templates'][number]>('TemplateStats')
  .implement({
    ...membersOnly,
    description: 'The figures of one template of a campaign.',
    fields: (t) => ({
      templateName: t.exposeString('templateName', {
        description: 'The name of the template at WhatsApp.',
      }),
      counts: t.expose('counts', {
        type: MessageCountsType,
        description: 'The messages made from this template.',
      }),
    }),
  });

/** The GraphQL object of `CampaignStats`, for members only. */
export const CampaignStatsType = builder.objectRef<CampaignStats>('CampaignStats').implement({
  ...membersOnly,
  description:
    'The figures of a campaign at one moment: what became of its messages, in total and for each template.',
  fields: (t) => ({
    campaignId: t.exposeID('campaignId', {
      description: 'The `id` of the campaign that the figures are about.',
    }),
    status: t.expose('status', {
      type: CampaignStatus,
      description: 'How far the campaign has got, at the same moment as the figures.',
    }),
    statusReason: t.exposeString('statusReason', {
      nullable: true,
      description:
        'Why the server paused or failed the campaign, and what has to be fixed. Null otherwise.',
    }),
    version: t.exposeInt('version', {
      description:
        'Grows with each change of the figures or the status, so that the newer of two states can be recognized. 0 if the source is LIVE.',
    }),
    source: t.expose('source', {
      type: StatsSource,
      description: 'Where the figures come from.',
    }),
    computedAt: t.expose('computedAt', {
      type: 'DateTime',
      description: 'When the figures last changed, or were counted if the source is LIVE.',
    }),
    totals: t.expose('totals', {
      type: MessageCountsType,
      description: 'The messages of all templates together.',
    }),
    templates: t.expose('templates', {
      type: [TemplateStats],
      description: 'The figures of each template, in the order in which the campaign has them.',
    }),
  }),
});

builder.objectField(Campaign, 'stats', (t) =>
  t.field({
    type: CampaignStatsType,
    description:
      'What has become of the messages so far. Cheap to read, however many messages there are; subscribe to `campaignStats` to follow it.',
    resolve: async ({ uuid }, _args, context) =>
      (await statsLoader(context).load(uuid)) ?? emptyStats(uuid),
  }),
);
