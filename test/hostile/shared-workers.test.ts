/**
 * One tenant's flood of background work: the work of another one comes next, and each owner sees
 * its own jobs alone.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { decodeGlobalId } from '../../src/platform/global-id.ts';
import { defineJob } from '../../src/platform/jobs/definition.ts';
import { handle } from '../../src/platform/jobs/handler.ts';
import { mutate as mutateIntake, packetsOf, submittedClient } from '../intake/operations.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/live.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { createTenant, startWorkers } from '../support/workers.ts';
import { ended, noop, saved, started } from '../workflows/operations.ts';

describe('slots of a queue', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('go to tenants that have none under way, however many others flood the queue', async () => {
    const limits = { concurrency: 5, attempts: 1, retryDelayMs: 1, timeoutMs: 600_000 };
    const definition = defineJob({
      name: `test-${randomUUID()}`,
      payload: z.object({}),
      limits: () => limits,
    });
    const running = new Map<string, Set<() => void>>();
    const ran = new Map<string, number>();
    const run = async (_platform: unknown, { tenantId }: { tenantId: string }) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const ofTenant = running.get(tenantId) ?? new Set();
      running.set(tenantId, ofTenant.add(resolve));
      ran.set(tenantId, (ran.get(tenantId) ?? 0) + 1);
      await promise;
      ofTenant.delete(resolve);
    };
    const workers = await startWorkers(database.url, [handle(definition, { run })]);
    const underWay = (tenantId: string) => running.get(tenantId)?.size ?? 0;
    const endOne = (tenantId: string) => [...(running.get(tenantId) ?? [])][0]?.();
    try {
      const { platform } = workers;
      const [first, second, third] = [
        await createTenant(platform),
        await createTenant(platform),
        await createTenant(platform),
      ];
      const enqueue = (tenantId: string, count: number) =>
        platform.database.forTenant({ tenantId }).transaction((tx) =>
          platform.jobs.enqueue(
            tx,
            definition,
            Array.from({ length: count }, () => ({ payload: {} })),
          ),
        );
      // Ends jobs of one tenant until another one's next has begun; returns how many it took.
      const endUntilNext = async (of: string, tenantId: string) => {
        const before = ran.get(tenantId) ?? 0;
        let endings = 0;
        for (; (ran.get(tenantId) ?? 0) === before && endings < 20; endings += 1) {
          const all = ran.get(of) ?? 0;
          endOne(of);
          await eventually(
            'a slot is given on',
            () => (ran.get(of) ?? 0) > all || (ran.get(tenantId) ?? 0) > before,
          );
        }
        return endings;
      };
      await enqueue(first, 40);
      await eventually('the first tenant has the shared slots', () => underWay(first) >= 3);
      await enqueue(second, 40);
      // The first jobs of a flood may have taken all slots; those that are kept are given on when
      // they end.
      for (const end of [...(running.get(first) ?? [])]) {
        end();
        await eventually(
          'the shared slots go on with the first tenant',
          () => underWay(first) >= 3 && !running.get(first)?.has(end),
        );
      }
      // One of the two may wait for a tenant that has no job under way.
      await eventually('the second tenant has a slot that is kept', () => underWay(second) >= 1);
      expect(underWay(first)).toBe(3);
      const ofFirst = ran.get(first);
      await enqueue(third, 2);
      expect(await endUntilNext(second, third)).toBeLessThanOrEqual(4);
      await eventually('the second tenant has the other one', () => underWay(second) === 1);
      expect(await endUntilNext(third, third)).toBe(1);
      expect(ran.get(first)).toBe(ofFirst);
    } finally {
      const stopping = workers.stop();
      const release = setInterval(() => {
        for (const ofTenant of running.values()) for (const end of ofTenant) end();
      }, 10);
      await stopping.finally(() => clearInterval(release));
    }
  });
});

describe('a tenant with much background work', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ settings: { WORKFLOW_RATE_LIMIT_ENABLED: 'false' } });
  });
  afterAll(() => server.stop());

  test('has its many workflow steps done in turns with those of another', async () => {
    const { north, south } = server;
    const flood = await saved(
      north.member,
      'flood',
      Array.from({ length: 200 }, (_, n) => noop(`s${n}`)),
    );
    const errand = await saved(
      south.member,
      'errand',
      Array.from({ length: 4 }, (_, n) => noop(`s${n}`, n === 0 ? [] : [`s${n - 1}`])),
    );
    const stepsDone = async () => {
      const text = `select count(*)::int as done from workflow_step_run where "tenantId" = $1 and status = 'COMPLETED'`;
      return (await server.app.platform.database.pool.query(text, [north.tenantId])).rows[0]
        .done as number;
    };
    for (let n = 0; n < 30; n += 1) await started(north.member, flood);
    await eventually('the flood is under way', async () => (await stepsDone()) > 0);
    const before = await stepsDone();
    const { status } = await ended(south.member, await started(south.member, errand));
    expect(status).toBe('COMPLETED');
    // First come, first served: each of the four steps would stand behind 300 of the flood.
    expect((await stepsDone()) - before).toBeLessThan(500);
  });

  test('has its slow packets made in turns with those of another', async () => {
    const { north, south } = server;
    const section = {
      heading: 'Slow',
      body: '{% for i in (1..100) %}{% for j in (1..100) %}{% assign x = j | plus: i %}{% endfor %}{% endfor %}',
    };
    const [packetType] = (
      await packetsOf(north.member, (await submittedClient(north.member)).id)
    ).map(({ type }) => type);
    await mutateIntake(north.owner, 'upsertPacketTemplate', {
      packetType,
      name: 'Slow',
      isDefault: true,
      sections: Array(10).fill(section),
    });
    const slow = [];
    for (let n = 0; n < 12; n += 1)
      slow.push((await submittedClient(north.member, {}, { priority: 'URGENT' })).id);
    const { id } = await submittedClient(south.member);
    await eventually('the packets of the other tenant are made', async () =>
      (await packetsOf(south.member, id)).every(({ status }) => status === 'COMPLETED'),
    );
    const text = `select count(*) filter (where "completedAt" is null or "completedAt" > (select max("completedAt") from packet where "clientId" = $2))::int as later
      from packet where "clientId" = any($1::uuid[]) and type = $3`;
    const { rows } = await server.app.platform.database.pool.query(text, [
      slow.map((one) => decodeGlobalId(one)?.id),
      decodeGlobalId(id)?.id,
      packetType,
    ]);
    // First come, first served, and the urgent ones before the others: all twelve would be made
    // before.
    expect(rows[0].later).toBeGreaterThanOrEqual(4);
  });
});

describe('the figures of queues', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ worker: false });
  });
  afterAll(() => server.stop());

  test("show an owner its own tenant's jobs; the metrics show those of all", async () => {
    const { north, south } = server;
    const { packets } = await submittedClient(north.member);
    const pendingFor = async ({ owner }: typeof north) => {
      const { data } = await owner.run(
        '{ system { queues { name pending processing completed failed } } }',
      );
      return data.system.queues.find(({ name }: { name: string }) => name === 'packets');
    };
    const none = { name: 'packets', pending: 0, processing: 0, completed: 0, failed: 0 };
    expect(await pendingFor(north)).toEqual({ ...none, pending: packets.length });
    expect(await pendingFor(south)).toEqual(none);
    const [queue] = (await server.app.platform.jobs.statistics()).filter(
      ({ name }) => name === 'packets',
    );
    expect(queue?.pending).toBe(packets.length);
  });
});
