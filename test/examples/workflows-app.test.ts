/**
 * The example app in headless Chromium against a whole server: workflows as they are started,
 * watched, stopped and taken up again.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { seedWorkflows } from '../../src/workflows/index.ts';
import {
  type BuiltApp,
  NO_EXAMPLE_APP,
  operationsOf,
  type ServedApp,
  startBrowserWithApp,
} from '../support/example-app.ts';
import { eventually } from '../support/live.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { type FakeServer, json, startFakeServer } from '../workflows/fake-server.ts';
import { asset, CREATE, property, technician } from '../workflows/maintenance.ts';
import {
  change,
  ended,
  execution,
  type GivenStep,
  noop,
  saved,
  started,
  statusesOf,
  stepsOf,
} from '../workflows/operations.ts';

// A browser, a server and PostgreSQL share what a small machine has.

const SETTINGS = {
  // Long enough to be seen between two attempts.
  WORKFLOW_RETRY_DELAY_MS: '5000',
  WORKFLOW_HTTP_ALLOW_PRIVATE: 'true',
  WORKFLOW_HTTP_ALLOWED_HOSTS: '127.0.0.1',
};
const LONG_S = 3_600;

let server: TestServer;
let member: TestUser;
let outside: FakeServer;
let built: BuiltApp;
let app: ServedApp;

beforeAll(async () => {
  if (NO_EXAMPLE_APP) return;
  built = await startBrowserWithApp();
  outside = await startFakeServer();
  server = await startTestServer({ settings: SETTINGS });
  member = server.north.member;
  await server.app.platform.database.forTenant(server.north).transaction(seedWorkflows);
  app = await built.serve(server.url);
});
afterAll(async () => {
  if (NO_EXAMPLE_APP) return;
  await app.stop();
  await server.stop();
  await outside.stop();
  await built.stop();
});
beforeEach(({ skip }) => {
  if (NO_EXAMPLE_APP) skip(NO_EXAMPLE_APP);
  outside.answer = (_request, response) => json(response, {});
});

/** A step that takes until the outside has answered. */
function call(id: string, dependsOn: string[] = [], more: Partial<GivenStep> = {}): GivenStep {
  return { id, type: 'HTTP_REQUEST', dependsOn, input: { url: `${outside.url}/${id}` }, ...more };
}

const pathOf = (id: string) => `/workflows/executions/${encodeURIComponent(id)}`;
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const state = (page: Page, label: string) =>
  page.getByRole('status').getByText(label, { exact: true }).first().waitFor();
const step = (page: Page, id: string) =>
  page
    .getByRole('list', { name: 'Steps', exact: true })
    .getByRole('button', { name: new RegExp(`^${id}\\b`) });
const idOf = (page: Page) =>
  decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');

/** What each step of an execution says of itself. */
async function statesOf(page: Page): Promise<Record<string, string>> {
  return page.evaluate(
    `Object.fromEntries([...document.querySelectorAll('[data-step][data-state]')].map((box) => [box.dataset.step, box.querySelector('.detail').textContent]))`,
  );
}

/** Requests of steps that are answered when the test says so. */
const held = new Map<string, PromiseWithResolvers<void>>();

function gateOf(id: string): PromiseWithResolvers<void> {
  const gate = held.get(id) ?? Promise.withResolvers<void>();
  held.set(id, gate);
  return gate;
}

function holdAll(): void {
  held.clear();
  outside.answer = (request, response) =>
    void gateOf(request.path.slice(1)).promise.then(() => json(response, {}));
}

/**
 * Lets the outside answer the steps of each group once the page shows all of them running; answers
 * each different picture of the graph.
 */
async function watch(
  page: Page,
  groups: readonly (readonly string[])[],
): Promise<Record<string, string>[]> {
  const waiting = [...groups];
  const seen: Record<string, string>[] = [];
  await eventually('the execution ends', async () => {
    const now = await statesOf(page);
    if (Object.keys(now).length > 0 && JSON.stringify(now) !== JSON.stringify(seen.at(-1)))
      seen.push(now);
    if (waiting[0]?.every((id) => now[id] === 'Running'))
      for (const id of waiting.shift() ?? []) gateOf(id).resolve();
    return (
      waiting.length === 0 &&
      (await page.getByRole('status').getByText('Completed', { exact: true }).first().isVisible())
    );
  });
  return [...seen, await statesOf(page)];
}

