/** Cancelling in the middle of a step: the call ends, and nothing of the execution moves again. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../support/live.ts';
import { type ServerProcess, startProcess } from '../support/process.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { type FakeServer, json, startFakeServer } from './fake-server.ts';
import {
  change,
  ended,
  execution,
  noop,
  saved,
  started,
  statusesOf,
  stepsOf,
} from './operations.ts';

const SETTINGS = {
  WORKFLOW_RATE_LIMIT_ENABLED: 'false',
  WORKFLOW_RETRY_DELAY_MS: '1',
  WORKFLOW_HTTP_ALLOW_PRIVATE: 'true',
  WORKFLOW_HTTP_ALLOWED_HOSTS: '127.0.0.1',
};

let outside: FakeServer;
let server: TestServer;
/** An API alone, and its worker, which share no notices. */
let api: TestServer;
let worker: ServerProcess;
/** Requests that the outside system has not answered. */
let held: ServerResponse[];

beforeAll(async () => {
  outside = await startFakeServer();
  server = await startTestServer({ settings: SETTINGS });
  api = await startTestServer({ worker: false, settings: SETTINGS });
  worker = await startProcess(api.databaseUrl, SETTINGS, 'worker');
});
afterAll(async () => {
  await worker.end('SIGKILL');
  await api.stop();
  await server.stop();
  await outside.stop();
});
beforeEach(() => {
  held = [];
  outside.answer = (_request, response) => void held.push(response);
});

async function cancel(user: TestUser, id: string) {
  const { data, errors } = await change(user, 'cancelWorkflowExecution', id);
  expect(errors).toBeUndefined();
  expect(data.cancelWorkflowExecution).toMatchObject({
    userErrors: [],
    execution: { status: 'CANCELLED' },
  });
}

test.each(['by the same process', 'by another process'])(
  'a call is aborted, open steps are CANCELLED, and the last state is final: %s',
  async (by) => {
    const user = (by === 'by another process' ? api : server).north.owner;
    const key = await saved(user, 'cancelled', [
      noop('done'),
      { id: 'call', type: 'HTTP_REQUEST', dependsOn: ['done'], input: { url: outside.url } },
      noop('long', ['done'], { input: { seconds: 3_600 } }),
      noop('behind', ['call', 'long']),
    ]);
    // Without a cancellation a call ends at its time limit.
    const earlier = await started(user, key);
    await eventually('the earlier call is made', () => held.length === 1);
    const id = await started(user, key);
    await eventually('the call is made, and the wait waits', async () => {
      const statuses = statusesOf(await execution(user, id));
      return held.length === 2 && statuses['long'] === 'RUNNING';
    });
    const [other, response] = held as [ServerResponse, ServerResponse];
    const aborted = once(response, 'close');
    await cancel(user, id);
    const last = await execution(user, id);
    expect(last).toMatchObject({
      status: 'CANCELLED',
      progress: 25,
      finishedAt: expect.any(String),
    });
    expect(statusesOf(last)).toEqual({
      done: 'COMPLETED',
      call: 'CANCELLED',
      long: 'CANCELLED',
      behind: 'CANCELLED',
    });
    await aborted;
    expect(other.closed).toBe(false);
    await cancel(user, earlier);
    // The worker goes on with other executions, and has written nothing of this one.
    outside.answer = (_request, answered) => json(answered, {});
    const next = await saved(user, 'other', [
      { id: 'call', type: 'HTTP_REQUEST', input: { url: outside.url } },
    ]);
    expect((await ended(user, await started(user, next))).status).toBe('COMPLETED');
    expect(await execution(user, id)).toEqual(last);
  },
);

test('an answer that comes at the moment of cancelling is kept or dropped as a whole', async () => {
  const user = server.north.owner;
  const key = await saved(user, 'racing', [
    { id: 'call', type: 'HTTP_REQUEST', input: { url: outside.url } },
    noop('behind', ['call']),
  ]);
  for (let round = 0; round < 10; round += 1) {
    held = [];
    const id = await started(user, key);
    await eventually('the call is made', () => held.length === 1);
    json(held[0] as ServerResponse, {});
    await change(user, 'cancelWorkflowExecution', id);
    const state = await ended(user, id);
    const { call, behind } = stepsOf(state) as Record<'call' | 'behind', any>;
    const done = [call, behind].filter(({ status }) => status === 'COMPLETED').length;
    expect(state.progress).toBe(50 * done);
    for (const { status, output } of [call, behind])
      expect([status, output !== null]).toEqual(
        status === 'COMPLETED' ? ['COMPLETED', true] : ['CANCELLED', false],
      );
  }
});
