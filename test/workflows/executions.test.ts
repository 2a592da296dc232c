/** How executions run: order, parallelism, outputs, conditions, waiting, cancelling. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeIdOf } from '../../src/platform/global-id.ts';
import { eventually, subscribe } from '../support/live.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { type FakeServer, startFakeServer } from './fake-server.ts';
import {
  change,
  ended,
  execution,
  failing,
  NOBODY,
  noop,
  run,
  save,
  saved,
  start,
  started,
  statusesOf,
  stepsOf,
} from './operations.ts';

let server: TestServer;
let outside: FakeServer;
let user: TestUser;

beforeAll(async () => {
  outside = await startFakeServer();
  server = await startTestServer({
    settings: {
      WORKFLOW_RATE_LIMIT_ENABLED: 'false',
      WORKFLOW_RETRY_DELAY_MS: '1',
      WORKFLOW_HTTP_ALLOW_PRIVATE: 'true',
      WORKFLOW_HTTP_ALLOWED_HOSTS: '127.0.0.1',
    },
  });
  user = server.north.owner;
});
afterAll(async () => {
  await server.stop();
  await outside.stop();
});

describe('an execution', () => {
  test('runs each step after those it depends on, and its output is that of the steps nobody depends on', async () => {
    const key = await saved(user, 'diamond', [
      noop('a'),
      noop('b', ['a']),
      noop('c', ['a']),
      noop('d', ['b', 'c']),
    ]);
    const state = await run(user, key);
    expect(state).toMatchObject({
      status: 'COMPLETED',
      progress: 100,
      errorMessage: null,
      output: { d: { until: expect.any(String) } },
    });
    const steps = stepsOf(state);
    for (const step of Object.values(steps))
      expect(step).toMatchObject({ status: 'COMPLETED', attempts: 1 });
    expect(
      steps['a'].finishedAt <= steps['b'].startedAt &&
        steps['c'].finishedAt <= steps['d'].startedAt,
    ).toBe(true);
  });

  test('is seen live: each version is newer than the one before, and the last one is the end', async () => {
    const key = await saved(user, 'live', [
      noop('a', [], { input: { seconds: 3_600 } }),
      noop('b', ['a']),
    ]);
    const id = await started(user, key);
    const query =
      'subscription ($id: ID!) { workflowExecutionProgress(id: $id) { version status progress steps { stepId status } } }';
    const subscriber = subscribe(server.url, user, { id, query });
    const states = () => subscriber.events.map((event) => event.data.workflowExecutionProgress);
    await eventually('it waits', () => states().at(-1)?.steps[0].status === 'RUNNING');
    // Where it waits without a worker, and is woken before its time.
    await eventually('its wait is over', async () => {
      const { rowCount } = await server.app.platform.database.pool.query(
        "update pgboss.job set start_after = now() where name = 'workflow-steps' and state = 'created'",
      );
      return rowCount;
    });
    await eventually('the end is seen', () => states().at(-1)?.status === 'COMPLETED');
    subscriber.stop();
    const versions = states().map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
    expect(states().at(-1)).toMatchObject({
      progress: 100,
      steps: [{ status: 'COMPLETED' }, { status: 'COMPLETED' }],
    });
    expect(states().some(({ status, progress }) => status === 'RUNNING' && progress < 100)).toBe(
      true,
    );
  });

  test('keeps the version that it started with, while the workflow goes on', async () => {
    const key = await saved(user, 'versioned', [
      noop('a', [], { input: { seconds: 1 } }),
      noop('b', ['a']),
    ]);
    const id = await started(user, key);
    await saved(user, key, [noop('z')]);
    const state = await ended(user, id);
    expect(state.workflow).toEqual({ key, version: 1 });
    expect(statusesOf(state)).toEqual({ a: 'COMPLETED', b: 'COMPLETED' });
    expect((await run(user, key)).workflow.version).toBe(2);
  });
});

describe('a step that fails', () => {
  test('leaves those behind it SKIPPED, lets independent ones finish, and the execution FAILED with its name', async () => {
    const key = await saved(user, 'failing', [
      failing('bad'),
      noop('behind', ['bad']),
      noop('further', ['behind']),
      noop('free'),
      noop('after-free', ['free']),
    ]);
    const state = await run(user, key, NOBODY);
    expect(statusesOf(state)).toEqual({
      bad: 'FAILED',
      behind: 'SKIPPED',
      further: 'SKIPPED',
      free: 'COMPLETED',
      'after-free': 'COMPLETED',
    });
    expect(state).toMatchObject({
      status: 'FAILED',
      progress: 80,
      output: null,
      errorMessage: 'Step "bad": input.userId: No active user has this id.',
    });
  });

  test('for good is tried once', async () => {
    const key = await saved(user, 'once-only', [failing('bad')]);
    expect(stepsOf(await run(user, key, NOBODY))['bad'].attempts).toBe(1);
  });

  test('runs again when the execution is resumed, with those behind it; what is done stays', async () => {
    const key = await saved(user, 'resumed', [
      noop('first'),
      {
        id: 'tell',
        type: 'SEND_NOTIFICATION',
        dependsOn: ['first'],
        input: { userId: '{{ input.user }}', title: 'Hello' },
      },
      noop('last', ['tell']),
    ]);
    const { user: member } = (await server.north.member.run('{ viewer { user { id } } }')).data
      .viewer;
    const setActive = (active: boolean) =>
      user.run(
        'mutation ($input: UpdateUserInput!) { updateUser(input: $input) { user { active } } }',
        { input: { id: member.id, active } },
      );
    await setActive(false);
    const failed = await run(user, key, { user: member.id });
    expect(statusesOf(failed)).toEqual({ first: 'COMPLETED', tell: 'FAILED', last: 'SKIPPED' });
    await setActive(true);
    expect(
      (await change(user, 'resumeWorkflowExecution', failed.id)).data.resumeWorkflowExecution,
    ).toMatchObject({
      userErrors: [],
      execution: { status: 'RUNNING' },
    });
    const state = await ended(user, failed.id);
    expect(state).toMatchObject({ status: 'COMPLETED', progress: 100, errorMessage: null });
    expect(stepsOf(state)['first']).toEqual(stepsOf(failed)['first']);
    expect(stepsOf(state)['tell'].attempts).toBe(2);
    expect(state.version).toBeGreaterThan(failed.version);
  });

  test('can not be resumed where nothing failed, nor where nothing is', async () => {
    const key = await saved(user, 'running', [noop('a', [], { input: { seconds: 1 } })]);
    const id = await started(user, key);
    const conflict = [{ code: 'CONFLICT', field: ['id'], message: expect.any(String) }];
    expect(
      (await change(user, 'resumeWorkflowExecution', id)).data.resumeWorkflowExecution,
    ).toEqual({ execution: null, userErrors: conflict });
    await ended(user, id);
    expect(
      (await change(user, 'resumeWorkflowExecution', id)).data.resumeWorkflowExecution.userErrors,
    ).toEqual(conflict);
    expect(
      (await change(server.south.owner, 'resumeWorkflowExecution', id)).data.resumeWorkflowExecution
        .userErrors[0].code,
    ).toBe('NOT_FOUND');
  });
});

describe('a condition', () => {
  test('that is false skips the step, and its dependents go on', async () => {
    const key = await saved(user, 'conditional', [
      noop('a', [], { when: 'input.size > 10' }),
      noop('b', ['a'], { when: 'steps.a.output.until' }),
      noop('c', ['b'], { when: '{{ input.name contains "x" }}' }),
    ]);
    const state = await run(user, key, { size: 5, name: 'xyz' });
    expect(statusesOf(state)).toEqual({ a: 'SKIPPED', b: 'SKIPPED', c: 'COMPLETED' });
    expect(state).toMatchObject({ status: 'COMPLETED', progress: 100 });
    expect(statusesOf(await run(user, key, { size: 11, name: 'y' }))).toEqual({
      a: 'COMPLETED',
      b: 'COMPLETED',
      c: 'SKIPPED',
    });
  });
});

describe('templates', () => {
  test('keep the type of what is the whole of a text, and become text within one', async () => {
    const key = await saved(user, 'templates', [
      noop('a', [], { input: { seconds: '{{ input.seconds }}' } }),
      {
        id: 'tell',
        type: 'SEND_NOTIFICATION',
        dependsOn: ['a'],
        input: {
          role: 'OWNER',
          title: 'Of {{ input.list[1].name }}: {{input.seconds}}',
          body: '{{ steps.a.output }}',
        },
      },
    ]);
    const state = await run(user, key, { seconds: 0, list: [{}, { name: 'Ada' }] });
    // The body was an object, which is no text.
    expect(statusesOf(state)).toEqual({ a: 'COMPLETED', tell: 'FAILED' });
    expect(stepsOf(state)['tell'].errorMessage).toMatch(/^input\.body: /);
    await saved(user, key, [
      {
        id: 'tell',
        type: 'SEND_NOTIFICATION',
        input: { role: 'OWNER', title: 'Of {{ input.list[1].name }}: {{input.seconds}}' },
      },
    ]);
    await run(user, key, { seconds: 0, list: [{}, { name: 'Ada' }] });
    const { data } = await user.run('{ notifications(first: 1) { nodes { title } } }');
    expect(data.notifications.nodes[0].title).toBe('Of Ada: 0');
  });

  test.each<[string, object, unknown]>([
    ['{{ input.x | default: null }}', {}, null],
    ['{{ input.x | default: null }}', { x: null }, null],
    ['{{ input.x | default: null }}', { x: '' }, null],
    ['{{ input.x | default: null }}', { x: false }, false],
    ['{{ input.x.y | default: 5 }}', { x: 'text' }, 5],
    ['{{input.x|default:"a | b"}}', {}, 'a | b'],
    ["{{ input.x | default: 'it' }}", {}, 'it'],
    ['{{ input.x | default: [1, "a"] }}', {}, [1, 'a']],
    ['{{ input.x | default: true }}', { x: 0 }, 0],
    ['<{{ input.x | default: null }}|{{ input.y | default: 1.5 }}>', {}, '<|1.5>'],
    ['{{ steps.none.output.x | default: "skipped" }}', {}, 'skipped'],
  ])('with a default use it for what is missing: %s of %j', async (template, input, expected) => {
    const key = await saved(user, 'defaults', [
      noop('none', [], { when: 'false' }),
      {
        id: 'call',
        type: 'HTTP_REQUEST',
        dependsOn: ['none'],
        input: { url: outside.url, method: 'POST', body: [template] },
      },
    ]);
    expect((await run(user, key, input)).status).toBe('COMPLETED');
    expect(JSON.parse(outside.requests.at(-1)?.body ?? '')).toEqual([expected]);
  });

  test.each([
    '{{ input.x | default }}',
    '{{ input.x | default: }}',
    '{{ input.x | default: none }}',
    '{{ input.x | default: 1 | upcase }}',
    '{{ input.x | upcase }}',
  ])('with another filter or no such value are refused when they are saved: %s', async (title) => {
    const input = { role: 'OWNER', title };
    const { userErrors } = await save(user, 'wrong', [
      { id: 'a', type: 'SEND_NOTIFICATION', input },
    ]);
    expect(userErrors).toEqual([
      { code: 'INVALID', field: ['steps', '0', 'input', 'title'], message: expect.any(String) },
    ]);
  });

  test('that stand for nothing fail the step, naming what is unknown', async () => {
    const key = await saved(user, 'unknown', [
      noop('a', [], { input: { seconds: '{{ input.no.such }}' } }),
    ]);
    expect(stepsOf(await run(user, key))['a']).toMatchObject({
      status: 'FAILED',
      attempts: 1,
      errorMessage: 'There is nothing at input.no.such.',
    });
  });
});

describe('waiting', () => {
  test('takes no place among the steps that run at once', async () => {
    const waits = Array.from({ length: 12 }, (_, index) =>
      noop(`w${index}`, [], { input: { seconds: 1 } }),
    );
    const key = await saved(user, 'waits', waits);
    const state = await run(user, key);
    const begun = state.steps.map((step: any) => Date.parse(step.startedAt));
    const done = state.steps.map((step: any) => Date.parse(step.finishedAt));
    expect(Math.max(...begun)).toBeLessThan(Math.min(...done));
    for (const [index, end] of done.entries())
      expect(end - begun[index]).toBeGreaterThanOrEqual(1_000);
  });
});

describe('cancelling', () => {
  test('stops an execution before its next step, and a wait at once', async () => {
    const key = await saved(user, 'cancelled', [
      noop('a', [], { input: { seconds: 3_600 } }),
      noop('b', ['a']),
    ]);
    const id = await started(user, key);
    const waitingJobs = async () => {
      const { rows } = await server.app.platform.database.pool.query(
        "select from pgboss.job where name = 'workflow-steps' and state = 'created' and data #>> '{payload,executionId}' = $1",
        [decodeIdOf(['WorkflowExecution'], id)],
      );
      return rows.length;
    };
    await eventually(
      'it waits',
      async () =>
        statusesOf(await execution(user, id))['a'] === 'RUNNING' && (await waitingJobs()) === 1,
    );
    expect(
      (await change(user, 'cancelWorkflowExecution', id)).data.cancelWorkflowExecution,
    ).toMatchObject({
      userErrors: [],
      execution: { status: 'CANCELLED' },
    });
    const state = await execution(user, id);
    expect(state).toMatchObject({
      status: 'CANCELLED',
      progress: 0,
      finishedAt: expect.any(String),
    });
    expect(statusesOf(state)).toEqual({ a: 'CANCELLED', b: 'CANCELLED' });
    expect(await waitingJobs()).toBe(0);
  });

  test('is refused for one that has ended', async () => {
    const key = await saved(user, 'done', [noop('a')]);
    const { id } = await run(user, key);
    expect(
      (await change(user, 'cancelWorkflowExecution', id)).data.cancelWorkflowExecution.userErrors,
    ).toEqual([{ code: 'CONFLICT', field: ['id'], message: expect.any(String) }]);
  });
});

describe('starting', () => {
  test.each([
    [{ key: 'no such' }, 'NOT_FOUND', ['key']],
    [{ key: 'diamond', input: 'text' }, 'INVALID', ['input']],
    [{ key: 'diamond', input: [] }, 'INVALID', ['input']],
    [{ key: 'diamond', input: { text: 'a\u0000b' } }, 'INVALID', ['input']],
    [{ key: 'diamond', input: { text: 'x'.repeat(300_000) } }, 'INVALID', ['input']],
    [{ key: 'diamond', idempotencyKey: ' ' }, 'INVALID', ['idempotencyKey']],
  ])('with %j is refused', async (input, code, field) => {
    const { data } = await start(user, input);
    expect(data.startWorkflow).toEqual({
      execution: null,
      userErrors: [{ code, field, message: expect.any(String) }],
    });
  });

  test.each([[{}], [{ input: null }], [{ input: {} }]])(
    'with %j has the input {}',
    async (input) => {
      const { data } = await start(user, { key: 'diamond', ...input });
      expect(data.startWorkflow).toMatchObject({ execution: { input: {} }, userErrors: [] });
    },
  );

  test('with 10 MB is refused before it is read', async () => {
    const answer = await start(user, { key: 'diamond', input: { text: 'x'.repeat(10_000_000) } });
    expect(answer.errors?.[0]?.extensions.code).toBe('PAYLOAD_TOO_LARGE');
  });

  test('nothing that was refused is left behind', async () => {
    const { rows } = await server.app.platform.database.pool.query(
      'select from workflow_execution e where not exists (select from workflow_step_run r where r."executionId" = e.id)',
    );
    expect(rows).toEqual([]);
  });
});

test('saving takes what starting then takes: the newest version, and the other tenant sees none of it', async () => {
  expect((await save(server.south.owner, 'diamond', [noop('x')])).workflow).toMatchObject({
    key: 'diamond',
    version: 1,
    plan: { groups: [['x']], criticalPath: ['x'] },
  });
  expect(Object.keys(statusesOf(await run(server.south.owner, 'diamond')))).toEqual(['x']);
});
