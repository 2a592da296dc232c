/** The inputs of the mutations of packages, phases, items and collateral. */
import { z } from 'zod';
import { WorkItemStatus, WorkPackageStatus } from '../../generated/kysely.ts';
import {
  calendarDay,
  givenId,
  idOf,
  NOTES_LENGTH,
  name,
  text,
  wholeNumber,
} from '../platform/input.ts';

/** The maximum number of phases of one package. */
export const MAX_PHASES = 50;
/** The maximum number of items of one package, in all its phases. */
export const MAX_ITEMS = 500;
/** The maximum number of pieces of collateral of one item. */
export const MAX_COLLATERAL = 20;
const LABEL_LENGTH = 500;

const HOURS = 'Expected a number from 0 to 10,000 with at most 2 decimals.';
const hours = () =>
  z
    .number(HOURS)
    .min(0, HOURS)
    .max(10_000, HOURS)
    .refine((value) => Math.abs(value) > 10_000 || Number(value.toFixed(2)) === value, HOURS);
const quantity = () => wholeNumber(1, 10_000);
const position = () => wholeNumber(0, 2 ** 31 - 1);

/** Collateral of a new item; its position is its index in the list. */
export const CollateralInput = z
  .object({ artifactId: givenId().describe('The artifact to attach.') })
  .describe('An artifact that belongs to an item.');

/** A new item, always NOT_STARTED. */
export const ItemInput = z
  .object({
    label: name(LABEL_LENGTH).describe('What is to be done or delivered.'),
    quantity: quantity()
      .nullish()
      .default(1)
      .describe('How many pieces are to be delivered, from 1 to 10,000.'),
    estimatedHoursEach: hours()
      .nullish()
      .default(0)
      .describe('Hours of work for each piece, from 0 to 10,000 with at most 2 decimals.'),
    collateral: z
      .array(CollateralInput)
      .max(MAX_COLLATERAL, `Expected at most ${MAX_COLLATERAL} pieces of collateral per item.`)
      .nullish()
      .describe('Artifacts to attach, in order, each once.'),
  })
  .describe('A new item of work. It is NOT_STARTED.');
/** An item once checked; null for `quantity` or `estimatedHoursEach` means the default, 1 or 0. */
export type ItemInput = z.output<typeof ItemInput>;

const phaseDetails = {
  description: text(NOTES_LENGTH).nullish().describe('What the phase is about; null for none.'),
};

/** A new phase. That the package stays within MAX_ITEMS is checked by its rule, not here. */
export const PhaseInput = z
  .object({
    name: name().describe('The name that people see.'),
    ...phaseDetails,
    items: z
      .array(ItemInput)
      .max(MAX_ITEMS, `Expected at most ${MAX_ITEMS} items per package.`)
      .nullish()
      .describe('Its items, in order. A package has at most 500 items in all its phases.'),
  })
  .describe('A new phase of a work package, with its items.');
/** A phase once checked, with its items in order. */
export type PhaseInput = z.output<typeof PhaseInput>;

const packageDetails = {
  description: text(NOTES_LENGTH).nullish().describe('What the work is about; null for none.'),
  contactId: idOf('Contact').nullish().describe('The contact that the work is for; null for none.'),
  startDate: calendarDay()
    .nullish()
    .describe(
      'The day on which work begins; the dates of all phases follow from it. Null leaves them open.',
    ),
};

/** A new package with its content. Dates are calendar days, hours have at most two decimals. */
export const CreateWorkPackage = z
  .object({
    title: name().describe('The title that lists and the portal show.'),
    ...packageDetails,
    companyId: idOf('Organization')
      .nullish()
      .describe(
        "The client's organization. Without one, the package takes the organization of its contact.",
      ),
    phases: z
      .array(PhaseInput)
      .max(MAX_PHASES, `Expected at most ${MAX_PHASES} phases per package.`)
      .nullish()
      .describe('Its phases, in order, each with its items.'),
  })
  .describe('A new work package, with its content. It is a DRAFT, which portal users cannot see.');

