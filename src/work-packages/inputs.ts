/** What mutations of packages accept. */
import { z } from 'zod';
import { calendarDay, idOf, NOTES_LENGTH, name, text, wholeNumber } from '../platform/input.ts';

export const MAX_PHASES = 50;
export const MAX_ITEMS = 500;
export const MAX_COLLATERAL = 20;
export const LABEL_LENGTH = 500;

const HOURS = 'Expected a number from 0 to 10,000 with at most 2 decimals.';
const hours = () =>
  z
    .number(HOURS)
    .min(0, HOURS)
    .max(10_000, HOURS)
    .refine((value) => Math.abs(value) > 10_000 || Number(value.toFixed(2)) === value, HOURS);
const position = () => wholeNumber(0, 2 ** 31 - 1);
const status = z.enum(['DRAFT', 'ACTIVE', 'COMPLETED', 'ARCHIVED']);

const ItemInput = z.object({
  label: name(LABEL_LENGTH),
  quantity: wholeNumber(1, 10_000).nullish(),
  estimatedHoursEach: hours().nullish(),
  collateral: z
    .array(z.object({ artifactId: z.string() }))
    .max(MAX_COLLATERAL, `Expected at most ${MAX_COLLATERAL} collateral an item.`)
    .nullish(),
});
export type ItemInput = z.output<typeof ItemInput>;

const PhaseInput = z.object({
  name: name(),
  description: text(NOTES_LENGTH).nullish(),
  items: z
    .array(ItemInput)
    .max(MAX_ITEMS, `Expected at most ${MAX_ITEMS} items a package.`)
    .nullish(),
});
export type PhaseInput = z.output<typeof PhaseInput>;

export const CreateWorkPackage = z.object({
  title: name(),
  description: text(NOTES_LENGTH).nullish(),
  contactId: idOf('Contact').nullish(),
  companyId: idOf('Organization').nullish(),
  startDate: calendarDay().nullish(),
  phases: z
    .array(PhaseInput)
    .max(MAX_PHASES, `Expected at most ${MAX_PHASES} phases a package.`)
    .nullish(),
});

export const UpdateWorkPackage = z.object({
  id: idOf('WorkPackage'),
  version: z.number().nullish(),
  title: name().optional(),
  description: text(NOTES_LENGTH).nullish(),
  status: status.optional(),
  contactId: idOf('Contact').nullish(),
  companyId: idOf('Organization').nullish(),
  startDate: calendarDay().nullish(),
});

export const AddPhase = z.object({
  workPackageId: idOf('WorkPackage'),
  phase: PhaseInput,
  position: position().nullish(),
});
export const UpdatePhase = z.object({
  id: idOf('WorkPackagePhase'),
  name: name().optional(),
  description: text(NOTES_LENGTH).nullish(),
  position: position().optional(),
});
export const AddItem = z.object({
  phaseId: idOf('WorkPackagePhase'),
  item: ItemInput,
  position: position().nullish(),
});
export const UpdateItem = z.object({
  id: idOf('WorkPackageItem'),
  label: name(LABEL_LENGTH).optional(),
  status: z.enum(['NOT_STARTED', 'IN_PROGRESS', 'IN_REVIEW', 'COMPLETED']).optional(),
  quantity: wholeNumber(1, 10_000).optional(),
  estimatedHoursEach: hours().optional(),
  progressCompleted: wholeNumber(0, 100).optional(),
  position: position().optional(),
});
export const AttachCollateral = z.object({
  itemId: idOf('WorkPackageItem'),
  artifactId: z.string(),
});
