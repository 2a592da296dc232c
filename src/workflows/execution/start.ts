/** Starts executions: within the limits on starts, and once for each idempotency key (idempotency.ts). */
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { UserInputError, userError } from '../../platform/errors.ts';
import { NAME_LENGTH, name, text } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import type { Definition } from '../definitions/definition.ts';
import { readDefinition } from '../definitions/definitions.ts';
import { inputProblems } from '../definitions/input-schema.ts';
import { jsonObject } from '../definitions/json.ts';
import { planOf } from '../definitions/plan.ts';
import { advance } from './engine/advance.ts';
import { lockedExecution } from './engine/step-states.ts';
import type { ExecutionRow } from './executions.ts';
import { holderOfKey } from './idempotency.ts';
import { takeStart } from './start-limits.ts';

const MAX_INPUT_LENGTH = 262_144;

/** The input of `startWorkflow`. */
export const StartWorkflow = z
  .object({
    key: text(NAME_LENGTH).describe('The key of the workflow, whose newest version is started.'),
    input: jsonObject(MAX_INPUT_LENGTH)
      .nullish()
      .transform((given) => given ?? {})
      .describe(
        'An object that the steps read by {{ input.path }}; which keys it needs depends on the workflow, whose inputSchema it has to fit. Omitted or null: {}.',
      ),
    idempotencyKey: name()
      .nullish()
      .describe(
        'Any text that names this start of the workflow, such as a UUID. Another start of the workflow with the same key and input, by anybody in the company, returns the first execution and does not count towards the limits; CONFLICT with another input. If that execution FAILED or was CANCELLED, a new one is started as its retry. A key is forgotten after a time, usually 30 days. Omitted or null: every call starts an execution.',
      ),
  })
  .describe('Which workflow to start, and with what.');

/** An execution that is to be inserted. */
interface NewExecution {
  id: string;
  definition: Definition;
  /** As JSON text. */
  input: string;
  idempotencyKey: string | null;
}

/**
 * Starts an execution of the newest version of a workflow, or returns the one that was started with
 * the same idempotency key before. Throws RATE_LIMITED over the limits on starts.
 */
export async function startWorkflow(
  platform: Platform,
  viewer: Viewer,
  { key, input, idempotencyKey = null }: z.output<typeof StartWorkflow>,
) {
  const definition = await readDefinition(platform, viewer, key);
  if (definition === null)
    throw userError('NOT_FOUND', ['key'], 'There is no workflow with this key.');
  const wanted = { id: uuidv7(), definition, input: JSON.stringify(input), idempotencyKey };
  // Without an idempotency key every start counts, so one too many is refused before a transaction.
  let taken = idempotencyKey === null ? await takeStart(platform, viewer, definition) : null;
  const lock = [
    'workflow start',
    `${definition.workflowId} ${idempotencyKey ?? wanted.id}`,
  ] as const;
  try {
    const { inputSchema } = definition;
    const problems = await inputProblems(platform, viewer, { inputSchema, input });
    return await platform.database.forTenant(viewer).change(lock, async (tx) => {
      const first = await insertOrFind(platform, tx, { viewer, wanted });
      if (first !== null) return { execution: first };
      if (problems.length > 0) throw new UserInputError(problems);
      // The transaction may be tried again, but the start counts once.
      taken ??= await takeStart(platform, viewer, definition);
      return { execution: await begin(platform, tx, wanted) };
    });
  } catch (error) {
    // What did not start does not count.
    await taken?.giveBack();
    throw error;
  }
}

interface Inserting {
  viewer: Viewer;
  wanted: NewExecution;
}

/** Inserts an execution, or returns the one that has its idempotency key. */
async function insertOrFind(
  platform: Platform,
  tx: TenantTransaction,
  { viewer, wanted }: Inserting,
): Promise<ExecutionRow | null> {
  const { definition, input, idempotencyKey } = wanted;
  for (let retryOfId: string | null = null; ; ) {
    if (await insertExecution(tx, viewer, { ...wanted, retryOfId })) return null;
    const { workflowId } = definition;
    const holder = await holderOfKey(platform, tx, { workflowId, idempotencyKey, input });
    if ('execution' in holder) return holder.execution;
    retryOfId = holder.retryOfId;
  }
}

/**
 * False if the idempotency key is taken. The insert waits for another start with the same key to
 * commit or roll back.
 */
async function insertExecution(
  tx: TenantTransaction,
  viewer: Viewer,
  { id, definition, input, idempotencyKey, retryOfId }: NewExecution & { retryOfId: string | null },
): Promise<boolean> {
  const [row] = await tx.run(
    query
      .insertInto('workflow_execution')
      .values({
        id,
        workflowId: definition.workflowId,
        versionId: definition.versionId,
        input,
        idempotencyKey,
        retryOfId,
        startedById: viewer.userId,
        stepCount: definition.steps.length,
      })
      .onConflict((conflict) =>
        conflict.columns(['tenantId', 'workflowId', 'idempotencyKey']).doNothing(),
      )
      .returning('id'),
  );
  return row !== undefined;
}

/** Inserts the steps and enqueues the first ones. */
async function begin(
  platform: Platform,
  tx: TenantTransaction,
  { id, definition }: NewExecution,
): Promise<ExecutionRow | undefined> {
  const rows = definition.steps.map(({ id: stepId, type }, position) => ({
    executionId: id,
    stepId,
    position,
    type,
  }));
  await tx.run(query.insertInto('workflow_step_run').values(rows));
  const execution = await lockedExecution(tx, id);
  if (execution === null) throw new Error('The execution that was just inserted does not exist.');
  const plan = planOf(definition.steps);
  tx.afterCommit(() =>
    platform.log.info(
      { execution: id, workflow: definition.key, version: definition.version, plan },
      'a workflow execution was started',
    ),
  );
  return advance(platform, tx, { execution, definition });
}
