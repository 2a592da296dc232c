/**
 * Saves definitions: each save of a key is its next version. Nothing is saved that could not run
 * (step-problems.ts).
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { UserInputError } from '../../platform/errors.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { WORKFLOW_SAVED } from '../topics.ts';
import {
  type Definition,
  isObject,
  type JsonObject,
  type StartLimit,
  type Step,
} from './definition.ts';
import type { GivenStep, SaveWorkflow } from './given-steps.ts';
import { schemaProblems } from './input-schema.ts';
import { jsonProblem } from './json.ts';
import { type Plan, planOf } from './plan.ts';
import { stepProblems, structureProblems } from './step-problems.ts';

const MAX_USER_ERRORS = 50;

/** Stores a definition as the next version of its key; refuses steps that could not run. */
export async function saveWorkflow(
  platform: Platform,
  viewer: Viewer,
  { steps: given, ...values }: z.output<typeof SaveWorkflow>,
) {
  const { inputSchema = null } = values;
  refuse([
    ...unstorable(given),
    ...stepProblems(given),
    ...(await schemaProblems(platform, viewer, inputSchema)),
  ]);
  const version = { ...values, steps: given.map(storedStep) };
  const workflow = await platform.database
    .forTenant(viewer)
    .change(['workflow', version.key], async (tx) => {
      const saved = await insertVersion(tx, version);
      WORKFLOW_SAVED.publishAfterCommit(platform, tx, [saved.key]);
      return saved;
    });
  return { workflow: { ...workflow, id: workflow.workflowId } };
}

/** The plan of steps that need not be stored; refuses steps that have no order. */
export async function planWorkflow(steps: readonly GivenStep[]): Promise<{ plan: Plan }> {
  refuse(structureProblems(steps));
  return { plan: planOf(steps) };
}

function refuse(problems: UserInputError['userErrors']): void {
  if (problems.length > 0) throw new UserInputError(problems.slice(0, MAX_USER_ERRORS));
}

function unstorable(steps: readonly GivenStep[]) {
  return steps.flatMap((step, index) => {
    const message = jsonProblem([step.input ?? null, step.when ?? null, step.dependsOn, step.id]);
    return message === null
      ? []
      : [{ code: 'INVALID' as const, field: ['steps', String(index)], message }];
  });
}

function storedStep({ dependsOn, input, when, ...step }: GivenStep): Step {
  const { id, type, parallel, timeoutSeconds } = step;
  return {
    id,
    type,
    dependsOn: [...new Set(dependsOn)],
    input: isObject(input) ? input : {},
    when: when?.trim() || null,
    parallel,
    timeoutSeconds,
  };
}

/** A version that is to be inserted. Its steps have been checked. */
export interface NewVersion {
  key: string;
  name: string;
  steps: readonly Step[];
  inputSchema?: JsonObject | null | undefined;
  rateLimit?: StartLimit | null | undefined;
}

/**
 * Inserts the next version of a key. When two transactions do so at once, the second waits for the
 * first to commit and takes the version after it.
 */
export async function insertVersion(
  tx: TenantTransaction,
  { key, name: title, steps, inputSchema = null, rateLimit = null }: NewVersion,
): Promise<Definition> {
  const { id: workflowId, version } = await nextVersion(tx, key);
  const versionId = uuidv7();
  await tx.run(
    query.insertInto('workflow_version').values({
      id: versionId,
      workflowId,
      version,
      name: title,
      steps: JSON.stringify(steps),
      inputSchema: inputSchema === null ? null : JSON.stringify(inputSchema),
      rateLimitPoints: rateLimit?.points ?? null,
      rateLimitWindowSeconds: rateLimit?.windowSeconds ?? null,
    }),
  );
  return { workflowId, versionId, key, version, name: title, steps, inputSchema, rateLimit };
}

async function nextVersion(tx: TenantTransaction, key: string) {
  const [workflow] = await tx.run(
    query
      .insertInto('workflow')
      .values({ id: uuidv7(), key, version: 1 })
      .onConflict((conflict) =>
        conflict.columns(['tenantId', 'key']).doUpdateSet((eb) => ({
          version: eb('workflow.version', '+', 1),
          updatedAt: sql<Date>`statement_timestamp()`,
        })),
      )
      .returning(['id', 'version']),
  );
  if (!workflow) throw new Error('An upsert returned no row.');
  return workflow;
}
