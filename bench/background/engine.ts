/**
 * The job kit beside the bare engine, in turn: the same empty job, the same settings, the same
 * number of slots.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PgBoss } from 'pg-boss';
import { z } from 'zod';
import { readConfig } from '../../src/platform/config.ts';
import { Database } from '../../src/platform/database/database.ts';
import { defineJob } from '../../src/platform/jobs/definition.ts';
import { handle, type Job } from '../../src/platform/jobs/handler.ts';
import { Jobs } from '../../src/platform/jobs/jobs.ts';
import { Workers } from '../../src/platform/jobs/workers.ts';
import { createLog } from '../../src/platform/log.ts';
import { Caches, type Platform } from '../../src/platform/platform.ts';
import { Processes } from '../../src/platform/processes.ts';
import { LocalPubSub } from '../../src/platform/pubsub/pubsub.ts';
import { RateLimits } from '../../src/platform/rate-limits/rate-limits.ts';
import { startBareEngine } from '../servers/bare-engine.ts';
import { median, percentile } from '../statistics.ts';
import { until } from '../timing.ts';

const SLOTS = 10;
const INSERTED_AT_ONCE = 500;

export interface EngineFindings {
  kitPerSecond: number;
  barePerSecond: number;
  pickUpP50Ms: number;
  pickUpP99Ms: number;
}

interface Kit {
  platform: Platform;
  stop: () => Promise<void>;
}

/** Runs `jobs` empty jobs in each round, and then `pickUps` single ones on an idle engine. */
export async function measureEngine(
  url: string,
  { jobs, rounds, pickUps }: { jobs: number; rounds: number; pickUps: number },
): Promise<EngineFindings> {
  const kit: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    kit.push(await kitRate(url, jobs));
    bare.push(await bareRate(url, jobs));
  }
  const latencies = await pickUpLatencies(url, pickUps);
  return {
    kitPerSecond: median(kit),
    barePerSecond: median(bare),
    pickUpP50Ms: median(latencies),
    pickUpP99Ms: percentile(latencies, 0.99),
  };
}

/** Jobs a second, from when they may be fetched until the last one is done. */
async function kitRate(url: string, count: number): Promise<number> {
  const counter = countTo(count);
  const definition = defineJob({
    name: `kit-${randomUUID()}`,
    payload: z.object({ number: z.number() }),
    limits: () => LIMITS,
  });
  const job = handle(definition, { run: async () => counter.tick() });
  const { platform, stop } = await openKit(url, [job]);
  const tenant = platform.database.forTenant({ tenantId: randomUUID() });
  await tenant.transaction(async (tx) => {
    for (const numbers of batches(count)) {
      await platform.jobs.enqueue(
        tx,
        definition,
        numbers.map((number) => ({ payload: { number } })),
      );
    }
  });
  const workers = new Workers(platform);
  const startedAt = performance.now();
  await workers.start([job], []);
  await counter.reached;
  await untilSettled(platform.jobs.boss, definition.name);
  const milliseconds = performance.now() - startedAt;
  await workers.stop();
  await stop();
  return (count * 1_000) / milliseconds;
}

async function bareRate(url: string, count: number): Promise<number> {
  const counter = countTo(count);
  const engine = await startBareEngine(url);
  for (const numbers of batches(count)) await engine.insert(numbers.map((number) => ({ number })));
  const startedAt = performance.now();
  await engine.work(SLOTS, counter.tick);
  await counter.reached;
  await untilSettled(engine.boss, engine.queue);
  const milliseconds = performance.now() - startedAt;
  await engine.stop();
  return (count * 1_000) / milliseconds;
}

/** From the commit until the handler begins, with nothing else to do, in milliseconds. */
async function pickUpLatencies(url: string, count: number): Promise<number[]> {
  const latencies: number[] = [];
  const waiting = new Map<number, (at: number) => void>();
  const definition = defineJob({
    name: `pick-up-${randomUUID()}`,
    payload: z.object({ number: z.number() }),
    limits: () => LIMITS,
  });
  const job = handle(definition, {
    run: async (_platform, { payload }) => waiting.get(payload.number)?.(performance.now()),
  });
  const { platform, stop } = await openKit(url, [job]);
  const workers = new Workers(platform);
  await workers.start([job], []);
  await sleep(1_000);
  for (let number = 0; number < count; number += 1) {
    const { promise, resolve } = Promise.withResolvers<number>();
    waiting.set(number, resolve);
    await platform.database
      .forTenant({ tenantId: randomUUID() })
      .transaction((tx) => platform.jobs.enqueue(tx, definition, [{ payload: { number } }]));
    const committedAt = performance.now();
    latencies.push((await promise) - committedAt);
    await sleep(20 + (number % 7) * 20);
  }
  await workers.stop();
  await stop();
  return latencies;
}

const LIMITS = { concurrency: SLOTS, attempts: 3, retryDelayMs: 5_000, timeoutMs: 300_000 };

async function openKit(url: string, jobs: readonly Job[]): Promise<Kit> {
  const config = readConfig({ DATABASE_URL: url, AUTH_SECRET: 'x'.repeat(32) });
  const log = createLog('silent');
  const database = new Database({ url, size: 10, statementTimeoutMs: 0, slowQueryMs: 10_000, log });
  const engine = await Jobs.start({ url, config, log, queues: jobs, timetables: [], works: true });
  const stopping = new AbortController();
  const caches = new Caches(null, log);
  const platform: Platform = {
    config,
    log,
    database,
    replica: database,
    pubsub: new LocalPubSub(),
    caches,
    jobs: engine,
    processes: new Processes(
      null,
      { version: 'bench', servesApi: false, caches: () => caches.statistics, turns: () => [] },
      log,
    ),
    rateLimits: new RateLimits(null, log),
    version: 'bench',
    stopping: stopping.signal,
  };
  const stop = async () => {
    stopping.abort();
    await engine.stop();
    await database.close();
  };
  return { platform, stop };
}

/** Resolves once the engine has stored that every job of the queue is done. */
async function untilSettled(boss: PgBoss, queue: string): Promise<void> {
  const text = `select 1 from pgboss.job where name = $1 and state < 'completed' limit 1`;
  const isSettled = async () => (await boss.getDb().executeSql(text, [queue])).rows.length === 0;
  await until(isSettled, 5);
}

function countTo(count: number) {
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  let ticks = 0;
  const tick = () => {
    ticks += 1;
    if (ticks === count) resolve();
  };
  return { tick, reached };
}

function* batches(count: number): Generator<number[]> {
  for (let first = 0; first < count; first += INSERTED_AT_ONCE) {
    yield Array.from(
      { length: Math.min(INSERTED_AT_ONCE, count - first) },
      (_element, index) => first + index,
    );
  }
}
