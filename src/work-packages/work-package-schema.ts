/** Work packages as they are read. */
import { WorkPackageStatus as WorkPackageStatusName } from '../../generated/kysely.ts';
import { contactLoader, organizationLoader } from '../contacts/loaders.ts';
import { Contact, Organization } from '../contacts/schema.ts';
import { today } from '../platform/time.ts';
import { enumOf } from '../schema-builder/enums.ts';
import { selectsField } from '../schema-builder/lookahead.ts';
import { nodeType } from '../schema-builder/nodes.ts';
import { timelineStatus } from './figures/timeline.ts';
import { loadTree, peekTree, phasesLoader, workPackageLoader } from './loaders.ts';
import { packageNode } from './nodes.ts';
import { TimelineStatus, WorkPackagePhase } from './phase-schema.ts';

const WorkPackageStatus = enumOf('WorkPackageStatus', WorkPackageStatusName, {
  description: 'The status of a work package. Users set it; it does not follow from the progress.',
  values: {
    DRAFT: 'It is being planned. Portal users do not see it.',
    ACTIVE: 'It is agreed and being worked on. Portal users of its client see it.',
    COMPLETED: 'It is done. Portal users of its client still see it.',
    ARCHIVED: 'It is archived. Portal users do not see it.',
  },
});

/** `phases` come from the cached tree if this version is in memory, or if items are selected. */
export const WorkPackage = nodeType('WorkPackage', {
  description:
    'Work for a client, in phases with items. Portal users see ACTIVE and COMPLETED packages of their contact and of its organization.',
  load: workPackageLoader,
  present: packageNode,
  fields: (t) => ({
    title: t.exposeString('title', { description: 'The title that lists and the portal show.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What the work is about; null if nothing was entered.',
    }),
    status: t.expose('status', {
      type: WorkPackageStatus,
      description: 'The status, as a user has set it.',
    }),
    contactId: t.exposeID('contactId', {
      nullable: true,
      description: 'The id of the contact that the work is for; null for none.',
    }),
    contact: t.field({
      description: 'The contact that the work is for; null for none.',
      type: Contact,
      nullable: true,
      resolve: ({ contactUuid }, _args, context) =>
        contactUuid === null ? null : contactLoader(context).load(contactUuid),
    }),
    companyId: t.exposeID('companyId', {
      nullable: true,
      description: "The id of the client's organization; null for none.",
    }),
    company: t.field({
      description: "The client's organization; null for none.",
      type: Organization,
      nullable: true,
      resolve: ({ companyUuid }, _args, context) =>
        companyUuid === null ? null : organizationLoader(context).load(companyUuid),
    }),
    startDate: t.expose('startDate', {
      type: 'Date',
      nullable: true,
      description:
        'The day on which work begins, as entered: on a weekend the first phase begins on Monday. Null if not set.',
    }),
    phaseCount: t.exposeInt('phaseCount', { description: 'How many phases the package has.' }),
    itemCount: t.exposeInt('itemCount', {
      description: 'How many items the package has in all its phases.',
    }),
    progress: t.exposeInt('progress', {
      description:
        'Percent done, from 0 to 100: the mean of its items weighted by their hours, rounded down. 100 only once all items are COMPLETED; 0 without items.',
    }),
    totalEstimatedHours: t.exposeFloat('totalEstimatedHours', {
      description: 'Hours of all its items: the sum of quantity × hours for each piece.',
    }),
    expectedEndDate: t.expose('expectedEndDate', {
      type: 'Date',
      nullable: true,
      description: 'The last day of its last phase; null without a start date or without phases.',
    }),
    timelineStatus: t.field({
      description: 'Whether the package is on time today.',
      type: TimelineStatus,
      resolve: (row) => timelineStatus(row, today()),
    }),
    phases: t.field({
      description:
        'Its phases, in order. When items are selected too, all of the package is read in one statement and kept by version.',
      type: [WorkPackagePhase],
      resolve: (row, _args, context, info) => {
        const version = { id: row.uuid, version: row.version };
        const cached = peekTree(context, version);
        if (cached) return cached.phases;
        return selectsField(info, 'items')
          ? loadTree(context, version).then((tree) => tree?.phases ?? [])
          : phasesLoader(context).load(row.uuid);
      },
    }),
    version: t.exposeInt('version', {
      description:
        'Begins at 1 and rises by 1 with every change of the package, of anything in it, or of an artifact in it. Give it to updateWorkPackage, so that a change that you have not seen is not overwritten.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the package was created.',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When the version last rose; the time of creation before that.',
    }),
  }),
});
