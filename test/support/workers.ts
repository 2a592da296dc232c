/** Workers with jobs of the test's own, on a database of their own. */
import { v7 as uuidv7 } from 'uuid';
import { readConfig } from '../../src/platform/config.ts';
import { Database } from '../../src/platform/database/database.ts';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import type { Job, Schedule } from '../../src/platform/jobs/handler.ts';
import { Jobs } from '../../src/platform/jobs/jobs.ts';
import { Workers } from '../../src/platform/jobs/workers.ts';
import { createLog } from '../../src/platform/log.ts';
import { Caches, type Platform } from '../../src/platform/platform.ts';
import { Processes } from '../../src/platform/processes.ts';
import { LocalPubSub } from '../../src/platform/pubsub/pubsub.ts';
import { RateLimits } from '../../src/platform/rate-limits/rate-limits.ts';

export interface TestWorkers {
  platform: Platform;
  stop: () => Promise<void>;
}

/** Starts what a worker process is, without its HTTP. */
export async function startWorkers(
  url: string,
  jobs: readonly Job[],
  schedules: readonly Schedule[] = [],
): Promise<TestWorkers> {
  const config = readConfig({
    DATABASE_URL: url,
    AUTH_SECRET: 'a secret that only the tests know of',
  });
  const log = createLog('silent');
  const stopping = new AbortController();
  const database = new Database({ url, size: 5, statementTimeoutMs: 0, slowQueryMs: 10_000, log });
  const engine = await Jobs.start({
    url,
    config,
    log,
    queues: jobs,
    timetables: schedules,
    works: true,
  });
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
      { version: 'test', servesApi: false, caches: () => caches.statistics, turns: () => [] },
      log,
    ),
    rateLimits: new RateLimits(null, log),
    version: 'test',
    stopping: stopping.signal,
  };
  const workers = new Workers(platform);
  await workers.start(jobs, schedules);
  const stop = async () => {
    stopping.abort();
    await workers.stop();
    await engine.stop();
    await database.close();
  };
  return { platform, stop };
}

/** A tenant, whose id it answers. */
export async function createTenant({ database }: Platform): Promise<string> {
  const id = uuidv7();
  await prismaOf(database).tenant.create({ data: { id, name: 'A tenant', country: 'US' } });
  return id;
}
