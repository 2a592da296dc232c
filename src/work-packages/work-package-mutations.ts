/** Mutations of packages, phases, items and collateral. */

import { NAME_LENGTH, NOTES_LENGTH } from '../platform/input.ts';
import { builder } from '../schema-builder/builder.ts';
import { maxItems, maxLength } from '../schema-builder/maxima.ts';
import { DeleteInput, DeletePayload, payload, payloadType } from '../schema-builder/mutations.ts';
import { attachCollateral, detachCollateral } from './collateral.ts';
import type { Changed } from './editing/change.ts';
import { LABEL_LENGTH, MAX_COLLATERAL, MAX_ITEMS, MAX_PHASES } from './inputs.ts';
import { addItem, removeItem, updateItem } from './items.ts';
import { itemLoader, phaseLoader } from './loaders.ts';
import { packageNode } from './nodes.ts';
import { createWorkPackage, deleteWorkPackage, updateWorkPackage } from './packages.ts';
import { addPhase, removePhase, updatePhase } from './phases.ts';
import type { WorkPackageRow } from './rows.ts';
import {
  WorkItemStatus,
  WorkPackage,
  WorkPackageItem,
  WorkPackagePhase,
  WorkPackageStatus,
} from './work-package-schema.ts';

const CollateralInput = builder.inputType('CollateralInput', {
  fields: (t) => ({ artifactId: t.id({ required: true }) }),
});
const ItemInput = builder.inputType('WorkPackageItemInput', {
  fields: (t) => ({
    label: t.string({ required: true, ...maxLength(LABEL_LENGTH) }),
    quantity: t.int({ defaultValue: 1 }),
    estimatedHoursEach: t.float({ defaultValue: 0 }),
    collateral: t.field({ type: [CollateralInput], ...maxItems(MAX_COLLATERAL) }),
  }),
});
const PhaseInput = builder.inputType('WorkPackagePhaseInput', {
  fields: (t) => ({
    name: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    description: t.string({ ...maxLength(NOTES_LENGTH) }),
    items: t.field({ type: [ItemInput], ...maxItems(MAX_ITEMS) }),
  }),
});
const CreateWorkPackageInput = builder.inputType('CreateWorkPackageInput', {
  fields: (t) => ({
    title: t.string({ required: true, ...maxLength(NAME_LENGTH) }),
    description: t.string({ ...maxLength(NOTES_LENGTH) }),
    contactId: t.id(),
    companyId: t.id(),
    startDate: t.field({ type: 'Date' }),
    phases: t.field({ type: [PhaseInput], ...maxItems(MAX_PHASES) }),
  }),
});
const UpdateWorkPackageInput = builder.inputType('UpdateWorkPackageInput', {
  description:
    '`version`, when given, must be the stored one, else the answer is a STALE userError and nothing changes.',
  fields: (t) => ({
    id: t.id({ required: true }),
    version: t.int(),
    title: t.string({ ...maxLength(NAME_LENGTH) }),
    description: t.string({ ...maxLength(NOTES_LENGTH) }),
    status: t.field({ type: WorkPackageStatus }),
    contactId: t.id(),
    companyId: t.id(),
    startDate: t.field({ type: 'Date' }),
  }),
});
const AddPhaseInput = builder.inputType('AddWorkPackagePhaseInput', {
  fields: (t) => ({
    workPackageId: t.id({ required: true }),
    phase: t.field({ type: PhaseInput, required: true }),
    position: t.int(),
  }),
});
const UpdatePhaseInput = builder.inputType('UpdateWorkPackagePhaseInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    name: t.string({ ...maxLength(NAME_LENGTH) }),
    description: t.string({ ...maxLength(NOTES_LENGTH) }),
    position: t.int(),
  }),
});
const AddItemInput = builder.inputType('AddWorkPackageItemInput', {
  fields: (t) => ({
    phaseId: t.id({ required: true }),
    item: t.field({ type: ItemInput, required: true }),
    position: t.int(),
  }),
});
const UpdateItemInput = builder.inputType('UpdateWorkPackageItemInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    label: t.string({ ...maxLength(LABEL_LENGTH) }),
    status: t.field({ type: WorkItemStatus }),
    quantity: t.int(),
    estimatedHoursEach: t.float(),
    progressCompleted: t.int(),
    position: t.int(),
  }),
});
const AttachCollateralInput = builder.inputType('AttachCollateralInput', {
  fields: (t) => ({ itemId: t.id({ required: true }), artifactId: t.id({ required: true }) }),
});

