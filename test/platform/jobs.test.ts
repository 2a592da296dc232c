import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { TenantTransaction } from '../../src/platform/database/tenant-database.ts';
import { query } from '../../src/platform/database/tenant-scope.ts';
import {
  defineJob,
  type FailedAttempt,
  JobFailure,
  JobLostError,
  type RunningJob,
} from '../../src/platform/jobs/definition.ts';
import { handle, type JobHandler, schedule } from '../../src/platform/jobs/handler.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/live.ts';
import { createTenant, startWorkers, type TestWorkers } from '../support/workers.ts';

const Payload = z.object({ name: z.string() });
type Payload = z.infer<typeof Payload>;

let database: TestDatabase;
const started: TestWorkers[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  for (const workers of started.splice(0)) await workers.stop();
});

afterAll(() => database.drop());

/** A queue of its own for each test, so that none sees another's jobs. */
function queue({ concurrency = 1, attempts = 3, timeoutMs = 60_000 } = {}) {
  return defineJob({
    name: `test-${randomUUID()}`,
    payload: Payload,
    limits: () => ({ concurrency, attempts, retryDelayMs: 1, timeoutMs }),
  });
}

type Definition = ReturnType<typeof queue>;

async function work(definition: Definition, handler: JobHandler<Payload>): Promise<TestWorkers> {
  const workers = await startWorkers(database.url, [handle(definition, handler)]);
  started.push(workers);
  return workers;
}

interface Enqueueing {
  tenantId: string;
  names: string[];
  priority?: number;
  startAfter?: Date;
}

function enqueue(
  { platform }: TestWorkers,
  definition: Definition,
  { tenantId, names, ...options }: Enqueueing,
): Promise<void> {
  return platform.database.forTenant({ tenantId }).transaction((tx) =>
    platform.jobs.enqueue(
      tx,
      definition,
      names.map((name) => ({ payload: { name }, ...options })),
    ),
  );
}

function insertOrganization(tx: TenantTransaction, name: string) {
  return tx.run(
    query
      .insertInto('organization')
      .values({ id: randomUUID(), name, normalizedName: name, updatedAt: new Date() }),
  );
}

async function organizationNames({ platform }: TestWorkers, tenantId: string): Promise<string[]> {
  const rows = await platform.database
    .forTenant({ tenantId })
    .run(query.selectFrom('organization').select('name').orderBy('name'));
  return rows.map((row) => row.name);
}

