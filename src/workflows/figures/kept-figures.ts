/**
 * Keeps workflow_figure, the sums over executions that have ended. No step and no execution waits
 * for a row of figures: a job adds the ended executions, many at a time, and marks them as counted;
 * until then the analytics read their own rows. An execution that is resumed is subtracted again.
 */
import { sql } from 'kysely';
import { anyOf } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, TENANT } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { forEachOf, tenantsWithUncountedExecutions } from '../../tenancy/index.ts';

/** 2,000 executions of ten steps take about half a second, during which a resume has to wait. */
const EXECUTIONS_AT_ONCE = 2_000;

const count = prepare((p: { max: number }) =>
  query.selectNoFrom(
    sql<number>`"countWorkflows"(${TENANT}::uuid, ${p.max}::integer)`.as('counted'),
  ),
);
const uncount = prepare((p: { id: string }) =>
  query.selectNoFrom(sql`"uncountWorkflow"(${TENANT}::uuid, ${p.id}::uuid)`.as('done')),
);

/**
 * Adds the executions of all tenants that have ended to the figures; resolves when all are added or
 * the signal aborts.
 */
export async function countEndedExecutions(platform: Platform, signal: AbortSignal): Promise<void> {
  const tenants = await tenantsWithUncountedExecutions(platform.database);
  await forEachOf(tenants, signal, async (tenant) => {
    const database = platform.database.forTenant(tenant);
    for (let counted = EXECUTIONS_AT_ONCE; counted === EXECUTIONS_AT_ONCE && !signal.aborted; ) {
      counted = (await database.runPrepared(count, { max: EXECUTIONS_AT_ONCE }))[0]?.counted ?? 0;
    }
  });
}

/**
 * Subtracts an execution, which the transaction has locked, from the figures if it was added to
 * them.
 */
export async function takeOutOfFigures(tx: TenantTransaction, id: string): Promise<void> {
  await tx.runPrepared(uncount, { id });
}

/** The level of workflow_figure with the largest blocks of time: the fewest rows for all time. */
const LARGEST_BLOCKS = 3;

/** How many executions workflows have: those in the figures, and those that are not yet. */
export const executionCounts = prepare((p: { ids: string[] }) =>
  query
    .selectFrom((eb) =>
      eb
        .selectFrom('workflow_figure')
        .select(['workflowId', 'runs'])
        .where('workflowId', '=', anyOf(p.ids))
        .where('level', '=', LARGEST_BLOCKS)
        .where('subject', '=', 'EXECUTION')
        .unionAll(
          eb
            .selectFrom('workflow_execution')
            .select(['workflowId', sql<number>`1`.as('runs')])
            .where('workflowId', '=', anyOf(p.ids))
            .where(sql<boolean>`not ${sql.ref('counted')}`),
        )
        .as('part'),
    )
    .select((eb) => ['workflowId', eb.fn.sum<number>('runs').as('count')])
    .groupBy('workflowId'),
);