const LIFE = ['Not begun', 'Running', 'Completed'];

/** Nothing begins before what it depends on is done, and nothing goes back. */
function expectPermittedOrder(
  seen: readonly Record<string, string>[],
  steps: readonly GivenStep[],
): void {
  for (const [index, states] of seen.entries()) {
    for (const { id, dependsOn = [] } of steps) {
      if (states[id] !== 'Not begun')
        for (const dependency of dependsOn)
          expect(states[dependency], `${dependency} before ${id}`).toBe('Completed');
      const before = LIFE.indexOf(seen[index - 1]?.[id] ?? 'Not begun');
      expect(LIFE.indexOf(states[id] ?? ''), id).toBeGreaterThanOrEqual(before);
    }
  }
}

test('a workflow is started from the list; its steps light up in a permitted order, and it ends as completed', async () => {
  const steps = [
    call('first'),
    call('left', ['first']),
    call('right', ['first']),
    call('last', ['left', 'right']),
  ];
  await saved(member, 'diamond', steps);
  holdAll();
  const page = await app.open(member, '/workflows');
  await page.getByRole('link', { name: 'diamond' }).click();
  await button(page, 'Start').click();
  await page.waitForURL(/executions/);
  const seen = await watch(page, [['first'], ['left', 'right'], ['last']]);
  expectPermittedOrder(seen, steps);
  await state(page, 'Completed');
  expect(
    await page.getByRole('progressbar', { name: 'Execution' }).getAttribute('aria-valuenow'),
  ).toBe('100');
  expect(statusesOf(await execution(member, idOf(page)))).toEqual({
    first: 'COMPLETED',
    left: 'COMPLETED',
    right: 'COMPLETED',
    last: 'COMPLETED',
  });
});

test('a step that fails shows its attempt and its error, and after a resume the execution ends as completed', async () => {
  const owner = server.north.owner;
  const propertyId = await property(owner);
  const input = { propertyId, assetId: await asset(owner, propertyId, 'Lifts'), title: 'Stuck' };
  const assign = {
    id: 'assign',
    type: 'ASSIGN_TECHNICIAN',
    dependsOn: ['create'],
    input: { requestId: '{{ steps.create.output.requestId }}' },
  };
  await saved(member, 'no-technician', [
    CREATE,
    assign,
    noop('last', ['assign']),
    noop('beside', ['create']),
  ]);
  const id = await started(member, 'no-technician', input);
  const page = await app.open(member, pathOf(id));
  await state(page, 'Failed');
  expect(await statesOf(page)).toEqual({
    create: 'Completed',
    assign: 'Failed',
    last: 'Skipped',
    beside: 'Completed',
  });
  const panel = page.getByRole('region', { name: 'Step assign' });
  const attempt = (number: string) =>
    panel
      .locator('.facts > div', { hasText: 'Attempt' })
      .getByText(number, { exact: true })
      .waitFor();
  await panel
    .getByText(stepsOf(await execution(member, id))['assign'].errorMessage, { exact: true })
    .waitFor();
  await attempt('1');

  await technician(owner, 'Lena Lift', { skills: ['Lifts'], latitude: 52.5, longitude: 13.4 });
  await button(page, 'Resume').click();
  await state(page, 'Completed');
  await eventually(
    'all steps are completed',
    async () => new Set(Object.values(await statesOf(page))).size === 1,
  );
  expect(await statesOf(page)).toEqual({
    create: 'Completed',
    assign: 'Completed',
    last: 'Completed',
    beside: 'Completed',
  });
  await step(page, 'assign').click();
  await attempt('2');
  await panel.getByText('Output', { exact: true }).click();
  await panel.getByText('technicianId').waitFor();
  expect(await button(page, 'Resume').count()).toBe(0);
});

test('between two attempts a step says that it tries again, with what went wrong', async () => {
  await saved(member, 'flaky', [call('flaky')]);
  const gate = Promise.withResolvers<void>();
  outside.requests.length = 0;
  outside.answer = (_request, response, count) =>
    void gate.promise.then(() => json(response, {}, count === 1 ? 503 : 200));
  const page = await app.open(member, '/workflows/flaky');
  await button(page, 'Start').click();
  await page.waitForURL(/executions/);
  // The workflow's own page has such a step too, and is shown for a moment longer.
  await state(page, 'Running');
  await step(page, 'flaky').click();
  const panel = page.getByRole('region', { name: 'Step flaky' });
  await panel.getByText('Running').waitFor();
  gate.resolve();
  await panel.getByText('Tries again soon').waitFor();
  await panel.getByText(/responded with status 503/).waitFor();
  await state(page, 'Completed');
});

