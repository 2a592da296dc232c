/** How often workflows may be started. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/live.ts';
import { NO_REDIS, startRedis } from '../support/redis.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { noop, saved, start } from './operations.ts';

let server: TestServer;
let user: TestUser;

beforeAll(async () => {
  server = await startTestServer({
    worker: false,
    settings: {
      WORKFLOW_RATE_LIMIT_POINTS: '3',
      WORKFLOW_RATE_LIMIT_WINDOW_SECONDS: '3600',
      WORKFLOW_TENANT_RATE_LIMIT_POINTS: '12',
    },
  });
  user = server.north.owner;
});
afterAll(() => server.stop());

async function attempt(by: TestUser, input: object): Promise<'started' | 'limited'> {
  const askedAt = Date.now();
  const { data, errors } = await start(by, input);
  if (data?.startWorkflow.execution) return 'started';
  const [error] = errors ?? [];
  expect(error?.extensions).toEqual({
    code: 'RATE_LIMITED',
    resetAt: expect.stringMatching(/^\d{4}-.*Z$/),
    remaining: 0,
  });
  const { resetAt } = (error?.extensions ?? {}) as any;
  expect(Date.parse(resetAt)).toBeGreaterThan(askedAt);
  return 'limited';
}

const attempts = async (by: TestUser, input: object, count: number) => {
  const answers: string[] = [];
  for (let index = 0; index < count; index += 1) answers.push(await attempt(by, input));
  return answers;
};

describe('starts', () => {
  test('beyond the limit of a user and a workflow are refused, and nothing of them is left; others may', async () => {
    const [key, other] = [
      await saved(user, 'limited', [noop('a')]),
      await saved(user, 'another', [noop('a')]),
    ];
    expect(await attempts(user, { key }, 5)).toEqual([
      'started',
      'started',
      'started',
      'limited',
      'limited',
    ]);
    expect(await attempts(user, { key: other }, 1)).toEqual(['started']);
    expect(await attempts(server.north.member, { key }, 1)).toEqual(['started']);
    const { data } = await user.run(
      '{ workflowExecutions(filter: { workflowKey: "limited" }) { totalCount } }',
    );
    expect(data.workflowExecutions.totalCount).toBe(4);
    const { rows } = await server.app.platform.database.pool.query(
      "select count(*)::int as jobs from pgboss.job where name = 'workflow-steps'",
    );
    expect(rows[0].jobs).toBe(5);
  });

  test('with an idempotency key that was used before do not count', async () => {
    const key = await saved(user, 'repeated', [noop('a')]);
    expect(await attempts(user, { key, idempotencyKey: 'a' }, 6)).toEqual(Array(6).fill('started'));
    expect(await attempts(user, { key, idempotencyKey: 'b' }, 2)).toEqual(['started', 'started']);
    expect(await attempts(user, { key, idempotencyKey: 'c' }, 2)).toEqual(
      ['started', 'limited'].slice(0, 1).concat('started'),
    );
    expect(await attempts(user, { key, idempotencyKey: 'd' }, 1)).toEqual(['limited']);
    expect(await attempts(user, { key, idempotencyKey: 'a' }, 1)).toEqual(['started']);
  });

  test('that are refused for another reason do not count', async () => {
    const key = await saved(server.south.owner, 'counted', [noop('a')]);
    for (let index = 0; index < 5; index += 1)
      expect(
        (await start(server.south.owner, { key, input: [] })).data.startWorkflow.userErrors,
      ).toHaveLength(1);
    expect(await attempts(server.south.owner, { key }, 3)).toEqual([
      'started',
      'started',
      'started',
    ]);
  });

  test('have the limit of their workflow where it has one, and go on when its window ends', async () => {
    const key = await saved(server.south.owner, 'own', [noop('a')], {
      rateLimit: { points: 1, windowSeconds: 1 },
    });
    // A busy machine may take longer than a window for two of them.
    await eventually('one is refused', async () => {
      const answers = await attempts(server.south.owner, { key }, 2);
      return answers.includes('limited');
    });
    await eventually(
      'one is let in again',
      async () => (await attempt(server.south.owner, { key })) === 'started',
    );
  });

  test('of a tenant have a limit too, and what it refuses does not count for the user', async () => {
    const keys = await Promise.all(
      ['t1', 't2', 't3', 't4'].map((key) => saved(user, key, [noop('a')])),
    );
    const rejected = async (): Promise<Record<string, number>> => {
      const { data } = await user.run('{ system { rateLimits { name rejected } } }');
      return Object.fromEntries(
        data.system.rateLimits.map((limit: any) => [limit.name, limit.rejected]),
      );
    };
    const before = await rejected();
    const answers: string[] = [];
    for (const key of keys) answers.push(...(await attempts(user, { key }, 2)));
    // The tenant had 3 + 1 + 1 of the first test and 3 or more of the second.
    expect(answers.filter((answer) => answer === 'limited').length).toBeGreaterThan(0);
    expect(answers.slice(answers.indexOf('limited'))).toEqual(
      Array(answers.length - answers.indexOf('limited')).fill('limited'),
    );
    const after = await rejected();
    expect((after['workflow-tenant'] ?? 0) - (before['workflow-tenant'] ?? 0)).toBe(
      answers.filter((answer) => answer === 'limited').length,
    );
    expect(after['workflow-user']).toBe(before['workflow-user']);
    expect(after['workflow-user']).toBeGreaterThan(0);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/sheaf_rate_limit_total\{name="workflow-user",result="rejected"\} \d+/);
  });
});

test('processes count together by Redis, and each for itself while it is away', async ({
  skip,
}) => {
  if (NO_REDIS) skip(NO_REDIS);

  const redis = await startRedis();
  const settings = { REDIS_URL: redis.url, WORKFLOW_RATE_LIMIT_POINTS: '3' };
  const one = await startTestServer({ worker: false, settings });
  const other = await startTestServer({ shareWith: one, worker: false, settings });
  const key = await saved(one.north.owner, 'together', [noop('a')]);
  expect([
    ...(await attempts(one.north.owner, { key }, 2)),
    ...(await attempts(other.north.owner, { key }, 2)),
  ]).toEqual(['started', 'started', 'started', 'limited']);
  await redis.kill();
  expect(await attempts(other.north.owner, { key }, 4)).toEqual([
    'started',
    'started',
    'started',
    'limited',
  ]);
  await other.stop();
  await one.stop();
});

test('there are no limits where they are switched off', async () => {
  const free = await startTestServer({
    worker: false,
    settings: { WORKFLOW_RATE_LIMIT_ENABLED: 'false', WORKFLOW_RATE_LIMIT_POINTS: '1' },
  });
  const key = await saved(free.north.owner, 'free', [noop('a')]);
  expect(await attempts(free.north.owner, { key }, 3)).toEqual(['started', 'started', 'started']);
  await free.stop();
});