const WorkPackagePayload = payloadType<{ workPackage: WorkPackageRow }>(
  'WorkPackagePayload',
  (t) => ({
    workPackage: t.field({
      type: WorkPackage,
      nullable: true,
      resolve: ({ workPackage }) => workPackage && packageNode(workPackage),
    }),
  }),
);
const PhasePayload = payloadType<Changed<string>>('WorkPackagePhasePayload', (t) => ({
  phase: t.field({
    type: WorkPackagePhase,
    nullable: true,
    resolve: ({ result }, _args, context) =>
      result === undefined ? null : phaseLoader(context).load(result),
  }),
  workPackage: t.field({
    type: WorkPackage,
    nullable: true,
    resolve: ({ workPackage }) => workPackage && packageNode(workPackage),
  }),
}));
const ItemPayload = payloadType<Changed<string>>('WorkPackageItemPayload', (t) => ({
  item: t.field({
    type: WorkPackageItem,
    nullable: true,
    resolve: ({ result }, _args, context) =>
      result === undefined ? null : itemLoader(context).load(result),
  }),
  workPackage: t.field({
    type: WorkPackage,
    nullable: true,
    resolve: ({ workPackage }) => workPackage && packageNode(workPackage),
  }),
}));

builder.mutationFields((t) => ({
  createWorkPackage: t.field({
    type: WorkPackagePayload,
    args: { input: t.arg({ type: CreateWorkPackageInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, createWorkPackage(context.platform, context.viewer, input)),
  }),
  updateWorkPackage: t.field({
    type: WorkPackagePayload,
    args: { input: t.arg({ type: UpdateWorkPackageInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, updateWorkPackage(context.platform, context.viewer, input)),
  }),
  deleteWorkPackage: t.field({
    type: DeletePayload,
    args: { input: t.arg({ type: DeleteInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(
        context,
        deleteWorkPackage(context.platform, context.viewer, input).then(() => ({
          deletedId: input.id,
        })),
      ),
  }),
  addWorkPackagePhase: t.field({
    type: PhasePayload,
    args: { input: t.arg({ type: AddPhaseInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, addPhase(context.platform, context.viewer, input)),
  }),
  updateWorkPackagePhase: t.field({
    type: PhasePayload,
    args: { input: t.arg({ type: UpdatePhaseInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, updatePhase(context.platform, context.viewer, input)),
  }),
  removeWorkPackagePhase: t.field({
    type: DeletePayload,
    args: { input: t.arg({ type: DeleteInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(
        context,
        removePhase(context.platform, context.viewer, input).then(() => ({ deletedId: input.id })),
      ),
  }),
  addWorkPackageItem: t.field({
    type: ItemPayload,
    args: { input: t.arg({ type: AddItemInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, addItem(context.platform, context.viewer, input)),
  }),
  updateWorkPackageItem: t.field({
    type: ItemPayload,
    args: { input: t.arg({ type: UpdateItemInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, updateItem(context.platform, context.viewer, input)),
  }),
  removeWorkPackageItem: t.field({
    type: DeletePayload,
    args: { input: t.arg({ type: DeleteInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(
        context,
        removeItem(context.platform, context.viewer, input).then(() => ({ deletedId: input.id })),
      ),
  }),
  attachCollateral: t.field({
    type: ItemPayload,
    args: { input: t.arg({ type: AttachCollateralInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(context, attachCollateral(context.platform, context.viewer, input)),
  }),
  detachCollateral: t.field({
    type: DeletePayload,
    args: { input: t.arg({ type: DeleteInput, required: true }) },
    resolve: (_root, { input }, context) =>
      payload(
        context,
        detachCollateral(context.platform, context.viewer, input).then(() => ({
          deletedId: input.id,
        })),
      ),
  }),
}));
