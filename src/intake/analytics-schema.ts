/** The analytics of intakes in GraphQL. */
import { builder } from '../schema-builder/builder.ts';
import { ANALYSIS_WEIGHT, weighs } from '../schema-builder/weights.ts';
import { type IntakeAnalytics, readIntakeAnalytics } from './analytics.ts';
import { ClientTypeEnum } from './enums-schema.ts';

const ByType = builder
  .objectRef<IntakeAnalytics['byClientType'][number]>('IntakeAnalyticsByType')
  .implement({
    description: 'The analytics of the clients of one type.',
    fields: (t) => ({
      clientType: t.expose('clientType', {
        type: ClientTypeEnum,
        description: 'The type of these clients.',
      }),
      started: t.exposeInt('started', {
        description: 'Intakes of these clients with a first save in the range.',
      }),
      completed: t.exposeInt('completed', {
        description: 'How many of the started intakes are submitted.',
      }),
      abandoned: t.exposeInt('abandoned', {
        description: 'Those that are not submitted, and have had no save for 7 days.',
      }),
    }),
  });
const ByDay = builder
  .objectRef<IntakeAnalytics['byDay'][number]>('IntakeAnalyticsByDay')
  .implement({
    description: 'How many intakes were started and submitted on one day.',
    fields: (t) => ({
      day: t.expose('day', { type: 'Date', description: 'The day in UTC.' }),
      started: t.exposeInt('started', { description: 'Intakes first saved on this day.' }),
      completed: t.exposeInt('completed', {
        description: 'Intakes submitted on this day, among those first saved in the range.',
      }),
    }),
  });
const Analytics = builder.objectRef<IntakeAnalytics>('IntakeAnalytics').implement({
  description: 'How many intakes are submitted, and how fast, from the first saved answer on.',
  fields: (t) => ({
    started: t.exposeInt('started', { description: 'Intakes with a first save in the range.' }),
    completed: t.exposeInt('completed', {
      description: 'How many of the started intakes are submitted by now, even after the range.',
    }),
    abandoned: t.exposeInt('abandoned', {
      description: 'Those that are not submitted, and have had no save for 7 days.',
    }),
    completionRate: t.float({
      nullable: true,
      description: '`completed` divided by `started`: 0 to 1; null when none was started.',
      resolve: ({ started, completed }) => (started === 0 ? null : completed / started),
    }),
    medianMinutesToComplete: t.exposeFloat('medianMinutesToComplete', {
      nullable: true,
      description:
        'The median time from the first save to the submission, in minutes; null when none is submitted.',
    }),
    byClientType: t.expose('byClientType', {
      type: [ByType],
      description: 'By type of client; types without intakes are left out.',
    }),
    byDay: t.expose('byDay', {
      type: [ByDay],
      description:
        'By day, the earliest first; days on which no intake was started or submitted are left out. Days after the range list late submissions.',
    }),
  }),
});

builder.queryField('intakeAnalytics', (t) =>
  t.field({
    ...weighs(ANALYSIS_WEIGHT),
    description: `Analytics of the intakes whose first answers were saved in a range of time. They cost ${ANALYSIS_WEIGHT} points in addition to their objects.`,
    type: Analytics,
    args: {
      from: t.arg({
        type: 'DateTime',
        description: 'The start of the range, included; no start by default.',
      }),
      to: t.arg({
        type: 'DateTime',
        description: 'The end of the range, excluded; no end by default.',
      }),
      clientType: t.arg({
        type: ClientTypeEnum,
        description: 'Only intakes of clients of this type; all types when left out.',
      }),
    },
    resolve: (_root, args, context) => readIntakeAnalytics(context.platform, context.viewer, args),
  }),
);
