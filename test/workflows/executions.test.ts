/** How executions run: order, parallelism, outputs, conditions, waiting, cancelling. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { noop, run, saved, statusesOf, stepsOf } from './operations.ts';

let server: TestServer;
let user: TestUser;

beforeAll(async () => {
  server = await startTestServer({ settings: { WORKFLOW_RATE_LIMIT_ENABLED: 'false' } });
  user = server.north.owner;
});
afterAll(() => server.stop());

describe('an execution', () => {
  test('runs each step after those it depends on, and completes', async () => {
    const key = await saved(user, 'diamond', [noop('a'), noop('b', ['a']), noop('c', ['a']), noop('d', ['b', 'c'])]);
    const state = await run(user, key);
    expect(state).toMatchObject({ status: 'COMPLETED', progress: 100, errorMessage: null, output: { d: { until: expect.any(String) } } });
    const steps = stepsOf(state);
    for (const step of Object.values(steps)) expect(step).toMatchObject({ status: 'COMPLETED', attempts: 1 });
    expect(steps['a'].finishedAt <= steps['b'].startedAt && steps['c'].finishedAt <= steps['d'].startedAt).toBe(true);
  });
});
