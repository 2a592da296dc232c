/**
 * Keeps workflow_figure. No step and no execution waits for a row of figures: one that has ended is
 * looked at by the analytics until this puts it in, many at once, and one that is resumed is taken
 * out again, each in a transaction with its mark.
 */
import { sql } from 'kysely';
import { prepare, type TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, TENANT } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';

/** With ten steps each 2,000 take about half a second, for which a resume of the tenant waits. */
const EXECUTIONS_AT_ONCE = 2_000;

const count = prepare((p: { max: number }) =>
  query.selectNoFrom(
    sql<number>`"countWorkflows"(${TENANT}::uuid, ${p.max}::integer)`.as('counted'),
  ),
);
const uncount = prepare((p: { id: string }) =>
  query.selectNoFrom(sql`"uncountWorkflow"(${TENANT}::uuid, ${p.id}::uuid)`.as('done')),
);

/** Puts the executions that have ended into the figures, those of all tenants. */
export async function countEndedExecutions(platform: Platform, signal: AbortSignal): Promise<void> {
  // The query builder would give the condition as a parameter, which no partial index is used for.
  const tenants = await platform.database.prisma.$queryRaw<{ tenantId: string }[]>`
    select "tenantId" from workflow_execution where not counted and "finishedAt" is not null group by "tenantId"`;
  for (const { tenantId } of tenants) {
    const database = platform.database.forTenant({ tenantId });
    for (let counted = EXECUTIONS_AT_ONCE; counted === EXECUTIONS_AT_ONCE && !signal.aborted; ) {
      counted = (await database.runPrepared(count, { max: EXECUTIONS_AT_ONCE }))[0]?.counted ?? 0;
    }
  }
}

/** Takes an execution that the transaction holds out of the figures, where it is in them. */
export async function takeOutOfFigures(tx: TenantTransaction, id: string): Promise<void> {
  await tx.runPrepared(uncount, { id });
}
