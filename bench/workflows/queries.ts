/**
 * Every query of workflows and maintenance, one client, at many stored executions; nothing of it is
 * cached but the definitions.
 */
import type { DemoBench } from '../demo.ts';
import { median, percentile } from '../report.ts';
import type { Sheaf } from '../sheaf.ts';
import { noop, save } from './setup.ts';
import { storeExecutions, WORKFLOWS } from './stored.ts';

const EXECUTION = 'id status progress version createdAt startedAt finishedAt errorMessage';
const FIGURES = 'executions completed failed cancelled parallel medianSeconds p95Seconds';
const STEPS = `${FIGURES} steps { type runs failed medianSeconds }`;

export interface QueryFindings {
  executions: number;
  /** From the first that is put into the kept figures to the last, seconds. */
  countingSeconds: number;
  times: { name: string; p50Ms: number; p95Ms: number }[];
}

const WARM_UPS = 8;
/** As the worker does. */
const AT_ONCE = 2_000;

export async function measureQueries(bench: DemoBench, api: Sheaf): Promise<QueryFindings> {
  const steps = Array.from({ length: 10 }, (_, index) =>
    noop(`s${index}`, index === 0 ? [] : [`s${index - 1}`]),
  );
  for (const key of WORKFLOWS) await save(api, key, steps);
  const executions = bench.quick ? 10_000 : 100_000;
  await storeExecutions(bench, executions);
  const startedAt = performance.now();
  for (let counted = AT_ONCE; counted === AT_ONCE; ) {
    const { rows } = await bench.client.query<{ counted: number }>(
      'select "countWorkflows"($1, $2) as counted',
      [bench.tenantId, AT_ONCE],
    );
    counted = rows[0]?.counted ?? 0;
  }
  const countingSeconds = (performance.now() - startedAt) / 1_000;
  await bench.client.query(
    'vacuum (analyze) workflow_execution, workflow_step_run, workflow_figure',
  );
  const times: QueryFindings['times'] = [];
  for (const [name, query] of Object.entries(await queriesOf(bench, api))) {
    const taken: number[] = [];
    for (let round = 0; round < WARM_UPS + (bench.quick ? 10 : 40); round += 1) {
      const began = performance.now();
      await api.run(query);
      if (round >= WARM_UPS) taken.push(performance.now() - began);
    }
    times.push({ name, p50Ms: median(taken), p95Ms: percentile(taken, 0.95) });
  }
  return { executions, countingSeconds, times };
}

async function queriesOf(
  { client, tenantId }: DemoBench,
  api: Sheaf,
): Promise<Record<string, string>> {
  const { rows } = await client.query<{ id: string }>(
    `select id from workflow_execution where "tenantId" = $1 and status = 'COMPLETED' order by "createdAt" offset 5000 limit 1`,
    [tenantId],
  );
  const id = Buffer.from(`WorkflowExecution:${rows[0]?.id}`).toString('base64');
  const after = async (filter: string) => {
    const { workflowExecutions } = await api.run<{
      workflowExecutions: { pageInfo: { endCursor: string } };
    }>(`{ workflowExecutions(first: 50${filter}) { pageInfo { endCursor } } }`);
    return JSON.stringify(workflowExecutions.pageInfo.endCursor);
  };
  const page = (given: string, more = '') =>
    `{ workflowExecutions(first: 50${given}) { ${more} nodes { ${EXECUTION} } pageInfo { hasNextPage endCursor } } }`;
  const analytics = (given: string, figures: string) =>
    `{ workflowAnalytics${given} { ${figures} } }`;
  const [key] = WORKFLOWS;
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  return {
    'workflow(key)': `{ workflow(key: "${key}") { id name version steps { id type } plan { groups criticalPath } } }`,
    'workflow(key) with 20 executions and their total': `{ workflow(key: "${key}") { executions(first: 20) { totalCount nodes { ${EXECUTION} } } } }`,
    'workflows, each with 5 executions': `{ workflows(first: 50) { nodes { key version executions(first: 5) { nodes { ${EXECUTION} } } } } }`,
    'workflows, each with the total of its executions':
      '{ workflows(first: 50) { nodes { key executions(first: 1) { totalCount } } } }',
    'one execution with its steps': `{ node(id: "${id}") { ... on WorkflowExecution { ${EXECUTION} input output workflow { key } steps { stepId status output startedAt finishedAt } } } }`,
    '50 executions': page(''),
    '50 executions with their steps': `{ workflowExecutions(first: 50) { nodes { ${EXECUTION} workflow { key } steps { stepId status } startedBy { name } } } }`,
    '50 executions, next page': page(`, after: ${await after('')}`),
    '50 executions and the total': page('', 'totalCount'),
    '50 executions of one status': page(', filter: { status: [FAILED] }'),
    '50 executions of two statuses and the total': page(
      ', filter: { status: [COMPLETED, FAILED] }',
      'totalCount',
    ),
    '50 executions of one workflow and the total': page(
      `, filter: { workflowKey: "${key}" }`,
      'totalCount',
    ),
    '50 executions of one workflow and two statuses': page(
      `, filter: { workflowKey: "${key}", status: [RUNNING, CANCELLED] }`,
    ),
    'analytics of everything': analytics('', FIGURES),
    'analytics of everything with steps': analytics('', STEPS),
    'analytics of one workflow with steps': analytics(`(key: "${key}")`, STEPS),
    'analytics of the last 30 days with steps': analytics(`(from: "${ago(30)}")`, STEPS),
    'analytics of 300 days with steps': analytics(
      `(from: "${ago(333.3)}", to: "${ago(33.3)}")`,
      STEPS,
    ),
    'analytics of a day of one workflow with steps': analytics(
      `(key: "${key}", from: "${ago(11.4)}", to: "${ago(10.4)}")`,
      STEPS,
    ),
    'maintenance requests with asset and technician':
      '{ maintenanceRequests(first: 50) { totalCount nodes { title status priority property { name } asset { name } technician { name } } } }',
    'properties with their assets':
      '{ properties(first: 50, search: "house") { totalCount nodes { name address assets { name category } } } }',
    'technicians of a skill':
      '{ technicians(first: 50, skill: "plumbing") { totalCount nodes { name skills openRequests } } }',
  };
}
