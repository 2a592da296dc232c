/** Definitions: versions, plans, what is refused and why, and the cache of the newest versions. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/live.ts';
import { NO_REDIS, startRedis } from '../support/redis.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { type GivenStep, noop, save, saved } from './operations.ts';

let server: TestServer;
let user: TestUser;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
  user = server.north.owner;
});
afterAll(() => server.stop());

async function plan(steps: GivenStep[]) {
  const { data, errors } = await user.run(
    'query ($steps: [WorkflowStepInput!]!) { workflowPlan(steps: $steps) { plan { groups criticalPath } userErrors { code message field } } }',
    { steps },
  );
  expect(errors).toBeUndefined();
  return data.workflowPlan;
}

const read = (by: TestUser, key: string) =>
  by.run(
    'query ($key: String!) { workflow(key: $key) { id version steps { id } } }',
    { key },
    { 'x-performance': '1' },
  );

describe('saving', () => {
  test('makes versions of a key, one after the other, also at the same moment', async () => {
    const versions = await Promise.all(
      Array.from({ length: 6 }, (_, index) => save(user, 'versions', [noop(`s${index}`)])),
    );
    expect(versions.map(({ workflow }) => workflow.version).sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(versions.map(({ workflow }) => workflow.id)).size).toBe(1);
    const newest = versions.find(({ workflow }) => workflow.version === 6);
    expect((await read(user, 'versions')).data.workflow).toMatchObject({
      version: 6,
      steps: [{ id: newest?.workflow.plan.groups[0][0] }],
    });
  });

  test('keeps what was given, with its defaults', async () => {
    await saved(
      user,
      'whole',
      [
        noop('a'),
        {
          id: 'b',
          type: 'WAIT',
          dependsOn: ['a', 'a'],
          input: { seconds: '{{ input.n }}' },
          when: ' input.n > 1 ',
          parallel: false,
          timeoutSeconds: 5,
        },
      ],
      {
        rateLimit: { points: 3, windowSeconds: 7 },
      },
    );
    const { data } = await user.run(
      '{ workflow(key: "whole") { key name rateLimit { points windowSeconds } steps { id type dependsOn input when parallel timeoutSeconds } plan { groups criticalPath } } }',
    );
    expect(data.workflow).toEqual({
      key: 'whole',
      name: 'whole',
      rateLimit: { points: 3, windowSeconds: 7 },
      steps: [
        {
          id: 'a',
          type: 'WAIT',
          dependsOn: [],
          input: { seconds: 0 },
          when: null,
          parallel: true,
          timeoutSeconds: 60,
        },
        {
          id: 'b',
          type: 'WAIT',
          dependsOn: ['a'],
          input: { seconds: '{{ input.n }}' },
          when: 'input.n > 1',
          parallel: false,
          timeoutSeconds: 5,
        },
      ],
      plan: { groups: [['a'], ['b']], criticalPath: ['a', 'b'] },
    });
  });

  test('without a rate limit has the server’s', async () => {
    await saved(user, 'unlimited', [noop('a')]);
    const { data } = await user.run(
      '{ workflow(key: "unlimited") { rateLimit { points windowSeconds } } }',
    );
    expect(data.workflow.rateLimit).toEqual({ points: 10, windowSeconds: 60 });
  });
});

const many = (count: number) => Array.from({ length: count }, (_, index) => noop(`s${index}`));

describe('steps that can not be', () => {
  test.each<[string, GivenStep[], string, string[], RegExp]>([
    [
      'an id twice',
      [noop('a'), noop('a')],
      'INVALID',
      ['steps', '1', 'id'],
      /Another step has the id "a"/,
    ],
    ['an empty id', [noop('')], 'INVALID', ['steps', '0', 'id'], /letters/],
    ['an id with a dot', [noop('a.b')], 'INVALID', ['steps', '0', 'id'], /letters/],
    [
      'a dependency on nothing',
      [noop('a'), noop('b', ['a', 'c'])],
      'NOT_FOUND',
      ['steps', '1', 'dependsOn', '1'],
      /no step "c"/,
    ],
    [
      'a dependency on itself',
      [noop('a'), noop('b', ['b'])],
      'CYCLE',
      ['steps', '1', 'dependsOn'],
      /"b" depends on itself/,
    ],
    [
      'a cycle',
      [noop('x'), noop('a', ['x', 'c']), noop('b', ['a']), noop('c', ['b'])],
      'CYCLE',
      ['steps', '1', 'dependsOn'],
      /a → c → b → a/,
    ],
    ['1,000 steps', many(1_000), 'INVALID', ['steps'], /at most 200 steps, found 1,000/],
    ['201 steps', many(201), 'INVALID', ['steps'], /at most 200 steps/],
    [
      'a template to a later step',
      [noop('a', [], { input: { seconds: '{{ steps.b.output.x }}' } }), noop('b', ['a'])],
      'INVALID',
      ['steps', '0', 'input', 'seconds'],
      /does not depend on the step "b"/,
    ],
    [
      'a template to a step beside it',
      [noop('a'), noop('b', [], { input: { seconds: '{{ steps.a.output.x }}' } })],
      'INVALID',
      ['steps', '1', 'input', 'seconds'],
      /does not depend/,
    ],
    [
      'a template to nothing',
      [noop('a', [], { input: { seconds: '{{ steps.z.output.x }}' } })],
      'INVALID',
      ['steps', '0', 'input', 'seconds'],
      /There is no step "z"/,
    ],
    [
      'a template that is none',
      [noop('a', [], { input: { seconds: '{{ 1 + 1 }}' } })],
      'INVALID',
      ['steps', '0', 'input', 'seconds'],
      /Expected \{\{ input\.path \}\}/,
    ],
    [
      'a condition that is none',
      [noop('a', [], { when: 'input.x ==' })],
      'INVALID',
      ['steps', '0', 'when'],
      /./,
    ],
    [
      'a condition with tags',
      [noop('a', [], { when: 'true %}{% for i in (1..1000000) %}{% endfor %}{% if true' })],
      'INVALID',
      ['steps', '0', 'when'],
      /condition/,
    ],
    [
      'a condition on a step beside it',
      [noop('a'), noop('b', [], { when: 'steps.a.output.x' })],
      'INVALID',
      ['steps', '1', 'when'],
      /does not depend/,
    ],
    [
      'a condition on what there is not',
      [noop('a', [], { when: 'tenant.name' })],
      'INVALID',
      ['steps', '0', 'when'],
      /found tenant\.name/,
    ],
    [
      'no time',
      [noop('a', [], { timeoutSeconds: 0 })],
      'INVALID',
      ['steps', '0', 'timeoutSeconds'],
      /1 to 3,600/,
    ],
    [
      'an input that is no object',
      [noop('a', [], { input: [1] })],
      'INVALID',
      ['steps', '0', 'input'],
      /object/,
    ],
  ])('are refused by saving and by planning: %s', async (...given) => {
    const [, steps, code, field, message] = given;
    for (const { userErrors, workflow, plan: made } of [
      await save(user, 'refused', steps),
      await plan(steps),
    ]) {
      expect(userErrors[0]).toEqual({ code, field, message: expect.stringMatching(message) });
      expect(workflow ?? made ?? null).toBeNull();
    }
    expect((await read(user, 'refused')).data.workflow).toBeNull();
  });

  test('are 200 at most: as many are planned', async () => {
    const chain = many(200).map((step, index) => ({
      ...step,
      dependsOn: index === 0 ? [] : [`s${index - 1}`],
    }));
    expect((await plan(chain)).plan.criticalPath).toHaveLength(200);
  });
});

describe('inputs that do not fit their step', () => {
  const id = (type: string) =>
    Buffer.from(`${type}:00000000-0000-4000-8000-000000000000`).toString('base64');

  test.each<[GivenStep, string[]]>([
    [{ id: 'a', type: 'WAIT', input: {} }, []],
    [{ id: 'a', type: 'WAIT', input: { seconds: -1 } }, ['seconds']],
    [{ id: 'a', type: 'WAIT', input: { seconds: 1, until: '2027-01-01T00:00:00Z' } }, []],
    [{ id: 'a', type: 'WAIT', input: { until: 'tomorrow' } }, ['until']],
    [{ id: 'a', type: 'WAIT', input: { second: 1 } }, []],
    [{ id: 'a', type: 'SEND_NOTIFICATION', input: { title: 'x' } }, []],
    [{ id: 'a', type: 'SEND_NOTIFICATION', input: { role: 'EVERYBODY', title: 'x' } }, ['role']],
    [{ id: 'a', type: 'SEND_NOTIFICATION', input: { userId: 'x', title: 'x' } }, ['userId']],
    [
      {
        id: 'a',
        type: 'CREATE_MAINTENANCE_REQUEST',
        input: { propertyId: id('Property'), title: ' ' },
      },
      ['title'],
    ],
    [{ id: 'a', type: 'ASSIGN_TECHNICIAN', input: {} }, ['requestId']],
    [{ id: 'a', type: 'ASSIGN_PRIORITY_AI', input: { requestId: 7 } }, ['requestId']],
    [
      { id: 'a', type: 'GENERATE_PACKET', input: { clientId: id('Client'), packetType: 'SLIPS' } },
      ['packetType'],
    ],
    [{ id: 'a', type: 'HTTP_REQUEST', input: { url: 'ftp://x.example' } }, ['url']],
    [{ id: 'a', type: 'HTTP_REQUEST', input: { url: 'https://name:secret@x.example' } }, ['url']],
    [
      {
        id: 'a',
        type: 'HTTP_REQUEST',
        input: { url: 'https://x.example', headers: { Host: 'y.example' } },
      },
      ['headers'],
    ],
    [
      {
        id: 'a',
        type: 'HTTP_REQUEST',
        input: { url: 'https://x.example', headers: { a: 'b\r\nc: d' } },
      },
      ['headers', 'a'],
    ],
    [
      { id: 'a', type: 'HTTP_REQUEST', input: { url: 'https://x.example', method: 'CONNECT' } },
      ['method'],
    ],
  ])('are refused at saving: %j', async (step, path) => {
    const { userErrors } = await save(user, 'misfit', [step]);
    expect(userErrors).toContainEqual({
      code: 'INVALID',
      field: ['steps', '0', 'input', ...path],
      message: expect.any(String),
    });
  });

  test('wait for the execution where a template stands for them', async () => {
    await saved(user, 'later', [
      {
        id: 'a',
        type: 'SEND_NOTIFICATION',
        input: { userId: '{{ input.userId }}', title: '{{ input.title }}' },
      },
      {
        id: 'b',
        type: 'HTTP_REQUEST',
        input: { url: '{{ input.url }}', headers: { x: '{{ input.x }}' } },
      },
      { id: 'c', type: 'WAIT', input: { seconds: '{{ input.seconds }}' } },
    ]);
  });

  test.each([
    [{ key: ' ', name: 'x' }, ['key']],
    [{ key: 'x', name: 'x'.repeat(201) }, ['name']],
    [{ key: 'x', name: 'x', rateLimit: { points: 0, windowSeconds: 60 } }, ['rateLimit', 'points']],
    [
      { key: 'x', name: 'x', rateLimit: { points: 1, windowSeconds: 90_000 } },
      ['rateLimit', 'windowSeconds'],
    ],
    [{ key: 'x', name: 'x', steps: [] }, ['steps']],
    [
      { key: 'x', name: 'x', steps: [noop('a', [], { input: { seconds: 0, until: 'a\u0000' } })] },
      ['steps', '0'],
    ],
  ])('nor are other values that can not be: %j', async (input, field) => {
    const { data } = await user.run(
      'mutation ($input: SaveWorkflowInput!) { saveWorkflow(input: $input) { userErrors { code field } } }',
      {
        input: { steps: [noop('a')], ...input },
      },
    );
    expect(data.saveWorkflow.userErrors[0]).toEqual({ code: 'INVALID', field });
  });
});

describe('the newest version', () => {
  test('is read without a statement once it is known, until another is saved', async () => {
    await saved(user, 'cached', [noop('a')]);
    const statements = async () =>
      (await read(user, 'cached')).extensions?.performance?.sqlStatements;
    expect([await statements(), await statements()]).toEqual([1, 0]);
    await saved(user, 'cached', [noop('b')]);
    expect([await statements(), await statements()]).toEqual([1, 0]);
    expect((await read(user, 'cached')).data.workflow).toMatchObject({
      version: 2,
      steps: [{ id: 'b' }],
    });
  });

  test('is read each time where the cache is off', async () => {
    const uncached = await startTestServer({
      shareWith: server,
      worker: false,
      settings: { WORKFLOW_CACHE_ENABLED: 'false' },
    });
    const statements = async () =>
      (await read(uncached.north.owner, 'cached')).extensions?.performance?.sqlStatements;
    expect([await statements(), await statements()]).toEqual([1, 1]);
    await uncached.stop();
  });

  test('is known in every process at once, and is not trusted while notices may be missed', async ({
    skip,
  }) => {
    if (NO_REDIS) skip(NO_REDIS);

    const redis = await startRedis();
    const settings = { REDIS_URL: redis.url };
    const [one, other] = [
      await startTestServer({ shareWith: server, worker: false, settings }),
      await startTestServer({ shareWith: server, worker: false, settings }),
    ];
    await eventually(
      'both hear each other',
      () => one.app.platform.pubsub.connected && other.app.platform.pubsub.connected,
    );
    const version = async (of: TestServer) =>
      (await read(of.north.owner, 'shared')).data.workflow.version;
    await saved(one.north.owner, 'shared', [noop('a')]);
    expect([await version(one), await version(other)]).toEqual([1, 1]);
    await saved(one.north.owner, 'shared', [noop('a')]);
    await eventually('the other knows', async () => (await version(other)) === 2);
    await redis.kill();
    await eventually('the loss is noticed', () => !other.app.platform.pubsub.connected);
    await saved(one.north.owner, 'shared', [noop('a')]);
    expect(await version(other)).toBe(3);
    await redis.start();
    await eventually(
      'both hear each other again',
      () => one.app.platform.pubsub.connected && other.app.platform.pubsub.connected,
    );
    expect(await version(other)).toBe(3);
    await one.stop();
    await other.stop();
    await redis.kill();
  });
});
