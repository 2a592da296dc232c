/** Executions that the measurements wait for. */
import type { DemoBench } from '../demo.ts';
import { until } from '../timing.ts';

/** Resolves when all of them are COMPLETED; throws when one ended otherwise. */
export async function untilCompleted({ client }: DemoBench, ids: readonly string[]): Promise<void> {
  const areCompleted = async () => {
    const { rows } = await client.query<{ status: string; count: number }>(
      `select status, count(*)::int as count from workflow_execution
       where id = any($1::uuid[]) group by status`,
      [ids],
    );
    const bad = rows.find(({ status }) => status === 'FAILED' || status === 'CANCELLED');
    if (bad)
      throw new Error(`Expected COMPLETED executions, found ${bad.count} that are ${bad.status}`);
    return rows.length === 1 && rows[0]?.status === 'COMPLETED' && rows[0].count === ids.length;
  };
  await until(areCompleted, 20);
}

/** The milliseconds from its creation to its end. */
export async function durationOf({ client }: DemoBench, id: string): Promise<number> {
  const { rows } = await client.query<{ ms: number }>(
    `select (date_part('epoch', "finishedAt" - "createdAt") * 1000)::float8 as ms
     from workflow_execution where id = $1`,
    [id],
  );
  return rows[0]?.ms ?? Number.NaN;
}
