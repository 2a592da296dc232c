/** The analytics of intakes in GraphQL. */
import { builder } from '../schema-builder/builder.ts';
import { ANALYSIS_WEIGHT, weighs } from '../schema-builder/weights.ts';
import { type IntakeAnalytics, readIntakeAnalytics } from './analytics.ts';
import { ClientTypeEnum } from './enums-schema.ts';

const ByType = builder
  .objectRef<IntakeAnalytics['byClientType'][number]>('IntakeAnalyticsByType')
  .implement({
    fields: (t) => ({
      clientType: t.expose('clientType', { type: ClientTypeEnum }),
      started: t.exposeInt('started'),
      completed: t.exposeInt('completed'),
      abandoned: t.exposeInt('abandoned'),
    }),
  });
const ByDay = builder
  .objectRef<IntakeAnalytics['byDay'][number]>('IntakeAnalyticsByDay')
  .implement({
    fields: (t) => ({
      day: t.expose('day', { type: 'Date' }),
      started: t.exposeInt('started'),
      completed: t.exposeInt('completed', {
        description: 'Completed on this day, whenever they were started.',
      }),
    }),
  });
const Analytics = builder.objectRef<IntakeAnalytics>('IntakeAnalytics').implement({
  description: 'Over intakes first saved from `from` on and before `to`.',
  fields: (t) => ({
    started: t.exposeInt('started'),
    completed: t.exposeInt('completed'),
    abandoned: t.exposeInt('abandoned', {
      description: 'Not completed, and nothing saved for 7 days.',
    }),
    completionRate: t.float({
      nullable: true,
      resolve: ({ started, completed }) => (started === 0 ? null : completed / started),
    }),
    medianMinutesToComplete: t.exposeFloat('medianMinutesToComplete', { nullable: true }),
    byClientType: t.expose('byClientType', { type: [ByType] }),
    byDay: t.expose('byDay', { type: [ByDay] }),
  }),
});

builder.queryField('intakeAnalytics', (t) =>
  t.field({
    ...weighs(ANALYSIS_WEIGHT),
    type: Analytics,
    args: {
      from: t.arg({ type: 'DateTime' }),
      to: t.arg({ type: 'DateTime' }),
      clientType: t.arg({ type: ClientTypeEnum }),
    },
    resolve: (_root, args, context) => readIntakeAnalytics(context.platform, context.viewer, args),
  }),
);
