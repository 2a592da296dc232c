/** Phases, and the timeline status that they share with packages. */
import { today } from '../platform/time.ts';
import { enumOf } from '../schema-builder/enums.ts';
import { nodeType } from '../schema-builder/nodes.ts';
import { TIMELINE_STATUSES, timelineStatus } from './figures/timeline.ts';
import { WorkPackageItem } from './item-schema.ts';
import { itemsLoader, phaseLoader } from './loaders.ts';
import { phaseNode } from './nodes.ts';

/** For phases and packages alike; see figures/timeline.ts for the rules. */
export const TimelineStatus = enumOf('TimelineStatus', TIMELINE_STATUSES, {
  description:
    'Whether work is on time today (UTC), by its dates and progress. The first value that applies counts, in the order COMPLETED, NOT_STARTED, OVERDUE, AT_RISK, ON_TRACK.',
  values: {
    NOT_STARTED: 'It begins later, or has no start date.',
    ON_TRACK: 'It has begun and is neither overdue nor at risk.',
    AT_RISK:
      'Progress is 20 percentage points or more behind the share of its working days that are over, today included.',
    OVERDUE: 'Its expected end date has passed.',
    COMPLETED: 'Its progress is 100 percent, or it is a package with the status COMPLETED.',
  },
});

/** Its items come with the row or, if they were not read, from a loader. */
export const WorkPackagePhase = nodeType('WorkPackagePhase', {
  description: 'A stage of a work package. Its phases follow one another.',
  load: phaseLoader,
  present: phaseNode,
  fields: (t) => ({
    workPackageId: t.exposeID('workPackageId', {
      description: 'The package that contains the phase, for `workPackage(id:)`.',
    }),
    name: t.exposeString('name', { description: 'The name that people see.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What the phase is about; null if nothing was entered.',
    }),
    position: t.exposeInt('position', {
      description: 'Its place among the phases of its package; the first is 0.',
    }),
    items: t.field({
      description: 'The work in the phase, in order.',
      type: [WorkPackageItem],
      resolve: (phase, _args, context) => phase.items ?? itemsLoader(context).load(phase.uuid),
    }),
    itemCount: t.exposeInt('itemCount', { description: 'How many items the phase has.' }),
    startDate: t.expose('startDate', {
      type: 'Date',
      nullable: true,
      description:
        'The working day (Monday to Friday) on which the phase begins: the next one after the phase before it. Null while the package has no start date.',
    }),
    expectedEndDate: t.expose('expectedEndDate', {
      type: 'Date',
      nullable: true,
      description:
        'The last working day of the phase, by its estimated hours and the hours of a working day (HOURS_PER_WORKING_DAY of the server, usually 8). Null while the package has no start date.',
    }),
    totalEstimatedHours: t.exposeFloat('totalEstimatedHours', {
      description: 'Hours of all its items: the sum of quantity × hours for each piece.',
    }),
    timelineStatus: t.field({
      description: 'Whether the phase is on time today.',
      type: TimelineStatus,
      resolve: (phase) => timelineStatus(phase, today()),
    }),
    progress: t.exposeInt('progress', {
      description:
        'Percent done, from 0 to 100: the mean of its items weighted by their hours, rounded down. 100 only once all items are COMPLETED; 0 without items.',
    }),
  }),
});
