/** Executions: starting, cancelling and resuming them, and the list of them. */
import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { WorkflowExecutionStatus } from '../../../generated/kysely.ts';
import { oneOf } from '../../platform/database/arrays.ts';
import {
  applyPage,
  countRows,
  NEWEST_FIRST,
  type PageArguments,
  type PageRequest,
  parsePage,
  toPage,
} from '../../platform/database/keyset.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import { notFound, userError } from '../../platform/errors.ts';
import {
  type Given,
  idOf,
  NAME_LENGTH,
  name,
  parseArgument,
  parseInput,
  text,
} from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import type { Definition, JsonObject } from '../definitions/definition.ts';
import { definitionOfVersion, readDefinition } from '../definitions/definitions.ts';
import { jsonObject } from '../definitions/json.ts';
import { planOf } from '../definitions/plan.ts';
import { takeOutOfFigures } from '../figures/kept-figures.ts';
import { advance, jobIdOf } from './advance.ts';
import { EXECUTION_COLUMNS, type ExecutionColumn, type ExecutionRow } from './rows.ts';
import { takeStart, takeSteps } from './start-limits.ts';
import { RUN_STEP } from './step-job.ts';
import { lockedExecution } from './step-states.ts';

export const MAX_INPUT_LENGTH = 262_144;

const StartWorkflow = z.object({
  key: text(NAME_LENGTH),
  input: jsonObject(MAX_INPUT_LENGTH),
  idempotencyKey: name().nullish(),
});

interface Start {
  definition: Definition;
  input: JsonObject;
  idempotencyKey: string | null;
}

/**
 * Starts an execution of the newest version; with an idempotency key that was used before it
 * answers that execution.
 */
export async function startWorkflow(
  platform: Platform,
  viewer: Viewer,
  given: { key: string; input?: unknown; idempotencyKey?: string | null | undefined },
) {
  const {
    key,
    input,
    idempotencyKey = null,
  } = parseInput(StartWorkflow, { ...given, input: given.input });
  const definition = await readDefinition(platform, viewer, key);
  if (definition === null)
    throw userError('NOT_FOUND', ['key'], 'There is no workflow with this key.');
  const id = uuidv7();
  const wanted: Start = { definition, input, idempotencyKey };
  // Without a key every start counts, so that one too many costs no transaction.
  const early = idempotencyKey === null ? await takeStart(platform, viewer, definition) : null;
  let late: Awaited<ReturnType<typeof takeStart>> | null = null;
  try {
    return await platform.database
      .forTenant(viewer)
      .change(['workflow start', idempotencyKey ?? id], async (tx) => {
        const isNew = await insertExecution(tx, viewer, { ...wanted, id });
        if (!isNew) return { execution: await executionOfKey(tx, idempotencyKey) };
        if (early === null) late ??= await takeStart(platform, viewer, definition);
        return { execution: await begin(platform, tx, { ...wanted, id }) };
      });
  } catch (error) {
    // What did not start does not count.
    await (early ?? late)?.giveBack();
    throw error;
  }
}

/**
 * False when the idempotency key is taken: by another start that is committed, for the insert waits
 * for it.
 */
async function insertExecution(
  tx: TenantTransaction,
  viewer: Viewer,
  { id, definition, input, idempotencyKey }: Start & { id: string },
): Promise<boolean> {
  const [row] = await tx.run(
    query
      .insertInto('workflow_execution')
      .values({
        id,
        workflowId: definition.workflowId,
        versionId: definition.versionId,
        input: JSON.stringify(input),
        idempotencyKey,
        startedById: viewer.userId,
        stepCount: definition.steps.length,
      })
      .onConflict((conflict) => conflict.columns(['tenantId', 'idempotencyKey']).doNothing())
      .returning('id'),
  );
  return row !== undefined;
}

async function executionOfKey(
  tx: TenantTransaction,
  idempotencyKey: string | null,
): Promise<ExecutionRow | undefined> {
  const [row] = await tx.run(
    query
      .selectFrom('workflow_execution')
      .select(EXECUTION_COLUMNS)
      .where('idempotencyKey', '=', idempotencyKey),
  );
  return row;
}

async function begin(
  platform: Platform,
  tx: TenantTransaction,
  { id, definition }: Start & { id: string },
): Promise<ExecutionRow | undefined> {
  const rows = definition.steps.map(({ id: stepId, type }, position) => ({
    executionId: id,
    stepId,
    position,
    type,
  }));
  await tx.run(query.insertInto('workflow_step_run').values(rows));
  const execution = await lockedExecution(tx, id);
  if (execution === null) throw new Error('What was inserted is there.');
  const plan = planOf(definition.steps);
  tx.afterCommit(() =>
    platform.log.info(
      { execution: id, workflow: definition.key, version: definition.version, plan },
      'a workflow execution was started',
    ),
  );
  return advance(platform, tx, { execution, definition });
}

const ExecutionId = z.object({ id: idOf('WorkflowExecution') });

/** Stops an execution before its next step. Steps that run now end, and their outputs are kept. */
export async function cancelExecution(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof ExecutionId>,
) {
  const { id } = parseInput(ExecutionId, input);
  return platform.database.forTenant(viewer).change(['workflow execution', id], async (tx) => {
    const execution = await lockedExecution(tx, id);
    if (execution === null) throw notFound(['id']);
    if (execution.status !== 'QUEUED' && execution.status !== 'RUNNING')
      throw userError('CONFLICT', ['id'], 'The execution has ended already.');
    const waiting = await tx.run(
      query
        .selectFrom('workflow_step_run')
        .select(['stepId', 'runId'])
        .where('executionId', '=', id)
        .where('runId', 'is not', null)
        .where(waits())
        .forUpdate(),
    );
    const jobs = waiting.flatMap(({ stepId, runId }) =>
      runId === null ? [] : jobIdOf({ executionId: id, stepId, runId }),
    );
    await platform.jobs.cancel(tx, RUN_STEP, jobs);
    await tx.run(
      query
        .updateTable('workflow_step_run')
        .set({ status: 'PENDING', runId: null, paused: null })
        .where('executionId', '=', id)
        .where(waits()),
    );
    const definition = await definitionOfVersion(platform, tx, execution.versionId);
    return {
      execution: await advance(platform, tx, {
        execution: { ...execution, status: 'CANCELLED' },
        definition,
      }),
    };
  });
}