/** Changes to a package: undefined keeps a value, null clears it. */
export const UpdateWorkPackage = z
  .object({
    id: idOf('WorkPackage').describe('The package to change.'),
    version: z
      .int()
      .nullish()
      .describe(
        'The version that you have read. If another one is stored by now, the mutation fails with STALE. Without it, the change is always made.',
      ),
    title: name().optional().describe('The title that lists and the portal show.'),
    ...packageDetails,
    status: z
      .enum(WorkPackageStatus)
      .optional()
      .describe('The new status. Any status may follow any other.'),
    companyId: idOf('Organization').nullish().describe("The client's organization; null for none."),
  })
  .describe(
    'What to change in a work package. A field that is left out stays as it is; null clears it.',
  );

/** A new phase; without a position it becomes the last. */
export const AddPhase = z
  .object({
    workPackageId: idOf('WorkPackage').describe('The package that gets the phase.'),
    phase: PhaseInput.describe('The new phase.'),
    position: position()
      .nullish()
      .describe('Where it goes: 0 is the start, and the number of phases, or null, the end.'),
  })
  .describe('A phase for a work package. A package has at most 50 phases.');

/** Changes to a phase: undefined keeps a value, null clears it. */
export const UpdatePhase = z
  .object({
    id: idOf('WorkPackagePhase').describe('The phase to change.'),
    name: name().optional().describe('The name that people see.'),
    ...phaseDetails,
    position: position()
      .optional()
      .describe('Where the phase moves within its package; 0 is the start.'),
  })
  .describe('What to change in a phase. A field that is left out stays as it is; null clears it.');

/** A new item; without a position it becomes the last of its phase. */
export const AddItem = z
  .object({
    phaseId: idOf('WorkPackagePhase').describe('The phase that gets the item.'),
    item: ItemInput.describe('The new item.'),
    position: position()
      .nullish()
      .describe('Where it goes: 0 is the start, and the number of items, or null, the end.'),
  })
  .describe('An item for a phase. A package has at most 500 items in all its phases.');

/** Changes to an item, undefined keeping a value; status and progress imply each other. */
export const UpdateItem = z
  .object({
    id: idOf('WorkPackageItem').describe('The item to change.'),
    label: name(LABEL_LENGTH).optional().describe('What is to be done or delivered.'),
    status: z
      .enum(WorkItemStatus)
      .optional()
      .describe(
        'How far the work is. Without `progressCompleted`, NOT_STARTED sets it to 0 and COMPLETED to 100; IN_PROGRESS and IN_REVIEW keep a number from 1 to 99, else set 50 and 90.',
      ),
    quantity: quantity()
      .optional()
      .describe('How many pieces are to be delivered, from 1 to 10,000.'),
    estimatedHoursEach: hours()
      .optional()
      .describe('Hours of work for each piece, from 0 to 10,000 with at most 2 decimals.'),
    progressCompleted: wholeNumber(0, 100)
      .optional()
      .describe(
        'Percent done, from 0 to 100. Without `status`, 0 makes the item NOT_STARTED and 100 COMPLETED; any other number makes it IN_PROGRESS unless it is IN_REVIEW. Together with `status` it must fit that.',
      ),
    position: position()
      .optional()
      .describe('Where the item moves within its phase; 0 is the start.'),
  })
  .describe('What to change in an item. A field that is left out stays as it is.');

/** An item and the artifact to attach; `artifactId` is still a global id, of any type. */
export const AttachCollateral = z
  .object({
    itemId: idOf('WorkPackageItem').describe('The item that gets the artifact.'),
    artifactId: givenId().describe('The artifact; TAKEN if the item already has it.'),
  })
  .describe('An artifact for an item, at the end of its collateral. An item has at most 20.');
