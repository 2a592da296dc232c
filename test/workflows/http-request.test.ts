/**
 * HTTP_REQUEST against a real server: what is sent, what is answered, what is refused. And time
 * limits and attempts, which it shows best.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/platform/config.ts';
import { decodeIdOf } from '../../src/platform/global-id.ts';
import { eventually } from '../support/live.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { type FakeServer, json, startFakeServer } from './fake-server.ts';
import {
  change,
  execution,
  type GivenStep,
  noop,
  run,
  saved,
  started,
  statusesOf,
  stepsOf,
} from './operations.ts';

let outside: FakeServer;
let server: TestServer;
/** As it is in production: public addresses only. */
let strict: TestServer;
let user: TestUser;

beforeAll(async () => {
  outside = await startFakeServer();
  const settings = { WORKFLOW_RATE_LIMIT_ENABLED: 'false', WORKFLOW_RETRY_DELAY_MS: '1' };
  server = await startTestServer({
    settings: {
      ...settings,
      WORKFLOW_HTTP_ALLOW_PRIVATE: 'true',
      WORKFLOW_HTTP_ALLOWED_HOSTS: '127.0.0.1, *.allowed.example',
    },
  });
  strict = await startTestServer({
    settings: {
      ...settings,
      WORKFLOW_HTTP_ALLOWED_HOSTS: '127.0.0.1, localhost, [::1], *.example',
    },
  });
  user = server.north.owner;
});
afterAll(async () => {
  await server.stop();
  await strict.stop();
  await outside.stop();
});
beforeEach(() => {
  outside.requests.length = 0;
  outside.answer = (_request, response) => json(response, {});
});

async function request(input: object, more: Partial<GivenStep> = {}, by: TestUser = user) {
  const key = await saved(by, crypto.randomUUID(), [
    { id: 'call', type: 'HTTP_REQUEST', input, ...more },
  ]);
  const state = await run(by, key);
  return { ...stepsOf(state)['call'], executionId: state.id };
}

