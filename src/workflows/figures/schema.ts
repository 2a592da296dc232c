/** The analytics of executions as they are read. */
import { NAME_LENGTH } from '../../platform/input.ts';
import { builder } from '../../schema-builder/builder.ts';
import { selectsField } from '../../schema-builder/lookahead.ts';
import { maxLength } from '../../schema-builder/maxima.ts';
import { ANALYSIS_WEIGHT, weighs } from '../../schema-builder/weights.ts';
import { WorkflowStepType } from '../definitions/schema.ts';
import { readWorkflowAnalytics, type StepFigures, type WorkflowFigures } from './analytics.ts';

const StepAnalytics = builder.objectRef<StepFigures>('WorkflowStepAnalytics').implement({
  description: 'Figures of all steps of one type that executions ran.',
  fields: (t) => ({
    type: t.expose('type', { type: WorkflowStepType, description: 'What these steps do.' }),
    runs: t.exposeInt('runs', { description: 'Steps that COMPLETED or FAILED.' }),
    failed: t.exposeInt('failed', {
      description: 'How many of these runs FAILED, after all their attempts.',
    }),
    medianSeconds: t.exposeFloat('medianSeconds', {
      nullable: true,
      description:
        'Median seconds from the start to the end of COMPLETED steps, accurate to 6 %; null if there are none.',
    }),
  }),
});

const DURATIONS =
  'seconds from the start to the end of COMPLETED executions, accurate to 6 %; null if there are none.';

const WorkflowAnalytics = builder.objectRef<WorkflowFigures>('WorkflowAnalytics').implement({
  description:
    'Figures of the executions that were started in a range of time. Counts are exact at any moment.',
  fields: (t) => ({
    executions: t.exposeInt('executions', {
      description: 'All executions, including those that have not ended.',
    }),
    completed: t.exposeInt('completed', { description: 'Executions that COMPLETED.' }),
    failed: t.exposeInt('failed', { description: 'Executions that FAILED.' }),
    cancelled: t.exposeInt('cancelled', { description: 'Executions that were CANCELLED.' }),
    parallel: t.exposeInt('parallel', {
      description: 'Executions in which steps ran at the same time.',
    }),
    medianSeconds: t.exposeFloat('medianSeconds', {
      nullable: true,
      description: `Median ${DURATIONS}`,
    }),
    p95Seconds: t.exposeFloat('p95Seconds', {
      nullable: true,
      description: `95th percentile of the ${DURATIONS}`,
    }),
    steps: t.field({
      description:
        'The same by type of step; types of which no step has COMPLETED or FAILED are left out. Reads many more rows than the other fields.',
      type: [StepAnalytics],
      resolve: ({ steps }) => steps,
    }),
  }),
});

builder.queryField('workflowAnalytics', (t) =>
  t.field({
    ...weighs(ANALYSIS_WEIGHT),
    description:
      'Figures of the executions of one workflow, or of all, that were started in [from, to).',
    type: WorkflowAnalytics,
    args: {
      key: t.arg.string({
        description: 'The key of a workflow; omitted: all workflows.',
        ...maxLength(NAME_LENGTH),
      }),
      from: t.arg({
        type: 'DateTime',
        description: 'The earliest start that counts; omitted: no limit.',
      }),
      to: t.arg({
        type: 'DateTime',
        description: 'The moment before which executions were started; omitted: no limit.',
      }),
    },
    resolve: (_root, args, { platform, viewer }, info) =>
      readWorkflowAnalytics(platform, viewer, { ...args, withSteps: selectsField(info, 'steps') }),
  }),
);
