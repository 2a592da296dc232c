/** The analytics of executions as they are read. */
import { NAME_LENGTH } from '../../platform/input.ts';
import { builder } from '../../schema-builder/builder.ts';
import { selectsField } from '../../schema-builder/lookahead.ts';
import { maxLength } from '../../schema-builder/maxima.ts';
import { ANALYSIS_WEIGHT, weighs } from '../../schema-builder/weights.ts';
import { WorkflowStepType } from '../definitions/schema.ts';
import { readWorkflowAnalytics, type StepFigures, type WorkflowFigures } from './analytics.ts';

const StepAnalytics = builder.objectRef<StepFigures>('WorkflowStepAnalytics').implement({
  fields: (t) => ({
    type: t.expose('type', { type: WorkflowStepType }),
    runs: t.exposeInt('runs'),
    failed: t.exposeInt('failed'),
    medianSeconds: t.exposeFloat('medianSeconds', { nullable: true }),
  }),
});

const WorkflowAnalytics = builder.objectRef<WorkflowFigures>('WorkflowAnalytics').implement({
  fields: (t) => ({
    executions: t.exposeInt('executions'),
    completed: t.exposeInt('completed'),
    failed: t.exposeInt('failed'),
    cancelled: t.exposeInt('cancelled'),
    parallel: t.exposeInt('parallel', {
      description: 'Executions with steps that ran at the same time.',
    }),
    medianSeconds: t.exposeFloat('medianSeconds', { nullable: true }),
    p95Seconds: t.exposeFloat('p95Seconds', { nullable: true }),
    steps: t.field({ type: [StepAnalytics], resolve: ({ steps }) => steps }),
  }),
});

builder.queryField('workflowAnalytics', (t) =>
  t.field({
    ...weighs(ANALYSIS_WEIGHT),
    description:
      'Executions created in [from, to) and the steps that they ran. Durations are of COMPLETED ones, accurate to 6 %.',
    type: WorkflowAnalytics,
    args: {
      key: t.arg.string({ ...maxLength(NAME_LENGTH) }),
      from: t.arg({ type: 'DateTime' }),
      to: t.arg({ type: 'DateTime' }),
    },
    resolve: (_root, args, { platform, viewer }, info) =>
      readWorkflowAnalytics(platform, viewer, { ...args, withSteps: selectsField(info, 'steps') }),
  }),
);
