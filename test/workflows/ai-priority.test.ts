/**
 * ASSIGN_PRIORITY_AI against an endpoint that is a real HTTP server: what is sent, what is made of
 * each answer, what is cached.
 */
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/live.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { completion, type FakeServer, json, startFakeServer } from './fake-server.ts';
import { CREATE, property, requestOf } from './maintenance.ts';
import { ended, execution, saved, started, stepsOf } from './operations.ts';

let server: TestServer;
let user: TestUser;
let ai: FakeServer;
let propertyId: string;

const settings = (timeoutMs: string) => ({
  WORKFLOW_RATE_LIMIT_ENABLED: 'false',
  AI_API_URL: `${ai.url}/v1`,
  AI_API_KEY: 'the key',
  AI_MODEL: 'the model',
  AI_TIMEOUT_MS: timeoutMs,
});

beforeAll(async () => {
  ai = await startFakeServer();
  server = await startTestServer({ settings: settings('120000') });
  user = server.north.owner;
  propertyId = await ready(user);
});
afterAll(async () => {
  await server.stop();
  await ai.stop();
});
beforeEach(() => {
  ai.requests.length = 0;
  ai.answer = (_request, response) =>
    json(response, completion({ priority: 'HIGH', reason: 'Water drips.' }));
});

/** Saves the workflow, and returns the property that its requests are for. */
async function ready(of: TestUser): Promise<string> {
  const input = { requestId: '{{ steps.create.output.requestId }}' };
  await saved(of, 'ai', [
    CREATE,
    { id: 'priority', type: 'ASSIGN_PRIORITY_AI', dependsOn: ['create'], input },
  ]);
  return property(of);
}

/** No other test asks about it. */
const newTitle = () =>
  `The light in the hall is broken, number ${crypto.randomUUID().replaceAll(/\D/g, '')}`;

async function priority(title = newTitle()) {
  return priorityBy(user, await started(user, 'ai', { propertyId, assetId: null, title }));
}

async function priorityBy(of: TestUser, executionId: string) {
  const steps = stepsOf(await ended(of, executionId));
  const { priority: stored, priorityReason } = await requestOf(
    of,
    steps['create'].output.requestId,
  );
  expect(steps['priority'].output).toEqual({ priority: stored, reason: priorityReason });
  return { priority: stored, reason: priorityReason };
}

const BY_RULES = {
  priority: 'MEDIUM',
  reason:
    'Nothing in the request is urgent. (By the built-in rules, since the AI gave no usable answer.)',
};

test('the endpoint is asked for JSON of a schema, with the key and the model, and its answer is stored', async () => {
  expect(await priority('A title')).toEqual({ priority: 'HIGH', reason: 'Water drips.' });
  const [request] = ai.requests;
  expect({
    method: request?.method,
    path: request?.path,
    authorization: request?.headers.authorization,
  }).toEqual({
    method: 'POST',
    path: '/v1/chat/completions',
    authorization: 'Bearer the key',
  });
  expect(JSON.parse(request?.body ?? '')).toMatchObject({
    model: 'the model',
    temperature: 0,
    messages: [{ role: 'system' }, { role: 'user', content: expect.stringContaining('A title') }],
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'priority', strict: true, schema: { required: ['priority', 'reason'] } },
    },
  });
});

describe('an answer that is of no use', () => {
  test.each([
    ['no JSON', completion('I would say: high!'), 3],
    ['another shape', completion({ urgency: 'HIGH' }), 3],
    ['a priority that there is not', completion({ priority: 'ASAP', reason: 'x' }), 3],
    ['no choice', { choices: [] }, 3],
    ['a refusal', completion('', { content: null, refusal: 'I must not.' }), 1],
    ['cut off', completion({ priority: 'HIGH', reason: 'x' }, {}, 'length'), 1],
    ['filtered', completion({ priority: 'HIGH', reason: 'x' }, {}, 'content_filter'), 1],
  ])('is made up for by the rules, which the reason says: %s', async (_what, body, requests) => {
    ai.answer = (_request, response) => json(response, body);
    expect(await priority()).toEqual(BY_RULES);
    expect(ai.requests).toHaveLength(requests);
  });

  test.each([
    [401, 1],
    [429, 3],
    [500, 3],
  ])('nor is one with the status %i', async (status, requests) => {
    ai.answer = (_request, response) => json(response, {}, status);
    expect(await priority()).toEqual(BY_RULES);
    expect(ai.requests).toHaveLength(requests);
  });

  test('nor is none, or one that comes too late', async () => {
    ai.answer = (_request, response, count) => void (count === 1 ? response.destroy() : undefined);
    const impatient = await startTestServer({ settings: settings('3000') });
    try {
      const { owner } = impatient.north;
      const input = { propertyId: await ready(owner), assetId: null, title: newTitle() };
      expect(await priorityBy(owner, await started(owner, 'ai', input))).toEqual(BY_RULES);
    } finally {
      await impatient.stop();
    }
    expect(ai.requests).toHaveLength(3);
  });

  test('is followed by another question, whose answer counts', async () => {
    ai.answer = (_request, response, count) =>
      count < 3
        ? json(response, {}, 503)
        : json(response, completion({ priority: 'LOW', reason: 'It can wait.' }));
    expect(await priority()).toEqual({ priority: 'LOW', reason: 'It can wait.' });
  });
});

describe('the same question', () => {
  test('is not asked again', async () => {
    const title = newTitle();
    const first = await priority(title);
    expect(await priority(title)).toEqual(first);
    expect(ai.requests).toHaveLength(1);
    const { data } = await user.run('{ system { caches { name hits } } }');
    expect(
      data.system.caches.find(({ name }: { name: string }) => name === 'ai').hits,
    ).toBeGreaterThan(0);
  });

  test('is asked once where it is asked several times at once', async () => {
    const waiting: ServerResponse[] = [];
    ai.answer = (_request, response) => void waiting.push(response);
    const input = { propertyId, assetId: null, title: newTitle() };
    const ids = await Promise.all(Array.from({ length: 5 }, () => started(user, 'ai', input)));
    for (const id of ids)
      await eventually('the step runs', async () => {
        const steps = stepsOf(await execution(user, id));
        return steps['priority'].status === 'RUNNING';
      });
    const answer = completion({ priority: 'HIGH', reason: 'Once.' });
    ai.answer = (_request, response) => json(response, answer);
    await eventually('the endpoint is asked', () => waiting.length > 0);
    for (const response of waiting) json(response, answer);
    const all = await Promise.all(ids.map((id) => priorityBy(user, id)));
    expect(new Set(all.map(({ reason }) => reason))).toEqual(new Set(['Once.']));
    expect(ai.requests).toHaveLength(1);
  });

  test('is asked again where there was no answer', async () => {
    const title = newTitle();
    ai.answer = (_request, response) => json(response, {}, 401);
    await priority(title);
    ai.answer = (_request, response) =>
      json(response, completion({ priority: 'LOW', reason: 'Now.' }));
    expect(await priority(title)).toEqual({ priority: 'LOW', reason: 'Now.' });
  });
});