describe('a request', () => {
  test('is sent with its method, headers and body, and answers the status and the parsed body', async () => {
    outside.answer = (_request, response) => json(response, { made: [1, { x: null }] }, 201);
    const step = await request({
      url: `${outside.url}/things?x=1`,
      method: 'POST',
      headers: { 'X-Own': 'value' },
      body: { name: 'Ada' },
    });
    expect(step.output).toEqual({ status: 201, body: { made: [1, { x: null }] } });
    const [sent] = outside.requests;
    expect(sent).toMatchObject({
      method: 'POST',
      path: '/things?x=1',
      body: '{"name":"Ada"}',
      headers: { 'x-own': 'value', 'content-type': 'application/json' },
    });
    const uuid = Buffer.from(step.executionId, 'base64').toString().split(':')[1];
    expect(sent?.headers['idempotency-key']).toBe(`${uuid}/call`);
  });

  test('that is redirected is done: conditions may ask for the status', async () => {
    outside.answer = (_request, response) =>
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end('text');
    expect((await request({ url: outside.url })).output).toEqual({ status: 302, body: 'text' });
    expect(outside.requests).toHaveLength(1);
  });

  test.each([400, 401, 404, 409, 422])(
    'that is refused with %i fails for good, unless the step accepts the status',
    async (status) => {
      outside.answer = (_request, response) => response.writeHead(status).end('text');
      expect(await request({ url: outside.url })).toMatchObject({
        status: 'FAILED',
        attempts: 1,
        output: null,
        errorMessage: expect.stringMatching(
          new RegExp(`responded with status ${status}\\. .*acceptStatuses`),
        ),
      });
      expect(outside.requests).toHaveLength(1);
      const accepting = { url: outside.url, acceptStatuses: [status, 503] };
      expect((await request(accepting)).output).toEqual({ status, body: 'text' });
    },
  );

  test.each([408, 425, 429, 500, 503])(
    'that is answered with %i is sent again, unless the step accepts the status',
    async (status) => {
      outside.answer = (_request, response, count) =>
        json(response, { count }, count < 2 ? status : 200);
      expect(await request({ url: outside.url })).toMatchObject({
        attempts: 2,
        output: { status: 200, body: { count: 2 } },
      });
      outside.requests.length = 0;
      expect((await request({ url: outside.url, acceptStatuses: [status] })).output).toEqual({
        status,
        body: { count: 1 },
      });
    },
  );

  test.each([
    ['7200', 3_600],
    ['90', 90],
    ['a date', 600],
    ['soon', 1],
  ])('whose answer has Retry-After: %s waits, for an hour at most', async (text, seconds) => {
    outside.answer = (_request, response) => {
      const header = text === 'a date' ? new Date(Date.now() + 600_000).toUTCString() : text;
      response.writeHead(429, { 'retry-after': header }).end();
    };
    const key = await saved(user, crypto.randomUUID(), [
      { id: 'call', type: 'HTTP_REQUEST', input: { url: outside.url } },
    ]);
    const id = await started(user, key);
    await eventually('an attempt failed', async () =>
      stepsOf(await execution(user, id))['call'].errorMessage?.endsWith('status 429.'),
    );
    const { rows } = await server.app.platform.database.pool.query(
      `select extract(epoch from start_after - now())::float8 as wait from pgboss.job
       where name = 'workflow-steps' and data #>> '{payload,executionId}' = $1`,
      [decodeIdOf(['WorkflowExecution'], id)],
    );
    const [{ wait }] = rows;
    expect(wait).toBeLessThanOrEqual(Math.max(seconds, 3));
    if (seconds > 1) expect(wait).toBeGreaterThan(seconds - 60);
    await change(user, 'cancelWorkflowExecution', id);
  });

  test('that fails in passing is sent again, with the same idempotency key, up to three times', async () => {
    outside.answer = (_request, response, count) =>
      json(response, { count }, count < 3 ? 503 : 200);
    expect(await request({ url: outside.url })).toMatchObject({
      status: 'COMPLETED',
      attempts: 3,
      output: { status: 200, body: { count: 3 } },
    });
    expect(new Set(outside.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    outside.requests.length = 0;
    outside.answer = (_request, response) => json(response, {}, 500);
    expect(await request({ url: outside.url })).toMatchObject({
      status: 'FAILED',
      attempts: 3,
      errorMessage: expect.stringMatching(/responded with status 500\.$/),
    });
    expect(outside.requests).toHaveLength(3);
  });

  test('ends at the time limit of its step', async () => {
    outside.answer = () => undefined;
    const step = await request({ url: outside.url }, { timeoutSeconds: 1 });
    expect(step).toMatchObject({
      status: 'FAILED',
      attempts: 3,
      errorMessage: expect.stringMatching(/^It took longer than 1 s\.|given up/),
    });
  });

  test('whose answer never ends is given up at 1 MiB', async () => {
    outside.answer = (_request, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(65_536, 'x')), 1);
      response.on('close', () => clearInterval(timer));
    };
    expect(await request({ url: outside.url })).toMatchObject({
      status: 'FAILED',
      attempts: 1,
      errorMessage: 'The response has more than 1,048,576 bytes.',
    });
  });

  test.each<[string, string | Buffer, object]>([
    ['application/json', '{"a":"\\u0000\\ud800"}', { bodyProblem: expect.stringMatching(/NUL/) }],
    ['application/json', '{"a":', { bodyProblem: expect.stringMatching(/not valid JSON/) }],
    ['application/json', '['.repeat(20_000), { bodyProblem: expect.any(String) }],
    ['application/json', '', {}],
    ['application/problem+json', '{"a":1}', { body: { a: 1 } }],
    [
      'application/json',
      '{"id":12345678901234567890,"low":-9007199254740993,"list":[9007199254740991,1.5,1e2,1e999]}',
      {
        body: {
          id: '12345678901234567890',
          low: '-9007199254740993',
          list: [9_007_199_254_740_991, 1.5, 100, '1e999'],
        },
      },
    ],
    ['text/html', '<p>é</p>', {}],
    ['text/plain; charset=iso-8859-1', Buffer.from('caf\xe9', 'latin1'), { body: 'café' }],
    ['image/svg+xml', '<svg/>', {}],
    ['image/png', Buffer.from('89504e470d0a1a0a', 'hex'), base64('image/png')],
    ['application/pdf', '%PDF', base64('application/pdf')],
    ['text/plain', Buffer.from([0xff, 0xfe]), base64('text/plain')],
    ['text/plain', 'a\u0000b', base64('text/plain')],
    ['', Buffer.from([0x80]), base64(null)],
    ['', 'plain', {}],
  ])('that is answered with %s %j keeps it', async (contentType, bytes, expected) => {
    outside.answer = (_request, response) =>
      response.writeHead(200, contentType === '' ? {} : { 'content-type': contentType }).end(bytes);
    const isBinary = 'encoding' in expected;
    const body = isBinary ? Buffer.from(bytes).toString('base64') : bytes;
    expect((await request({ url: outside.url })).output).toEqual({
      status: 200,
      body,
      ...expected,
    });
  });
});

function base64(contentType: string | null) {
  return { encoding: 'base64', contentType };
}

