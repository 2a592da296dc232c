/**
 * That a user's budget of cost is told, refuses what is over it, and that reading the limits spends
 * none of them.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CostBudget } from '../../src/platform/rate-limits/cost-budget.ts';
import { RateLimits } from '../../src/platform/rate-limits/rate-limits.ts';
import { send } from '../support/http.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { noop, saved, start } from '../workflows/operations.ts';

const BUDGET = 2_000;
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({
    worker: false,
    settings: { API_COST_PER_MINUTE: String(BUDGET), WORKFLOW_RATE_LIMIT_POINTS: '3' },
  });
});
afterAll(() => server.stop());

const LIMITS = '{ viewer { rateLimits { name subject limit remaining resetAt } } }';
const MOMENT = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/);

describe('the budget', () => {
  test('is told on request, goes down by what an operation costs, and by at least 1', async () => {
    const ask = async (query: string) =>
      (await server.north.owner.run(query, {}, { 'x-performance': '1' })).extensions as any;
    await ask('{ __typename }');
    const { cost: first } = await ask('{ __typename }');
    const { cost: second } = await ask('{ __typename }');
    expect(second).toEqual({ requested: 1, remaining: first.remaining - 1, resetAt: MOMENT });
    expect((await server.north.owner.run('{ __typename }')).extensions).toBeUndefined();
  });

  test('refuses what is over it with RATE_LIMITED, 429 where the media type lets the status speak, and others go on', async () => {
    const { member } = server.north;
    const query = '{ workPackages(first: 450) { nodes { id } } }';
    let answer = await send(server.url, { token: member.token, body: { query } });
    for (let sent = 1; sent < 10 && !answer.body.errors; sent += 1)
      answer = await send(server.url, { token: member.token, body: { query } });
    const cost = { requested: expect.any(Number), remaining: expect.any(Number), resetAt: MOMENT };
    expect(answer.body.errors).toEqual([
      {
        message: expect.stringContaining('budget'),
        extensions: { code: 'RATE_LIMITED', cost, resetAt: MOMENT, remaining: expect.any(Number) },
      },
    ]);
    expect(answer.body.extensions.cost).toEqual(cost);
    const speaking = await send(server.url, {
      token: member.token,
      headers: { accept: 'application/graphql-response+json' },
      body: { query },
    });
    expect(speaking.status).toBe(429);
    expect(Number(speaking.headers.get('retry-after'))).toBeGreaterThan(0);
    // A cheap one still fits, and another user has a budget of their own.
    expect((await member.run('{ __typename }')).errors).toBeUndefined();
    expect(
      (await server.south.member.run('{ workPackages(first: 450) { nodes { id } } }')).errors,
    ).toBeUndefined();
  });

  test('counts documents that are refused, so that they do not come for nothing', async () => {
    const { client } = server.south;
    const codes = new Set<string | undefined>();
    for (let index = 0; index < 40; index += 1)
      codes.add(
        (await client.run(`{ viewer { noSuchField${index} ${'role '.repeat(100)} } }`)).errors?.[0]
          ?.extensions.code,
      );
    expect([...codes]).toEqual(['GRAPHQL_VALIDATION_FAILED', 'RATE_LIMITED']);
  });

  test('is one for all processes that share a store, whatever they spend at once', async () => {
    const log = server.app.platform.log;
    const store = new RateLimits(null, log);
    const [one, other] = [new CostBudget(store, 1_000), new CostBudget(store, 1_000)];
    const spendings = await Promise.all(
      Array.from({ length: 400 }, (_, index) => (index % 2 ? one : other).spend('user', 7)),
    );
    const spent = spendings.filter(({ allowed }) => allowed).length * 7;
    expect(spent).toBeLessThanOrEqual(1_000);
    // Each process may hold a hundredth that it can't use.
    expect(spent).toBeGreaterThanOrEqual(1_000 - 2 * 10 - 7);
  });
});

describe('viewer.rateLimits', () => {
  test('tells what is left of each limit, and spends nothing of it', async () => {
    const { owner } = server.south;
    await saved(owner, 'told', [noop('a')]);
    await start(owner, { key: 'told' });
    const read = async () =>
      (await owner.run(LIMITS)).data.viewer.rateLimits as {
        name: string;
        subject: string | null;
        remaining: number;
      }[];
    const of = (
      limits: Awaited<ReturnType<typeof read>>,
      name: string,
      subject: string | null = null,
    ) => limits.find((limit) => limit.name === name && limit.subject === subject);
    const first = await read();
    const again = await read();
    expect(of(again, 'workflow-user', 'told')).toEqual({
      name: 'workflow-user',
      subject: 'told',
      limit: 3,
      remaining: 2,
      resetAt: MOMENT,
    });
    expect(of(again, 'workflow-tenant')).toMatchObject({ limit: 100, remaining: 99 });
    expect(of(again, 'api-cost')).toMatchObject({ limit: BUDGET });
    expect(of(again, 'workflow-user', 'told')?.remaining).toBe(
      of(first, 'workflow-user', 'told')?.remaining,
    );
  });

  test('tells portal clients theirs only', async () => {
    const { data, errors } = await server.north.client.run(LIMITS);
    expect(errors).toBeUndefined();
    expect(data.viewer.rateLimits.map(({ name }: { name: string }) => name)).toEqual(['api-cost']);
  });
});
