/**
 * Wires the process: builds the platform once, starts what its role needs, and stops it in order.
 */
import type { ExploreStart } from './http/explore/explore-start.ts';
import type { ReadinessCheck } from './http/health.ts';
import { startHttp } from './http/server.ts';
import { warmIntake } from './intake/index.ts';
import type { CacheStore } from './platform/cache/cache.ts';
import type { Config } from './platform/config.ts';
import { Database, type DatabaseOptions } from './platform/database/database.ts';
import { pendingMigrations } from './platform/database/migrate.ts';
import { Jobs } from './platform/jobs/jobs.ts';
import { Workers } from './platform/jobs/workers.ts';
import type { Log } from './platform/log.ts';
import { turnStatistics } from './platform/metrics.ts';
import { Caches, type Platform } from './platform/platform.ts';
import { Processes, type ReportStore } from './platform/processes.ts';
import { announceKinds } from './platform/pubsub/kind-notices.ts';
import { LocalPubSub, type PubSub } from './platform/pubsub/pubsub.ts';
import { RedisPubSub } from './platform/pubsub/redis-pubsub.ts';
import { RateLimits } from './platform/rate-limits/rate-limits.ts';
import { connectRedis, redisCacheStore, redisReportStore } from './platform/redis.ts';
import { MINUTE, SECOND } from './platform/time.ts';
import { MIGRATIONS_FOLDER, VERSION } from './project.ts';
import { JOBS, SCHEDULES } from './worker/jobs.ts';

export interface AppOptions {
  config: Config & { DATABASE_URL: string };
  log: Log;
  /** Whether to serve the API; otherwise the process serves only health and metrics. */
  api: boolean;
  /** Whether the process runs background jobs. */
  worker: boolean;
  graphiql: ExploreStart;
  /**
   * Whether to serve only requests whose Host is this machine's own (127.0.0.1, localhost, [::1]),
   * so that no page can reach it under a name that points here.
   */
  loopbackOnly?: boolean;
}

export interface App {
  url: string;
  /** Where the metrics are, when METRICS_PORT is set. */
  metricsUrl: string | null;
  platform: Platform;
  /** Stops accepting, finishes what runs, closes everything; resolves within 10 s. */
  stop: () => Promise<void>;
}

const API_STATEMENT_TIMEOUT_MS = 10 * SECOND;
/** Requests that wait for a row longer than this fail, since they hold a connection meanwhile. */
const API_LOCK_TIMEOUT_MS = 3 * SECOND;
const API_LIMITS = {
  statementTimeoutMs: API_STATEMENT_TIMEOUT_MS,
  lockTimeoutMs: API_LOCK_TIMEOUT_MS,
};
const JOB_STATEMENT_TIMEOUT_MS = 2 * MINUTE;
/** Longer than for requests: jobs of a tenant may well wait for its other jobs. */
const JOB_CONNECTION_WAIT_MS = MINUTE;