test('an execution is cancelled: what waits is not begun any more', async () => {
  await saved(member, 'long', [
    noop('first'),
    { ...noop('wait', ['first']), input: { seconds: LONG_S } },
    noop('last', ['wait']),
  ]);
  const id = await started(member, 'long');
  const page = await app.open(member, pathOf(id));
  await eventually('it waits', async () => (await statesOf(page))['wait'] === 'Waiting');
  await button(page, 'Cancel').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
  expect((await execution(member, id)).status).toBe('RUNNING');
  await button(page, 'Cancel').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the execution' }).click();
  await state(page, 'Cancelled');
  await eventually('the steps say so', async () => (await statesOf(page))['wait'] === 'Cancelled');
  expect(await statesOf(page)).toEqual({
    first: 'Completed',
    wait: 'Cancelled',
    last: 'Cancelled',
  });
  expect(await button(page, 'Cancel').count()).toBe(0);
});

test('a cancellation that comes too late is explained', async () => {
  await saved(member, 'too-late', [{ ...noop('wait'), input: { seconds: LONG_S } }]);
  const id = await started(member, 'too-late');
  const page = await app.open(member, pathOf(id));
  await button(page, 'Cancel').click();
  await change(server.north.owner, 'cancelWorkflowExecution', id);
  await state(page, 'Cancelled');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the execution' }).click();
  await page.getByRole('alert').getByText('The execution has ended already.').waitFor();
});

test('after a connection that was lost in the middle the graph shows how it ended', async () => {
  holdAll();
  await saved(member, 'interrupted', [call('first'), noop('last', ['first'])]);
  const id = await started(member, 'interrupted');
  const page = await app.open(member, pathOf(id));
  await eventually(
    'the first step runs',
    async () => (await statesOf(page))['first'] === 'Running',
  );
  await page.getByText('Updates live').waitFor();
  app.cut();
  try {
    await page.getByText('Reconnecting…').waitFor();
    gateOf('first').resolve();
    await ended(member, id);
    expect(await statesOf(page)).toEqual({ first: 'Running', last: 'Not begun' });
  } finally {
    app.mend();
  }
  await state(page, 'Completed');
  await page.getByText('Updates live').waitFor();
  expect(await statesOf(page)).toEqual({ first: 'Completed', last: 'Completed' });
});

test('the ready-made maintenance intake is started by its fields, and finds a technician', async () => {
  const owner = server.north.owner;
  const propertyId = await property(owner);
  await asset(owner, propertyId, 'Heating');
  await technician(owner, 'Ann Fitter', { skills: ['Heating'], latitude: 52.5, longitude: 13.4 });
  const page = await app.open(member, '/workflows');
  await page.getByRole('link', { name: 'Maintenance intake' }).click();
  await page.getByLabel('Find a property').fill('mill');
  await page.getByLabel('Property', { exact: true }).selectOption({ value: propertyId });
  await page
    .getByLabel('What is broken')
    .selectOption({ label: 'The one in the cellar (Heating)' });
  await page.getByLabel('Title').fill('No heating');
  await page.getByLabel('Description').fill('Cold since last night');
  await button(page, 'Start').click();
  await page.waitForURL(/executions/);
  await state(page, 'Completed');
  expect((await execution(member, idOf(page))).input).toEqual({
    propertyId,
    assetId: expect.any(String),
    title: 'No heating',
    description: 'Cold since last night',
  });
});

test('input that is no JSON object is explained at its field, and nothing is started', async () => {
  await saved(member, 'with-input', [noop('only', [], { when: 'input.name' })]);
  const page = await app.open(member, '/workflows/with-input');
  const field = page.getByLabel('Input');
  expect(JSON.parse(await field.inputValue())).toEqual({ name: '' });
  await field.fill('{ name }');
  await button(page, 'Start').click();
  await page
    .getByRole('alert')
    .getByText(/^This is no JSON/)
    .waitFor();
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  await field.fill('["Ada"]');
  await button(page, 'Start').click();
  await page
    .getByRole('alert')
    .getByText(/^Expected an object/)
    .waitFor();
  const { data } = await member.run(
    '{ workflowExecutions(filter: { workflowKey: "with-input" }) { totalCount } }',
  );
  expect(data.workflowExecutions.totalCount).toBe(0);
  await field.fill('{ "name": "Ada" }');
  await button(page, 'Start').click();
  await state(page, 'Completed');
});