describe('enqueueing', () => {
  test('a job runs once its transaction is committed, with the tenant and the payload that it was enqueued with', async () => {
    const definition = queue();
    const ran: RunningJob<Payload>[] = [];
    const workers = await work(definition, { run: async (_platform, job) => void ran.push(job) });
    const tenantId = await createTenant(workers.platform);
    await enqueue(workers, definition, { tenantId, names: ['a'] });
    const job = await eventually('the job ran', () => ran[0]);
    expect({
      tenantId: job.tenantId,
      payload: job.payload,
      attempt: job.attempt,
      maxAttempts: job.maxAttempts,
    }).toEqual({
      tenantId,
      payload: { name: 'a' },
      attempt: 1,
      maxAttempts: 3,
    });
  });

  test('a job of a transaction that is rolled back never runs', async () => {
    const definition = queue();
    const ran: string[] = [];
    const workers = await work(definition, {
      run: async (_platform, job) => void ran.push(job.payload.name),
    });
    const tenantId = await createTenant(workers.platform);
    const rolledBack = workers.platform.database.forTenant({ tenantId }).transaction(async (tx) => {
      await workers.platform.jobs.enqueue(tx, definition, [{ payload: { name: 'rolled back' } }]);
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    await enqueue(workers, definition, { tenantId, names: ['committed'] });
    await eventually('the second ran', () => ran.length > 0);
    expect(ran).toEqual(['committed']);
  });

  test('a payload that does not fit is refused at once', async () => {
    const definition = queue();
    const workers = await work(definition, { run: async () => undefined });
    const tenantId = await createTenant(workers.platform);
    await expect(
      enqueue(workers, definition, { tenantId, names: [7 as unknown as string] }),
    ).rejects.toThrow(z.ZodError);
  });

  test('jobs of a higher priority run first, and those of one priority in the order of their creation', async () => {
    const definition = queue();
    const ran: string[] = [];
    const gate = Promise.withResolvers<void>();
    const workers = await work(definition, {
      run: async (_platform, job) => {
        ran.push(job.payload.name);
        if (job.payload.name === 'gate') await gate.promise;
      },
    });
    const tenantId = await createTenant(workers.platform);
    await enqueue(workers, definition, { tenantId, names: ['gate'] });
    await eventually('the slot is taken', () => ran.length === 1);
    for (const name of ['low 1', 'low 2'])
      await enqueue(workers, definition, { tenantId, names: [name] });
    for (const name of ['high 1', 'high 2'])
      await enqueue(workers, definition, { tenantId, names: [name], priority: 2 });
    gate.resolve();
    await eventually('all ran', () => ran.length === 5);
    expect(ran.slice(1)).toEqual(['high 1', 'high 2', 'low 1', 'low 2']);
  });

  test('a job that is to start later waits', async () => {
    const definition = queue();
    const ran: number[] = [];
    const workers = await work(definition, { run: async () => void ran.push(Date.now()) });
    const tenantId = await createTenant(workers.platform);
    const startAfter = new Date(Date.now() + 1_500);
    await enqueue(workers, definition, { tenantId, names: ['later'], startAfter });
    await eventually('it ran', () => ran.length === 1);
    expect(ran[0]).toBeGreaterThanOrEqual(startAfter.getTime());
  });
});

describe('running', () => {
  test('two workers run each of 200 jobs once', async () => {
    const definition = queue({ concurrency: 5 });
    const ran: string[] = [];
    const handler = {
      run: async (_platform: unknown, job: RunningJob<Payload>) => void ran.push(job.payload.name),
    };
    const workers = await work(definition, handler);
    await work(definition, handler);
    const tenantId = await createTenant(workers.platform);
    const names = Array.from(
      { length: 200 },
      (_element, index) => `job ${String(index).padStart(3, '0')}`,
    );
    await enqueue(workers, definition, { tenantId, names });
    await eventually('all ran', () => ran.length >= 200);
    expect(ran.sort()).toEqual(names);
  });

  test('a failed attempt is recorded with a message that tells nothing of the error, and the next one follows', async () => {
    const definition = queue();
    const failures: FailedAttempt<Payload>[] = [];
    const attempts: number[] = [];
    const workers = await work(definition, {
      run: async (_platform, job) => {
        attempts.push(job.attempt);
        if (job.attempt === 1) throw new Error('Ann Lee is 43 years old');
      },
      failed: async (_platform, _tx, failure) => void failures.push(failure),
    });
    const tenantId = await createTenant(workers.platform);
    await enqueue(workers, definition, { tenantId, names: ['a'] });
    await eventually('the second attempt ran', () => attempts.length === 2);
    expect(failures).toHaveLength(1);
    expect(failures[0]?.message).toMatch(/^Something went wrong here. Quote the id [0-9a-f-]{36}/);
    expect(Date.parse(failures[0]?.retryAt ?? '')).toBeGreaterThan(Date.now() - 10_000);
  });

  test('once no attempt is left the job is dead, and the domain is told', async () => {
    const definition = queue({ attempts: 2 });
    const told: string[] = [];
    const workers = await work(definition, {
      run: async () => {
        throw new JobFailure('The oven is cold.');
      },
      failed: async (_platform, _tx, { attempt, message, retryAt }) =>
        void told.push(`${attempt} ${message} ${retryAt === null ? 'last' : 'again'}`),
      dead: async (_platform, _tx, payload) => void told.push(`dead ${payload.name}`),
    });
    const tenantId = await createTenant(workers.platform);
    await enqueue(workers, definition, { tenantId, names: ['a'] });
    await eventually('it is dead', () => told.length === 3);
    expect(told).toEqual(['1 The oven is cold. again', '2 The oven is cold. last', 'dead a']);
    const statistics = (await workers.platform.jobs.statistics()).find(
      ({ name }) => name === definition.name,
    );
    expect(statistics).toMatchObject({ pending: 0, processing: 0, failed: 1 });
  });

  test('a failure that no attempt can mend is the last one', async () => {
    const definition = queue();
    const told: string[] = [];
    const workers = await work(definition, {
      run: async () => {
        throw new JobFailure('There is no oven.', { retry: false });
      },
      failed: async (_platform, _tx, { attempt, retryAt }) =>
        void told.push(`${attempt} ${retryAt}`),
      dead: async () => void told.push('dead'),
    });
    const tenantId = await createTenant(workers.platform);
    await enqueue(workers, definition, { tenantId, names: ['a'] });
    await eventually('it is dead', () => told.includes('dead'));
    expect(told).toEqual(['1 null', 'dead']);
  });

  test('an attempt that takes too long is aborted and has failed', async () => {
    const definition = queue({ attempts: 1, timeoutMs: 300 });
    const messages: string[] = [];
    let aborted = false;
    const workers = await work(definition, {
      run: (_platform, job) =>
        new Promise(() => {
          job.signal.addEventListener('abort', () => {
            aborted = true;
          });
        }),
      failed: async (_platform, _tx, { message }) => void messages.push(message),
    });
    const tenantId = await createTenant(workers.platform);
    await enqueue(workers, definition, { tenantId, names: ['a'] });
    await eventually('it failed', () => messages.length === 1);
    expect({ messages, aborted }).toEqual({
      messages: ['It took longer than 0.3 s.'],
      aborted: true,
    });
  });
});

describe('the fence', () => {
  test('effects stand once: they are committed with the completion', async () => {
    const definition = queue();
    const workers = await work(definition, {
      run: async (platform, job) => {
        await platform.database.forTenant(job).transaction(async (tx) => {
          await insertOrganization(tx, job.payload.name);
          await job.complete(tx);
        });
      },
    });
    const tenantId = await createTenant(workers.platform);
    await enqueue(workers, definition, { tenantId, names: ['a', 'b'] });
    await eventually(
      'both are done',
      async () => (await organizationNames(workers, tenantId)).length === 2,
    );
    expect(await organizationNames(workers, tenantId)).toEqual(['a', 'b']);
  });

  test('a run whose job was given to another can neither complete it nor hold it, and its effects are rolled back', async () => {
    const definition = queue({ concurrency: 2 });
    const gate = Promise.withResolvers<void>();
    const outcomes: string[] = [];
    const workers = await work(definition, {
      run: async (platform, job) => {
        if (job.attempt === 1) await gate.promise;
        for (const way of ['hold', 'complete'] as const) {
          const write = platform.database.forTenant(job).transaction(async (tx) => {
            await insertOrganization(tx, `attempt ${job.attempt} ${way}`);
            await job[way](tx);
          });
          outcomes.push(
            await write.then(
              () => `${job.attempt} ${way}`,
              (error) => `${job.attempt} ${error instanceof JobLostError ? 'lost' : error}`,
            ),
          );
        }
      },
    });
    const tenantId = await createTenant(workers.platform);
    await enqueue(workers, definition, { tenantId, names: ['a'] });
    // As if the first run's process had been frozen: its heartbeat is old.
    await eventually('the first attempt runs', async () => {
      const { rows } = await workers.platform.jobs.boss
        .getDb()
        .executeSql(
          `update pgboss.job set heartbeat_on = now() - interval '1 minute' where name = $1 and state = 'active' returning 1`,
          [definition.name],
        );
      return rows.length === 1;
    });
    await eventually('the second attempt is done', () => outcomes.length === 2);
    gate.resolve();
    await eventually('the first has tried', () => outcomes.length === 4);
    expect(outcomes).toEqual(['2 hold', '2 complete', '1 lost', '1 lost']);
    expect(await organizationNames(workers, tenantId)).toEqual([
      'attempt 2 complete',
      'attempt 2 hold',
    ]);
  });

  test('a cancelled job that runs is aborted and can not complete', async () => {
    const definition = queue();
    const outcome = Promise.withResolvers<string>();
    const id = randomUUID();
    const workers = await work(definition, {
      run: async (platform, job) => {
        await new Promise((resolve) => job.signal.addEventListener('abort', resolve));
        const completing = platform.database.forTenant(job).transaction((tx) => job.complete(tx));
        outcome.resolve(
          await completing.then(
            () => 'completed',
            (error) => error.constructor.name,
          ),
        );
      },
    });
    const tenantId = await createTenant(workers.platform);
    const tenant = workers.platform.database.forTenant({ tenantId });
    await tenant.transaction((tx) =>
      workers.platform.jobs.enqueue(tx, definition, [{ id, payload: { name: 'a' } }]),
    );
    await eventually(
      'it runs',
      async () =>
        (await workers.platform.jobs.statistics()).find(({ name }) => name === definition.name)
          ?.processing === 1,
    );
    await tenant.transaction((tx) => workers.platform.jobs.cancel(tx, definition, [id]));
    expect(await outcome.promise).toBe('JobLostError');
  });
});

describe('stopping', () => {
  test('waits for a job that is nearly done', async () => {
    const definition = queue();
    const events: string[] = [];
    const workers = await work(definition, {
      run: async () => {
        events.push('begun');
        await new Promise((resolve) => setTimeout(resolve, 500));
        events.push('done');
      },
    });
    const tenantId = await createTenant(workers.platform);
    await enqueue(workers, definition, { tenantId, names: ['a'] });
    await eventually('it runs', () => events.length === 1);
    await started.pop()?.stop();
    expect(events).toEqual(['begun', 'done']);
  });

  test('hands a long job back, so that another worker takes it at once, as the same attempt', async () => {
    const definition = queue();
    const attempts: string[] = [];
    const stuck = await work(definition, {
      run: (_platform, job) => {
        attempts.push(`first ${job.attempt}`);
        return new Promise(() => undefined);
      },
    });
    const tenantId = await createTenant(stuck.platform);
    await enqueue(stuck, definition, { tenantId, names: ['a'] });
    await eventually('it runs', () => attempts.length === 1);
    await work(definition, {
      run: async (_platform, job) => void attempts.push(`second ${job.attempt}`),
    });
    started.splice(started.indexOf(stuck), 1);
    await stuck.stop();
    await eventually('the other took it', () => attempts.length === 2);
    expect(attempts).toEqual(['first 1', 'second 1']);
  });
});

describe('a schedule', () => {
  test('runs once a tick and never twice at once, however many workers there are', async () => {
    const runs: string[] = [];
    let running = 0;
    const yearly = schedule({
      name: `yearly-${randomUUID()}`,
      cron: '0 0 1 1 *',
      timeoutMs: 60_000,
      run: async () => {
        running += 1;
        runs.push(`${running} at once`);
        await new Promise((resolve) => setTimeout(resolve, 300));
        running -= 1;
      },
    });
    for (let count = 0; count < 2; count += 1)
      started.push(await startWorkers(database.url, [], [yearly]));
    // As the clock would, and again while the first still runs.
    const { boss } = started[0]!.platform.jobs;
    await boss.send(yearly.name, {});
    await eventually('it runs', () => running === 1);
    await boss.send(yearly.name, {});
    await eventually('it ran again', () => runs.length === 2 && running === 0);
    expect(runs).toEqual(['1 at once', '1 at once']);
  });
});
