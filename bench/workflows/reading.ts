/**
 * Every query of workflows and maintenance, by one client, with many executions stored; only the
 * definitions are cached.
 */
import type { DemoBench } from '../demo.ts';
import { chainOf, saveWorkflow } from '../mutations.ts';
import type { Session } from '../servers/sheaf.ts';
import { percentile } from '../statistics.ts';
import { msOf } from '../timing.ts';
import { queriesOf } from './queries.ts';
import { storeExecutions, WORKFLOWS } from './stored.ts';

export interface ReadingFindings {
  /** How many are stored. */
  executions: number;
  /** How long adding them all up in the kept figures took. */
  countingSeconds: number;
  times: { name: string; p95Ms: number }[];
}

const WARM_UPS = 8;
/** The worker's number too. */
const COUNTED_AT_ONCE = 2_000;

export async function measureReading(bench: DemoBench, api: Session): Promise<ReadingFindings> {
  for (const key of WORKFLOWS) await saveWorkflow(api, { key, steps: chainOf(10) });
  const executions = bench.quick ? 10_000 : 100_000;
  await storeExecutions(bench, executions);
  const countingMs = await msOf(() => countAll(bench));
  await bench.client.query(
    'vacuum (analyze) workflow_execution, workflow_step_run, workflow_figure',
  );
  const times: ReadingFindings['times'] = [];
  const rounds = bench.quick ? 10 : 40;
  for (const [name, query] of Object.entries(await queriesOf(bench, api))) {
    const taken: number[] = [];
    for (let round = 0; round < WARM_UPS + rounds; round += 1)
      taken.push(await msOf(() => api.run(query)));
    times.push({ name, p95Ms: percentile(taken.slice(WARM_UPS), 0.95) });
  }
  return { executions, countingSeconds: countingMs / 1_000, times };
}

/** Adds up all executions in the kept figures, as the worker does. */
async function countAll({ client, tenantId }: DemoBench): Promise<void> {
  for (let counted = COUNTED_AT_ONCE; counted === COUNTED_AT_ONCE; ) {
    const { rows } = await client.query<{ counted: number }>(
      'select "countWorkflows"($1, $2) as counted',
      [tenantId, COUNTED_AT_ONCE],
    );
    counted = rows[0]?.counted ?? 0;
  }
}
