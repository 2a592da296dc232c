/** The mutation that saves workflows. */
import { inputOf } from '../../schema-builder/inputs.ts';
import { mutation, payloadOf } from '../../schema-builder/mutations.ts';
import { GivenRateLimit, SaveWorkflow } from './given-steps.ts';
import { saveWorkflow } from './save.ts';
import { Workflow } from './schema.ts';

inputOf('RateLimitInput', GivenRateLimit);

mutation('saveWorkflow', {
  description:
    'Saves a workflow as the next version of its key, or as a new one. Executions that have started keep their version; later ones start with this one.',
  input: SaveWorkflow,
  payload: payloadOf('WorkflowPayload', { workflow: Workflow }),
  rule: saveWorkflow,
});
