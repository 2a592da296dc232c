/** How many SQL statements workflows cost. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { noop, saved, started } from './operations.ts';

let server: TestServer;
let user: TestUser;

beforeAll(async () => {
  // Without workers, whose statements are none of a request's.
  server = await startTestServer({
    worker: false,
    settings: { WORKFLOW_RATE_LIMIT_ENABLED: 'false' },
  });
  user = server.north.owner;
  for (const key of ['one', 'two', 'three']) {
    await saved(user, key, [noop('a'), noop('b', ['a'])]);
    for (let count = 0; count < 5; count += 1) await started(user, key);
  }
});
afterAll(() => server.stop());

async function statements(query: string, variables: object = {}): Promise<number | undefined> {
  const { errors, extensions } = await user.run(query, variables, { 'x-performance': '1' });
  expect(errors).toBeUndefined();
  return extensions?.performance?.sqlStatements;
}

test('a list of executions costs 1, and 1 more each with steps, with who started them, and with the total', async () => {
  expect(
    await statements('{ workflowExecutions(first: 50) { nodes { id status progress } } }'),
  ).toBe(1);
  expect(
    await statements('{ workflowExecutions(first: 50) { nodes { id steps { status } } } }'),
  ).toBe(2);
  expect(
    await statements(
      '{ workflowExecutions(first: 50) { totalCount nodes { id steps { status } startedBy { name } } } }',
    ),
  ).toBe(4);
});

test('the workflows of executions cost nothing where their versions are known', async () => {
  expect(
    await statements(
      '{ workflowExecutions(first: 50) { nodes { workflow { key steps { id } } } } }',
    ),
  ).toBe(1);
});

test('workflows with their executions cost 2, and 3 with their totals', async () => {
  expect(
    await statements(
      '{ workflows(first: 50) { nodes { key plan { groups } executions(first: 5) { nodes { id } } } } }',
    ),
  ).toBe(2);
  expect(
    await statements(
      '{ workflows(first: 50) { nodes { executions(first: 5) { totalCount nodes { id steps { stepId } } } } } }',
    ),
  ).toBe(4);
});

test('starting costs 8 whatever the number of steps, and planning none', async () => {
  await saved(
    user,
    'long',
    Array.from({ length: 150 }, (_, index) =>
      noop(`s${index}`, index === 0 ? [] : [`s${index - 1}`]),
    ),
  );
  const start =
    'mutation ($input: StartWorkflowInput!) { startWorkflow(input: $input) { execution { id } } }';
  await statements(start, { input: { key: 'long' } });
  expect([
    await statements(start, { input: { key: 'one' } }),
    await statements(start, { input: { key: 'long' } }),
  ]).toEqual([8, 8]);
  expect(
    await statements('{ workflowPlan(steps: [{ id: "a", type: WAIT }]) { plan { groups } } }'),
  ).toBe(0);
});