describe('an address', () => {
  test.each([
    'https://other.example/',
    'https://allowed.example/',
    'https://evilallowed.example/',
    'http://2130706434/',
  ])('of a host that is not allowed is refused: %s', async (url) => {
    expect(await request({ url })).toMatchObject({
      status: 'FAILED',
      attempts: 1,
      errorMessage: expect.stringContaining('WORKFLOW_HTTP_ALLOWED_HOSTS'),
    });
  });

  test.each(['https://127.0.0.1/', 'https://localhost/', 'https://[::1]/', 'https://2130706433/'])(
    'that is private is refused: %s',
    async (url) => {
      const step = await request({ url }, {}, strict.north.owner);
      expect(step).toMatchObject({
        status: 'FAILED',
        attempts: 1,
        errorMessage: expect.stringContaining('not a public address'),
      });
    },
  );

  test('without encryption is refused', async () => {
    const step = await request({ url: `${outside.url}/` }, {}, strict.north.owner);
    expect(step).toMatchObject({
      status: 'FAILED',
      attempts: 1,
      errorMessage: 'input.url: Expected an address that begins with https://.',
    });
    expect(outside.requests).toEqual([]);
  });

  test('that is private can not be allowed in production', () => {
    const settings = {
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres://x/y',
      AUTH_SECRET: 'x'.repeat(32),
      WORKFLOW_HTTP_ALLOW_PRIVATE: 'true',
    };
    expect(() => readConfig(settings)).toThrow(
      'WORKFLOW_HTTP_ALLOW_PRIVATE: refused in production',
    );
  });
});

test('steps of one execution run at the same time, and the critical path is all it takes', async () => {
  // B and c are answered once both have asked.
  const both: (() => void)[] = [];
  outside.answer = ({ path }, response) => {
    const answer = () => void setTimeout(() => json(response, {}), 600);
    if (!/[bc]$/.test(path)) return answer();
    both.push(answer);
    if (both.length === 2) for (const each of both) each();
  };
  const call = (id: string, dependsOn: string[]): GivenStep => ({
    id,
    type: 'HTTP_REQUEST',
    dependsOn,
    input: { url: `${outside.url}/${id}` },
  });
  const key = await saved(user, 'parallel', [
    call('a', []),
    call('b', ['a']),
    call('c', ['a']),
    call('d', ['b', 'c']),
  ]);
  const state = await run(user, key);
  const { b, c } = stepsOf(state) as { b: any; c: any };
  expect(statusesOf(state)).toEqual({
    a: 'COMPLETED',
    b: 'COMPLETED',
    c: 'COMPLETED',
    d: 'COMPLETED',
  });
  expect(b.startedAt < c.finishedAt && c.startedAt < b.finishedAt).toBe(true);
  const { data } = await user.run(
    '{ workflowAnalytics(key: "parallel") { executions completed failed parallel medianSeconds p95Seconds steps { type runs failed medianSeconds } } }',
  );
  expect(data.workflowAnalytics).toMatchObject({
    executions: 1,
    completed: 1,
    failed: 0,
    parallel: 1,
    steps: [{ type: 'HTTP_REQUEST', runs: 4, failed: 0 }],
  });
  expect(data.workflowAnalytics.medianSeconds).toBeGreaterThan(1.8);
  expect(data.workflowAnalytics.steps[0].medianSeconds).toBeGreaterThan(0.6);
});

test('analytics are of a range of time, and of one workflow or all', async () => {
  await run(
    user,
    await saved(user, 'analysed', [
      noop('a'),
      { ...noop('b'), type: 'HTTP_REQUEST', input: { url: 'https://other.example' } },
    ]),
  );
  const analytics = async (given: string) =>
    (
      await user.run(
        `{ workflowAnalytics(${given}) { executions failed cancelled parallel medianSeconds steps { type runs failed medianSeconds } } }`,
      )
    ).data.workflowAnalytics;
  expect(await analytics('key: "analysed"')).toEqual({
    executions: 1,
    failed: 1,
    cancelled: 0,
    parallel: expect.any(Number),
    medianSeconds: null,
    steps: [
      { type: 'WAIT', runs: 1, failed: 0, medianSeconds: expect.any(Number) },
      { type: 'HTTP_REQUEST', runs: 1, failed: 1, medianSeconds: null },
    ],
  });
  expect(await analytics('key: "analysed", to: "2026-01-01T00:00:00Z"')).toMatchObject({
    executions: 0,
    steps: [],
  });
  expect(await analytics('key: "no such"')).toMatchObject({ executions: 0 });
  expect((await analytics('from: "2026-01-01T00:00:00Z"')).executions).toBeGreaterThan(1);
  expect(
    (await user.run('{ workflowAnalytics(from: "x") { executions } }')).errors?.[0]?.extensions
      .code,
  ).toBe('BAD_USER_INPUT');
});