/** Steps whose jobs have not begun. */
function waits(): RawBuilder<boolean> {
  return sql<boolean>`(${sql.ref('workflow_step_run.status')} = 'PENDING' or (${sql.ref('workflow_step_run.status')} = 'RUNNING' and ${sql.ref('workflow_step_run.paused')} is not null))`;
}

/**
 * Lets a FAILED execution go on: its failed steps run again, and those behind them; what is done
 * stays done.
 */
export async function resumeExecution(
  platform: Platform,
  viewer: Viewer,
  input: Given<typeof ExecutionId>,
) {
  const { id } = parseInput(ExecutionId, input);
  return platform.database.forTenant(viewer).change(['workflow execution', id], async (tx) => {
    const execution = await lockedExecution(tx, id);
    if (execution === null) throw notFound(['id']);
    if (execution.status !== 'FAILED')
      throw userError('CONFLICT', ['id'], 'Only an execution that FAILED can be resumed.');
    await takeOutOfFigures(tx, id);
    const again = await tx.run(
      query
        .updateTable('workflow_step_run')
        .set({
          status: 'PENDING',
          earlierAttempts: sql<number>`${sql.ref('attempts')}`,
          failures: 0,
          blocked: false,
          errorMessage: null,
          startedAt: null,
          finishedAt: null,
        })
        .where('executionId', '=', id)
        .where((eb) => eb.or([eb('status', '=', 'FAILED'), eb('blocked', '=', true)]))
        .returning('stepId'),
    );
    await takeSteps(platform, viewer, again.length);
    await tx.run(
      query
        .updateTable('workflow_execution')
        .set({ status: 'RUNNING', finishedAt: null, errorMessage: null })
        .where('id', '=', id),
    );
    const definition = await definitionOfVersion(platform, tx, execution.versionId);
    return {
      execution: await advance(platform, tx, {
        execution: { ...execution, status: 'RUNNING' },
        definition,
      }),
    };
  });
}

export interface ExecutionListArguments extends PageArguments {
  filter?: { workflowKey?: string | null; status?: WorkflowExecutionStatus[] | null } | null;
  /** The only columns that the caller will look at, `id` and `createdAt` among them. */
  columns: readonly ExecutionColumn[];
}

/** A page of the tenant's executions, newest first. */
export async function listExecutions(
  platform: Platform,
  viewer: Viewer,
  args: ExecutionListArguments,
) {
  const page = parsePage(args, NEWEST_FIRST);
  const { status, workflowKey } = args.filter ?? {};
  const key =
    workflowKey == null
      ? null
      : parseArgument(text(NAME_LENGTH), 'filter.workflowKey', workflowKey);
  const database = platform.database.forTenant(viewer);
  const ofWorkflow = query.selectFrom('workflow_execution').$if(key !== null, (executions) =>
    executions.where(
      'workflow_execution.workflowId',
      '=',
      query
        .selectFrom('workflow')
        .select('workflow.id')
        .where('workflow.key', '=', key ?? ''),
    ),
  );
  const several = status != null && status.length > 1;
  const matching =
    status == null
      ? ofWorkflow
      : ofWorkflow.where(
          several ? anyOfStatuses(status) : oneOf('workflow_execution.status', status),
        );
  const pageOf = (executions: typeof ofWorkflow) =>
    applyPage(executions.select(args.columns), 'workflow_execution', page).$castTo<ExecutionRow>();
  const rows = await database.run(
    several ? pageOfStatuses(status, { ofWorkflow, pageOf, page }) : pageOf(matching),
  );
  return { ...toPage(rows, page), count: () => countRows(database, matching) };
}

/** As values of the enum itself, which an index has. */
function anyOfStatuses(statuses: readonly WorkflowExecutionStatus[]): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref('workflow_execution.status')} = any(${statuses}::text[]::"WorkflowExecutionStatus"[])`;
}

/**
 * The pages of each status, each from its index, and the page of these: one index has no order over
 * several statuses.
 */
function pageOfStatuses<
  Executions extends SelectQueryBuilder<TenantTables, 'workflow_execution', object>,
>(
  statuses: readonly WorkflowExecutionStatus[],
  {
    ofWorkflow,
    pageOf,
    page,
  }: {
    ofWorkflow: Executions;
    pageOf: (
      executions: Executions,
    ) => SelectQueryBuilder<TenantTables, 'workflow_execution', ExecutionRow>;
    page: PageRequest;
  },
) {
  const wanted = sql<{
    status: WorkflowExecutionStatus;
  }>`unnest(${[...new Set(statuses)]}::text[]::"WorkflowExecutionStatus"[])`;
  const ofStatus = pageOf(
    ofWorkflow.where(
      sql<boolean>`${sql.ref('workflow_execution.status')} = ${sql.ref('wanted.status')}`,
    ) as Executions,
  );
  const found = query
    .selectFrom(wanted.as<'wanted'>(sql`wanted("status")`))
    .innerJoinLateral(ofStatus.as('found'), (join) => join.onTrue())
    .selectAll('found');
  return applyPage(found, 'found', page).$castTo<ExecutionRow>();
}