test('one start too many is refused with the reason', async () => {
  await saved(member, 'limited', [noop('only')], {
    rateLimit: { points: 1, windowSeconds: 3_600 },
  });
  await started(member, 'limited');
  const page = await app.open(member, '/workflows/limited');
  await button(page, 'Start').click();
  await page
    .getByRole('alert')
    .getByText(/^You have started this workflow too often/)
    .waitFor();
});

test('the history has the executions of all workflows, and that of a workflow its own, each list by one document', async () => {
  for (const key of ['listed', 'not-meant']) await saved(member, key, [noop('only')]);
  await ended(member, await started(member, 'not-meant'));
  const id = await started(member, 'listed');
  await ended(member, id);
  const page = await app.open(member, '/workflows');
  const newest = page.getByRole('list', { name: 'Executions' }).getByRole('listitem').first();
  await newest.getByText('listed').waitFor();
  expect(await newest.getByText('Completed').isVisible()).toBe(true);
  const asked = operationsOf(page);
  await page.reload();
  await newest.getByText('listed').waitFor();
  asked.length = 0;
  await page.getByRole('list', { name: 'Workflows' }).getByRole('link', { name: 'listed' }).click();
  await page.getByText('1 execution', { exact: true }).waitFor();
  expect(asked.sort()).toEqual(['ExecutionList', 'WorkflowDetail']);
  await page
    .getByRole('list', { name: 'Executions' })
    .getByRole('link', { name: 'listed' })
    .click();
  await state(page, 'Completed');
  expect(idOf(page)).toBe(id);
});

test('200 steps neither overlap nor widen the page, on a phone either, and the arrow keys lead through them', async () => {
  const steps = Array.from({ length: 200 }, (_, index) =>
    noop(
      `s${index}`,
      index < 5
        ? []
        : [`s${(index * 7) % index}`, `s${index - 5}`].filter(
            (id, at, all) => all.indexOf(id) === at,
          ),
    ),
  );
  await saved(member, 'many', steps);
  const page = await app.open(member, '/workflows/many');
  await page.setViewportSize({ width: 390, height: 844 });
  await step(page, 's199').waitFor();
  const boxes: { left: number; top: number; right: number; bottom: number }[] = await page.evaluate(
    `[...document.querySelectorAll('[data-step]')].map((box) => box.getBoundingClientRect()).map(({ left, top, right, bottom }) => ({ left, top, right, bottom }))`,
  );
  expect(boxes).toHaveLength(200);
  const overlapping = boxes.filter((one, index) =>
    boxes
      .slice(index + 1)
      .some(
        (other) =>
          one.left < other.right &&
          other.left < one.right &&
          one.top < other.bottom &&
          other.top < one.bottom,
      ),
  );
  expect(overlapping).toEqual([]);
  expect(
    await page.evaluate(
      'document.documentElement.scrollWidth <= document.documentElement.clientWidth',
    ),
  ).toBe(true);

  await page.locator('[data-step][tabindex="0"]').focus();
  const chosen = () => page.evaluate('document.activeElement.dataset.step');
  const first = await chosen();
  await page.keyboard.press('ArrowRight');
  const second = await chosen();
  expect(second).not.toBe(first);
  await page.getByRole('region', { name: `Step ${second}` }).waitFor();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowDown');
  expect(await chosen()).not.toBe(second);
  expect(await page.locator('[data-step][tabindex="0"]').count()).toBe(1);
});

test('an address that names no workflow or execution says so', async () => {
  const page = await app.open(member, '/workflows/nothing-like-it');
  await page.getByRole('heading', { name: 'There is no such workflow' }).waitFor();
  await page.goto(`${app.url}/workflows/executions/nonsense`);
  await page.getByRole('heading', { name: 'There is no such execution' }).waitFor();
});

test('who may not see workflows is told so, and not that there is none', async () => {
  await saved(member, 'hidden', [noop('only')]);
  const page = await app.open(server.north.client, '/workflows/hidden');
  await page.getByRole('alert').first().getByText('Your role may not use this field.').waitFor();
  expect(await page.getByRole('heading', { name: /There is no such/ }).count()).toBe(0);
});
