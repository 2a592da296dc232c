/** Figures of all campaigns, in the API. */
import { membersOnly } from '../../schema-builder/access.ts';
import { builder } from '../../schema-builder/builder.ts';
import { ANALYSIS_WEIGHT, weighs } from '../../schema-builder/weights.ts';
import { meaningOf } from '../whatsapp/error-meanings.ts';
import {
  type CampaignAnalytics,
  campaignAnalytics,
  type FailuresOfCode,
  MAX_BEST_HOURS,
  MAX_DAYS,
  MAX_NAMES,
  MIN_SENT_OF_HOUR,
  type OutcomeCounts,
  type OutcomesOfDay,
  type OutcomesOfHour,
  type OutcomesOfNumber,
  type OutcomesOfTemplate,
} from './analytics.ts';
import { rate } from './stats.ts';

const Outcomes = builder.objectRef<OutcomeCounts>('OutcomeCounts').implement({
  ...membersOnly,
  description:
    'What became of messages that WhatsApp accepted, counted where they were sent: a read of today counts for the hour in which the message went out.',
  fields: (t) => ({
    sent: t.exposeInt('sent', { description: 'Messages that WhatsApp has accepted.' }),
    delivered: t.exposeInt('delivered', {
      description: 'Those that have reached the phone, those that were read included.',
    }),
    read: t.exposeInt('read', { description: 'Those that the recipient has read.' }),
    replied: t.exposeInt('replied', { description: 'Those that the recipient has replied to.' }),
    failed: t.exposeInt('failed', { description: 'Those that could not be delivered.' }),
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

const ByDay = builder.objectRef<OutcomesOfDay>('CampaignAnalyticsByDay').implement({
  ...membersOnly,
  description: 'The messages of all campaigns that were sent on one day.',
  fields: (t) => ({
    day: t.expose('day', { type: 'Date', description: "The day, in your tenant's time zone." }),
    counts: t.expose('counts', {
      type: Outcomes,
      description: 'What became of the messages of this day.',
    }),
  }),
});

const ByHour = builder.objectRef<OutcomesOfHour>('CampaignAnalyticsByHour').implement({
  ...membersOnly,
  description: 'The messages of all campaigns that were sent in one hour of one day of the week.',
  fields: (t) => ({
    weekday: t.exposeInt('weekday', { description: 'From 1 for Monday to 7 for Sunday.' }),
    hour: t.exposeInt('hour', {
      description:
        "The hour in your tenant's time zone, from 0 to 23: 9 is from nine until ten o'clock.",
    }),
    counts: t.expose('counts', {
      type: Outcomes,
      description: 'What became of the messages of this hour, over all weeks of the range.',
    }),
  }),
});

const ByTemplate = builder.objectRef<OutcomesOfTemplate>('CampaignAnalyticsByTemplate').implement({
  ...membersOnly,
  description: 'The messages of one template, over all campaigns.',
  fields: (t) => ({
    templateName: t.exposeString('templateName', {
      description: 'How WhatsApp knows the template, in whatever language.',
    }),
    counts: t.expose('counts', {
      type: Outcomes,
      description: 'What became of the messages made from it.',
    }),
  }),
});

const ByNumber = builder.objectRef<OutcomesOfNumber>('CampaignAnalyticsByNumber').implement({
  ...membersOnly,
  description: 'The messages from one WhatsApp number, over all campaigns.',
  fields: (t) => ({
    phoneNumberId: t.exposeString('phoneNumberId', {
      description: "WhatsApp's own id of the number.",
    }),
    displayPhoneNumber: t.exposeString('displayPhoneNumber', {
      nullable: true,
      description: 'The number as people write it. Null once it is disconnected.',
    }),
    counts: t.expose('counts', {
      type: Outcomes,
      description: 'What became of the messages from it.',
    }),
  }),
});

const ByError = builder.objectRef<FailuresOfCode>('CampaignAnalyticsByError').implement({
  ...membersOnly,
  description: 'The messages that failed with one error of WhatsApp, over all campaigns.',
  fields: (t) => ({
    code: t.exposeInt('code', {
      nullable: true,
      description: "WhatsApp's number of the error. Null for failures without one.",
    }),
    meaning: t.string({
      nullable: true,
      description: 'What went wrong, in a sentence. Null for a code that is not known here.',
      resolve: ({ code }) => (code === null ? null : meaningOf(code)),
    }),
    messages: t.exposeInt('messages', {
      description:
        'How many messages failed with it, both those that WhatsApp refused and those that it accepted first.',
    }),
  }),
});

const Analytics = builder.objectRef<CampaignAnalytics>('CampaignAnalytics').implement({
  ...membersOnly,
  description:
    'What became of the messages of all campaigns that were sent in a range of time. Cheap to read, however many there are.',
  fields: (t) => ({
    timeZone: t.exposeString('timeZone', {
      description: "Your tenant's time zone: days and hours are those of there.",
    }),
    totals: t.expose('totals', { type: Outcomes, description: 'All messages together.' }),
    byDay: t.expose('byDay', {
      type: [ByDay],
      description: 'By day, the earliest first; days on which nothing was sent are left out.',
    }),
    byHour: t.expose('byHour', {
      type: [ByHour],
      description:
        'By day of the week and hour, from Monday on; hours in which nothing was sent are left out.',
    }),
    bestHours: t.expose('bestHours', {
      type: [ByHour],
      description: `The best hours to send, by the share of messages that were read; at most ${MAX_BEST_HOURS}, each with at least ${MIN_SENT_OF_HOUR} messages.`,
    }),
    byTemplate: t.expose('byTemplate', {
      type: [ByTemplate],
      description: `By template, the one with the most messages first; at most ${MAX_NAMES}.`,
    }),
    byNumber: t.expose('byNumber', {
      type: [ByNumber],
      description: `By WhatsApp number, the one with the most messages first; at most ${MAX_NAMES}.`,
    }),
    byError: t.expose('byError', {
      type: [ByError],
      description: `By code of error, the most frequent first; at most ${MAX_NAMES}. Contacts that were left out before sending are no errors.`,
    }),
  }),
});

builder.queryField('campaignAnalytics', (t) =>
  t.field({
    ...weighs(ANALYSIS_WEIGHT),
    description: `Analytics of the messages of all campaigns, by when they were sent. They cost ${ANALYSIS_WEIGHT} points in addition to their objects.`,
    type: Analytics,
    args: {
      from: t.arg({
        type: 'DateTime',
        description: `The start of the range, included, to the half-hour; 30 days before its end if left out. At most ${MAX_DAYS} days before it.`,
      }),
      to: t.arg({
        type: 'DateTime',
        description: 'The end of the range, excluded, to the half-hour; now if left out.',
      }),
    },
    resolve: (_root, args, { platform, viewer }) => campaignAnalytics(platform, viewer, args),
  }),
);
