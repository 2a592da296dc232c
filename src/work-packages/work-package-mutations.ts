/** Mutations of packages, phases, items and collateral. */
import { inputOf } from '../schema-builder/inputs.ts';
import { deletion, mutation, payloadOf, payloadType } from '../schema-builder/mutations.ts';
import { attachCollateral, detachCollateral } from './collateral.ts';
import type { Changed } from './editing/change.ts';
import {
  AddItem,
  AddPhase,
  AttachCollateral,
  CollateralInput,
  CreateWorkPackage,
  ItemInput,
  PhaseInput,
  UpdateItem,
  UpdatePhase,
  UpdateWorkPackage,
} from './inputs.ts';
import { WorkPackageItem } from './item-schema.ts';
import { addItem, removeItem, updateItem } from './items.ts';
import { itemLoader, phaseLoader } from './loaders.ts';
import { createWorkPackage, deleteWorkPackage, updateWorkPackage } from './packages.ts';
import { WorkPackagePhase } from './phase-schema.ts';
import { addPhase, removePhase, updatePhase } from './phases.ts';
import { WorkPackage } from './work-package-schema.ts';

inputOf('CollateralInput', CollateralInput);
inputOf('WorkPackageItemInput', ItemInput);
inputOf('WorkPackagePhaseInput', PhaseInput);

const WorkPackagePayload = payloadOf('WorkPackagePayload', { workPackage: WorkPackage });

const PACKAGE = 'The package that it is in, with its new figures; null where userErrors say why.';

const PhasePayload = payloadType<Changed<string>>('WorkPackagePhasePayload', (t) => ({
  phase: t.field({
    description: 'The phase after the change; null where userErrors say why nothing was changed.',
    type: WorkPackagePhase,
    nullable: true,
    resolve: ({ result }, _args, context) =>
      result === undefined ? null : phaseLoader(context).load(result),
  }),
  workPackage: t.field({
    description: PACKAGE,
    type: WorkPackage,
    nullable: true,
    resolve: ({ workPackage }) => workPackage && WorkPackage.present(workPackage),
  }),
}));
const ItemPayload = payloadType<Changed<string>>('WorkPackageItemPayload', (t) => ({
  item: t.field({
    description: 'The item after the change; null where userErrors say why nothing was changed.',
    type: WorkPackageItem,
    nullable: true,
    resolve: ({ result }, _args, context) =>
      result === undefined ? null : itemLoader(context).load(result),
  }),
  workPackage: t.field({
    description: PACKAGE,
    type: WorkPackage,
    nullable: true,
    resolve: ({ workPackage }) => workPackage && WorkPackage.present(workPackage),
  }),
}));

mutation('createWorkPackage', {
  description: 'Creates a work package as a DRAFT, with its phases, items and collateral.',
  input: CreateWorkPackage,
  payload: WorkPackagePayload,
  rule: createWorkPackage,
});
mutation('updateWorkPackage', {
  description: 'Changes a work package. A new start date moves all its phases.',
  input: UpdateWorkPackage,
  payload: WorkPackagePayload,
  rule: updateWorkPackage,
});
deletion('deleteWorkPackage', {
  description: 'Deletes a work package with its phases, items and collateral. Artifacts stay.',
  of: 'WorkPackage',
  rule: deleteWorkPackage,
});
mutation('addWorkPackagePhase', {
  description:
    'Adds a phase to a work package. The phases after it move back, and so do their dates.',
  input: AddPhase,
  payload: PhasePayload,
  rule: addPhase,
});
mutation('updateWorkPackagePhase', {
  description: 'Renames, describes or moves a phase. A move changes the dates of the phases.',
  input: UpdatePhase,
  payload: PhasePayload,
  rule: updatePhase,
});
deletion('removeWorkPackagePhase', {
  description: 'Removes a phase with its items and their collateral. Artifacts stay.',
  of: 'WorkPackagePhase',
  rule: removePhase,
});
mutation('addWorkPackageItem', {
  description: 'Adds an item to a phase. Hours, progress and dates of the package follow.',
  input: AddItem,
  payload: ItemPayload,
  rule: addItem,
});
mutation('updateWorkPackageItem', {
  description: 'Changes an item. Hours, progress and dates of the package follow.',
  input: UpdateItem,
  payload: ItemPayload,
  rule: updateItem,
});
deletion('removeWorkPackageItem', {
  description: 'Removes an item with its collateral. Artifacts stay.',
  of: 'WorkPackageItem',
  rule: removeItem,
});
mutation('attachCollateral', {
  description: 'Attaches an artifact to an item, after those that it already has.',
  input: AttachCollateral,
  payload: ItemPayload,
  rule: attachCollateral,
});
deletion('detachCollateral', {
  description:
    'Detaches an artifact from an item; `id` is that of the collateral. The artifact stays.',
  of: 'Collateral',
  rule: detachCollateral,
});
