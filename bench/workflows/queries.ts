/** The queries of workflows and maintenance that are measured: a text for each name. */
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import type { DemoBench } from '../demo.ts';
import type { Session } from '../servers/sheaf.ts';
import { WORKFLOWS } from './stored.ts';

const EXECUTION = 'id status progress version createdAt startedAt finishedAt errorMessage';
const FIGURES = 'executions completed failed cancelled parallel medianSeconds p95Seconds';
const WITH_STEPS = `${FIGURES} steps { type runs failed medianSeconds }`;
const [KEY = ''] = WORKFLOWS;

export type Queries = Record<string, string>;

export async function queriesOf(bench: DemoBench, api: Session): Promise<Queries> {
  return {
    ...workflowQueries(),
    'one execution with its steps': oneExecution(await someExecution(bench)),
    ...executionQueries(await firstPageEnd(api)),
    ...analyticsQueries(),
    ...maintenanceQueries(),
  };
}

function workflowQueries(): Queries {
  const workflow = (fields: string) => `{ workflow(key: "${KEY}") { ${fields} } }`;
  const workflows = (fields: string) => `{ workflows(first: 50) { nodes { ${fields} } } }`;
  const five = `executions(first: 5) { nodes { ${EXECUTION} } }`;
  const twenty = `executions(first: 20) { totalCount nodes { ${EXECUTION} } }`;
  return {
    'workflow(key)': workflow('id name version steps { id type } plan { groups criticalPath }'),
    'workflow(key) with 20 executions and their total': workflow(twenty),
    'workflows, each with 5 executions': workflows(`key version ${five}`),
    'workflows, each with the total of its executions': workflows(
      'key executions(first: 1) { totalCount }',
    ),
  };
}

/** The uuid of a COMPLETED execution. */
async function someExecution({ client, tenantId }: DemoBench): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `select id from workflow_execution where "tenantId" = $1 and status = 'COMPLETED'
     order by "createdAt" offset 5000 limit 1`,
    [tenantId],
  );
  return rows[0]?.id ?? '';
}

function oneExecution(uuid: string): string {
  return `{
    node(id: "${encodeGlobalId('WorkflowExecution', uuid)}") {
      ... on WorkflowExecution {
        ${EXECUTION} input output workflow { key }
        steps { stepId status output startedAt finishedAt }
      }
    }
  }`;
}

/** The cursor at which the second page of all executions begins. */
async function firstPageEnd(api: Session): Promise<string> {
  const { workflowExecutions } = await api.run<{
    workflowExecutions: { pageInfo: { endCursor: string } };
  }>('{ workflowExecutions(first: 50) { pageInfo { endCursor } } }');
  return workflowExecutions.pageInfo.endCursor;
}

function executionQueries(endCursor: string): Queries {
  const executions = (given: string, fields: string) =>
    `{ workflowExecutions(first: 50${given}) { ${fields} } }`;
  const page = (given: string, more = '') =>
    executions(given, `${more} nodes { ${EXECUTION} } pageInfo { hasNextPage endCursor }`);
  const filtered = (filter: string, more?: string) => page(`, filter: { ${filter} }`, more);
  const withSteps = `${EXECUTION} workflow { key } steps { stepId status } startedBy { name }`;
  const ofWorkflow = `workflowKey: "${KEY}"`;
  return {
    '50 executions': page(''),
    '50 executions with their steps': executions('', `nodes { ${withSteps} }`),
    '50 executions, next page': page(`, after: ${JSON.stringify(endCursor)}`),
    '50 executions and the total': page('', 'totalCount'),
    '50 executions of one status': filtered('status: [FAILED]'),
    '50 executions of two statuses and the total': filtered(
      'status: [COMPLETED, FAILED]',
      'totalCount',
    ),
    '50 executions of one workflow and the total': filtered(ofWorkflow, 'totalCount'),
    '50 executions of one workflow and two statuses': filtered(
      `${ofWorkflow}, status: [RUNNING, CANCELLED]`,
    ),
  };
}

function analyticsQueries(): Queries {
  const analytics = (given: string, fields = WITH_STEPS) =>
    `{ workflowAnalytics${given} { ${fields} } }`;
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  const between = (from: number, to: number) => `from: "${ago(from)}", to: "${ago(to)}"`;
  const ofOne = `key: "${KEY}"`;
  return {
    'analytics of everything': analytics('', FIGURES),
    'analytics of everything with steps': analytics(''),
    'analytics of one workflow with steps': analytics(`(${ofOne})`),
    'analytics of the last 30 days with steps': analytics(`(from: "${ago(30)}")`),
    'analytics of 300 days with steps': analytics(`(${between(333.3, 33.3)})`),
    'analytics of a day of one workflow with steps': analytics(
      `(${ofOne}, ${between(11.4, 10.4)})`,
    ),
  };
}

function maintenanceQueries(): Queries {
  return {
    'maintenance requests with asset and technician': `{
      maintenanceRequests(first: 50) {
        totalCount
        nodes {
          title status priority property { name } asset { name } technician { name }
        }
      }
    }`,
    'properties with their assets': `{
      properties(first: 50, search: "house") {
        totalCount nodes { name address assets { name category } }
      }
    }`,
    'technicians of a skill':
      '{ technicians(first: 50, skill: "plumbing") { totalCount nodes { name skills openRequests } } }',
  };
}