/** Starts a process on a migrated database. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, log, api, worker, graphiql, loopbackOnly = false } = options;
  const stopping = new AbortController();
  // What has to be closed, the last opened first.
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    stopping.abort();
    for (const close of closing.splice(0))
      await close().catch((error: unknown) =>
        log.warn({ reason: String(error) }, 'a part of the process failed to stop cleanly'),
      );
  };
  try {
    const database = openDatabase(options, API_LIMITS);
    closing.unshift(() => database.close());
    const replica = openReplica(options) ?? database;
    if (replica !== database) closing.unshift(() => replica.close());
    const shared = connectShared(config, log);
    closing.unshift(shared.close);
    const jobs = await startJobs(options);
    closing.unshift(() => jobs.stop());
    const caches = new Caches(shared.store, log);
    const processes = new Processes(
      shared.reports,
      {
        ...{ version: VERSION, servesApi: api },
        caches: () => caches.statistics,
        turns: turnStatistics,
      },
      log,
    );
    closing.unshift(() => processes.stop());
    const platform: Platform = {
      ...{ config, log, database, replica, jobs, version: VERSION, stopping: stopping.signal },
      ...{ caches, processes },
      pubsub: shared.pubsub,
      rateLimits: shared.rateLimits,
    };
    announceKinds(database, shared.pubsub);
    await warmIntake(platform);
    if (worker) closing.unshift(...(await startWorkers(options, platform)));
    const checks: ReadinessCheck[] = [
      { name: 'database', check: () => database.ping() },
      { name: 'migrations', check: migrationCheck(config.DATABASE_URL) },
      ...shared.checks,
    ];
    const http = await startHttp(platform, { checks, graphiql, api, loopbackOnly });
    closing.unshift(() => http.stop());
    processes.start();
    return { url: http.url, metricsUrl: http.metricsUrl, platform, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Limits = Pick<DatabaseOptions, 'name' | 'statementTimeoutMs' | 'lockTimeoutMs' | 'waitMs'>;

function openDatabase({ config, log }: AppOptions, limits: Limits): Database {
  return new Database({ url: config.DATABASE_URL, ...poolOptions(config), log, ...limits });
}

/** Null where analytics are read from the database itself. */
function openReplica({ config, log }: AppOptions): Database | null {
  if (!config.DATABASE_READ_URL) return null;
  return new Database({
    url: config.DATABASE_READ_URL,
    name: 'replica connections',
    ...poolOptions(config),
    statementTimeoutMs: API_STATEMENT_TIMEOUT_MS,
    log,
    readOnly: true,
  });
}

function poolOptions(config: Config) {
  return {
    size: config.DATABASE_POOL_SIZE,
    connectTimeoutMs: config.DATABASE_CONNECT_TIMEOUT_MS,
    slowQueryMs: config.SLOW_QUERY_MS,
  };
}

function startJobs({ config, log, worker }: AppOptions): Promise<Jobs> {
  const { DATABASE_URL: url } = config;
  return Jobs.start({ url, config, log, queues: JOBS, timetables: SCHEDULES, works: worker });
}

/**
 * Jobs have connections of their own: they may take longer, and never keep the API waiting for one.
 * Resolves to the functions that stop them, in order.
 */
async function startWorkers(
  options: AppOptions,
  platform: Platform,
): Promise<(() => Promise<void>)[]> {
  const limits = {
    name: 'job connections',
    statementTimeoutMs: JOB_STATEMENT_TIMEOUT_MS,
    waitMs: JOB_CONNECTION_WAIT_MS,
  };
  const database = openDatabase(options, limits);
  announceKinds(database, platform.pubsub);
  const workers = new Workers({ ...platform, database });
  await workers.start(JOBS, SCHEDULES);
  platform.processes.runsJobs(() => workers.statistics);
  return [() => workers.stop(), () => database.close()];
}

/** Rejects until all migrations are applied; after that, the database is not asked again. */
function migrationCheck(databaseUrl: string): () => Promise<void> {
  let migrated = false;
  return async () => {
    migrated ||= (await pendingMigrations(databaseUrl, MIGRATIONS_FOLDER)).length === 0;
    if (!migrated) throw new Error('migrations are pending');
  };
}

interface Shared {
  pubsub: PubSub;
  store: CacheStore | null;
  reports: ReportStore | null;
  rateLimits: RateLimits;
  checks: ReadinessCheck[];
  close: () => Promise<void>;
}

/**
 * What processes share through Redis; where it is not configured, nothing reaches beyond this
 * process.
 */
function connectShared(config: Config, log: Log): Shared {
  if (!config.REDIS_URL) {
    const pubsub = new LocalPubSub();
    return {
      pubsub,
      store: null,
      reports: null,
      rateLimits: new RateLimits(null, log),
      checks: [],
      close: () => pubsub.close(),
    };
  }
  const redis = connectRedis(config.REDIS_URL, log);
  const pubsub = new RedisPubSub(config.REDIS_URL, log);
  const close = async () => {
    redis.disconnect();
    await pubsub.close();
  };
  const checks = [{ name: 'redis', check: () => redis.ping() }];
  return {
    pubsub,
    store: redisCacheStore(redis),
    reports: redisReportStore(redis),
    rateLimits: new RateLimits(redis, log),
    checks,
    close,
  };
}
