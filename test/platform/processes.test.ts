/** What operators see of the processes of an installation, and nobody else. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { eventually } from '../support/live.ts';
import { NO_REDIS, startRedis, type TestRedis } from '../support/redis.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { noop, run, saved } from '../workflows/operations.ts';

const PROCESSES = `{ system { processes { id host version servesApi runsJobs startedAt reportedAt memoryBytes
  caches { name hits } queues { name slots running } turns { resource inUse waiting } } } }`;

let base: TestServer;
/** Knows both owners, by both kinds of ids, as operators. */
let api: TestServer;

beforeAll(async () => {
  base = await startTestServer({ worker: false });
});
afterAll(() => base.stop());

const listed = async (user: TestUser): Promise<any[]> => {
  const { data, errors } = await user.run(PROCESSES);
  expect(errors).toBeUndefined();
  return data.system.processes;
};

describe('the processes of an installation', () => {
  let redis: TestRedis;
  let worker: TestServer;

  beforeEach(({ skip }) => {
    if (NO_REDIS) skip(NO_REDIS);
  });
  beforeAll(async () => {
    if (NO_REDIS) return;
    redis = await startRedis();
    const settings = {
      REDIS_URL: redis.url,
      OPERATORS: `${base.north.owner.id}, ${encodeGlobalId('User', base.north.member.id)}`,
    };
    api = await startTestServer({ worker: false, shareWith: base, settings });
    worker = await startTestServer({ shareWith: base, settings: { REDIS_URL: redis.url } });
  });
  afterAll(async () => {
    if (NO_REDIS) return;
    await api.stop();
    await redis.kill();
  });

  test('are seen by an operator, with the caches and queues of each, until they stop', async () => {
    const both = await eventually('both are listed', async () => {
      const processes = await listed(api.north.owner);
      return processes.length === 2 ? processes : null;
    });
    const [one, other] = both;
    expect([one.runsJobs, other.runsJobs]).toEqual([false, true]);
    expect(one.queues).toEqual([]);
    expect(other.queues).toContainEqual({ name: 'workflow-steps', slots: 10, running: 0 });
    for (const each of both) {
      expect(each).toMatchObject({ servesApi: true, version: expect.any(String) });
      expect(each.memoryBytes).toBeGreaterThan(10_000_000);
      expect(each.caches.map(({ name }: any) => name)).toContain('answers');
      expect(each.turns.map(({ resource }: any) => resource)).toContain('connections');
      expect(Date.parse(each.reportedAt)).toBeGreaterThanOrEqual(Date.parse(each.startedAt));
    }
    await worker.stop();
    expect((await listed(api.north.owner)).map(({ id }) => id)).toEqual([one.id]);
  });

  test('without Redis are the one that is asked', async () => {
    await redis.kill();
    expect(await listed(api.north.owner)).toHaveLength(1);
  });
});

test('no owner sees them who is not an operator, nor a member who is', async () => {
  const own = await startTestServer({
    worker: false,
    shareWith: base,
    settings: { OPERATORS: [base.north.owner.id, base.north.member.id].join(',') },
  });
  try {
    expect(await listed(own.north.owner)).toHaveLength(1);
    for (const user of [own.south.owner, own.north.member, own.north.client]) {
      const { data, errors } = await user.run(PROCESSES);
      expect(data?.system?.processes ?? null).toBeNull();
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    }
  } finally {
    await own.stop();
  }
});

test('the metrics tell how long jobs waited, by whether their tenant had others', async () => {
  const { north, url, stop } = await startTestServer();
  try {
    await saved(north.owner, 'waits', [noop('a'), noop('b')]);
    await run(north.owner, 'waits');
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
      /sheaf_job_wait_seconds_count\{queue="workflow-steps",tenant="few"\} [1-9]/,
    );
  } finally {
    await stop();
  }
});
