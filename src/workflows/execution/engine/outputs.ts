/** The outputs of an execution's steps. */

import { anyText } from '../../../platform/database/arrays.ts';
import { prepare } from '../../../platform/database/prepared.ts';
import type { TenantQueries } from '../../../platform/database/tenant-database.ts';
import { query } from '../../../platform/database/tenant-scope.ts';
import { recordOf } from '../../../platform/records.ts';
import type { Definition, JsonObject } from '../../definitions/definition.ts';
import { dependentsOf } from '../../definitions/plan.ts';

const outputsOfSteps = prepare((p: { executionId: string; stepIds: string[] }) =>
  query
    .selectFrom('workflow_step_run')
    .select(['stepId', 'output'])
    .where('executionId', '=', p.executionId)
    .where('stepId', '=', anyText(p.stepIds)),
);

/** The outputs of some steps by the step's id; null for a step without one. */
export async function readOutputs(
  database: TenantQueries,
  executionId: string,
  stepIds: readonly string[],
): Promise<Map<string, unknown>> {
  if (stepIds.length === 0) return new Map();
  const rows = await database.runPrepared(outputsOfSteps, { executionId, stepIds: [...stepIds] });
  return new Map(rows.map(({ stepId, output }) => [stepId, output]));
}

/** The output of an execution: those of the steps that no other step depends on, by id. */
export async function executionOutput(
  database: TenantQueries,
  executionId: string,
  { steps }: Definition,
): Promise<JsonObject> {
  const dependents = dependentsOf(steps);
  const last = steps.filter(({ id }) => dependents.get(id)?.length === 0).map(({ id }) => id);
  const outputs = await readOutputs(database, executionId, last);
  return recordOf(last, (id) => outputs.get(id) ?? null);
}
