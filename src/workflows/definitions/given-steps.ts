/** The inputs of `saveWorkflow` and `workflowPlan`. The steps are checked by step-problems.ts. */
import { z } from 'zod';
import { WorkflowStepType } from '../../../generated/kysely.ts';
import { inGraphQL, name, wholeNumber } from '../../platform/input.ts';
import {
  CONDITION_LENGTH,
  GIVEN_ID_LENGTH,
  MAX_ID_LENGTH,
  MAX_SCHEMA_LENGTH,
  MAX_STEPS,
  MAX_STEPS_LENGTH,
} from './definition.ts';
import { jsonObject } from './json.ts';

const MAX_RATE_LIMIT = 1_000_000;
const MAX_WINDOW_SECONDS = 86_400;

function givenStepId() {
  return z.string().register(inGraphQL, { maxLength: GIVEN_ID_LENGTH });
}

/** A step as the API accepts it, before it is checked. */
export const GivenStep = z
  .object({
    id: givenStepId().describe(
      `The name by which other steps refer to it, unique in the workflow: 1 to ${MAX_ID_LENGTH} letters, digits, _ and -.`,
    ),
    type: z.enum(WorkflowStepType).describe('What the step does.'),
    dependsOn: z
      .array(givenStepId())
      .register(inGraphQL, { maxItems: MAX_STEPS })
      .default([])
      .describe(
        'Ids of the steps that must be done before this one starts; if empty, it starts at once.',
      ),
    input: z
      .unknown()
      .register(inGraphQL, { maxLength: MAX_STEPS_LENGTH })
      .nullish()
      .describe(
        'An object, whose keys depend on the type of step. Its texts may hold {{ input.path }}, which reads the input of the execution, and {{ steps.ID.output.path }}, which reads the output of a step that this one depends on, directly or not. {{ input.path | default: VALUE }} stands for VALUE (null, true, false, a number, a list or a quoted text) where there is nothing, null or an empty text; without a default, nothing to read fails the step. A template that is the whole text keeps the type of its value. Omitted or null: {}.',
      ),
    when: z
      .string()
      .register(inGraphQL, { maxLength: CONDITION_LENGTH })
      .nullish()
      .describe(
        'A Liquid condition, such as steps.priority.output.priority == "EMERGENCY". If it is false, the step is SKIPPED and its dependents go on. Omitted, null or empty: no condition.',
      ),
    parallel: z
      .boolean()
      .default(true)
      .describe('False: no other step of the execution runs at the same time.'),
    timeoutSeconds: z
      .int()
      .default(60)
      .describe('The time limit of one attempt, in seconds, 1 to 3,600. After that it fails.'),
  })
  .describe('A step of a workflow, as it is to be saved or planned.');
/** A step as given, checked and with its defaults filled in. */
export type GivenStep = z.output<typeof GivenStep>;

/** A limit on starts, as the API accepts it. */
export const GivenRateLimit = z
  .object({
    points: wholeNumber(1, MAX_RATE_LIMIT).describe(
      'Starts that are allowed in each window, 1 to 1,000,000.',
    ),
    windowSeconds: wholeNumber(1, MAX_WINDOW_SECONDS).describe(
      'The length of a window in seconds, 1 to 86,400 (a day).',
    ),
  })
  .describe('How often each user may start a workflow.');

/** The input of `saveWorkflow`. */
export const SaveWorkflow = z
  .object({
    key: name().describe(
      'The key by which the workflow is started. A new key creates a workflow; an existing one gets its next version.',
    ),
    name: name().describe('The name that people see.'),
    steps: z
      .array(GivenStep)
      .register(inGraphQL, { maxItems: MAX_STEPS })
      .describe('The steps: at least one, in any order.'),
    inputSchema: jsonObject(MAX_SCHEMA_LENGTH)
      .nullish()
      .describe(
        'A JSON Schema (draft 2020-12) of the input of startWorkflow: a start with an input that does not fit is refused, with a userError for each problem. It may refer only to itself; unknown keywords and formats are refused. Omitted or null: any object is taken.',
      ),
    rateLimit: GivenRateLimit.nullish().describe(
      "The workflow's own limit on starts. Omitted or null: the server's, usually 10 starts in 60 seconds.",
    ),
  })
  .describe('The next version of a workflow. A workflow that could not run is not saved.');
