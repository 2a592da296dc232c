/** Items and their collateral. */
import { WorkItemStatus as WorkItemStatusName } from '../../generated/kysely.ts';
import type { Context } from '../schema-builder/context.ts';
import { enumOf } from '../schema-builder/enums.ts';
import { nodeType } from '../schema-builder/nodes.ts';
import { artifactLoader, visibleArtifact } from './artifacts/loaders.ts';
import type { ArtifactNode } from './artifacts/nodes.ts';
import { Artifact, ArtifactType } from './artifacts/schema.ts';
import { collateralLoader, collateralOfItemLoader, itemLoader } from './loaders.ts';
import { type CollateralNode, collateralNode, type ItemNode, itemNode } from './nodes.ts';

const WorkItemStatus = enumOf('WorkItemStatus', WorkItemStatusName, {
  description: 'How far the work on an item has got.',
  values: {
    NOT_STARTED: 'Nothing has been done: 0 percent.',
    IN_PROGRESS: 'Somebody is working on it: 1 to 99 percent.',
    IN_REVIEW: 'It is being checked before it counts as done: 1 to 99 percent.',
    COMPLETED: 'Done: 100 percent.',
  },
});

const Collateral = nodeType('Collateral', {
  description:
    'Links an artifact to an item of work. One artifact may belong to many items, once to each.',
  load: collateralLoader,
  present: collateralNode,
  fields: (t) => ({
    type: t.expose('type', {
      type: ArtifactType,
      description: 'The type of the artifact, known even after it is deleted.',
    }),
    artifactId: t.exposeID('artifactId', {
      description: 'The id of the artifact, known even after it is deleted.',
    }),
    artifact: t.field({
      description:
        'The artifact. Null once it is deleted and, for portal users, while it is a DRAFT.',
      type: Artifact,
      nullable: true,
      resolve: (collateral, _args, context) => artifactOf(context, collateral),
    }),
  }),
});

function artifactOf(
  context: Context,
  { artifact, artifactType, artifactUuid }: CollateralNode,
): ArtifactNode | null | Promise<ArtifactNode | null> {
  return artifact === undefined
    ? artifactLoader(context).load({ type: artifactType, id: artifactUuid })
    : visibleArtifact(context, artifact);
}

function collateralOf(context: Context, item: ItemNode) {
  return item.collateral ?? collateralOfItemLoader(context).load(item.uuid);
}

/** Its collateral comes with the row or, if it was not read, from a loader. */
export const WorkPackageItem = nodeType('WorkPackageItem', {
  description: 'A piece of work within a phase, with its effort and progress.',
  load: itemLoader,
  present: itemNode,
  fields: (t) => ({
    phaseId: t.exposeID('phaseId', {
      description: 'The phase that contains the item, for `node(id:)`.',
    }),
    label: t.exposeString('label', { description: 'What is to be done or delivered.' }),
    position: t.exposeInt('position', {
      description: 'Its place among the items of its phase; the first is 0.',
    }),
    status: t.expose('status', {
      type: WorkItemStatus,
      description: 'The status of the work; always agrees with `progressCompleted`.',
    }),
    quantity: t.exposeInt('quantity', {
      description: 'How many pieces are to be delivered, from 1 to 10,000.',
    }),
    estimatedHoursEach: t.exposeFloat('estimatedHoursEach', {
      description: 'Hours of work for each piece, from 0 to 10,000 with at most 2 decimals.',
    }),
    progressCompleted: t.exposeInt('progressCompleted', {
      description: 'Percent done, from 0 to 100.',
    }),
    collateral: t.field({
      description: 'The artifacts that belong to the item, in order, deleted ones included.',
      type: [Collateral],
      resolve: (item, _args, context) => collateralOf(context, item),
    }),
    artifacts: t.field({
      description:
        'The artifacts of its collateral that still exist, in the same order; for portal users without drafts.',
      type: [Artifact],
      resolve: async (item, _args, context) => {
        const collateral = await collateralOf(context, item);
        const artifacts = await Promise.all(collateral.map((one) => artifactOf(context, one)));
        return artifacts.filter((artifact) => artifact !== null);
      },
    }),
  }),
});
