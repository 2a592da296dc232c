/** Wires the process: builds the platform once, starts what its role needs, and stops it in order. */

import type { GraphiQLStart } from './http/graphiql.ts';
import type { ReadinessCheck } from './http/health.ts';
import { type HttpServer, startHttp } from './http/server.ts';
import type { CacheStore } from './platform/cache/cache.ts';
import type { Config } from './platform/config.ts';
import { Database } from './platform/database/database.ts';
import { pendingMigrations } from './platform/database/migrate.ts';
import type { Log } from './platform/log.ts';
import { Caches, type Platform } from './platform/platform.ts';
import { LocalPubSub, type PubSub } from './platform/pubsub/pubsub.ts';
import { RedisPubSub } from './platform/pubsub/redis-pubsub.ts';
import { connectRedis, redisCacheStore } from './platform/redis.ts';
import { SECOND } from './platform/time.ts';
import { MIGRATIONS_FOLDER, VERSION } from './project.ts';

export interface AppOptions {
  config: Config & { DATABASE_URL: string };
  log: Log;
  /** A worker serves health and metrics, and no API. */
  api: boolean;
  graphiql: GraphiQLStart;
}

export interface App {
  url: string;
  platform: Platform;
  /** Stops accepting, finishes what runs, closes everything; resolves within 10 s. */
  stop: () => Promise<void>;
}

const API_STATEMENT_TIMEOUT_MS = 10 * SECOND;

/** Starts a process on a migrated database. */
export async function startApp({ config, log, api, graphiql }: AppOptions): Promise<App> {
  const stopping = new AbortController();
  const database = new Database({
    url: config.DATABASE_URL,
    size: config.DATABASE_POOL_SIZE,
    statementTimeoutMs: API_STATEMENT_TIMEOUT_MS,
    slowQueryMs: config.SLOW_QUERY_MS,
    log,
  });
  const redis = connectShared(config, log);
  const platform: Platform = {
    config,
    log,
    database,
    pubsub: redis.pubsub,
    caches: new Caches(redis.store, log),
    version: VERSION,
    stopping: stopping.signal,
  };
  const checks: ReadinessCheck[] = [
    { name: 'database', check: () => database.ping() },
    { name: 'migrations', check: migrationCheck(config.DATABASE_URL) },
    ...redis.checks,
  ];
  let http: HttpServer;
  try {
    http = await startHttp(platform, { checks, graphiql, api });
  } catch (error) {
    await Promise.allSettled([redis.close(), database.close()]);
    throw error;
  }
  const stop = async () => {
    stopping.abort();
    await http.stop();
    await Promise.allSettled([redis.close(), database.close()]);
  };
  return { url: http.url, platform, stop };
}

/** Rejects until all migrations are applied; what is applied stays so, hence it is asked once. */
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
  checks: ReadinessCheck[];
  close: () => Promise<void>;
}

/** What processes share: through Redis where it is configured, else nothing beyond this process. */
function connectShared(config: Config, log: Log): Shared {
  if (!config.REDIS_URL) {
    const pubsub = new LocalPubSub();
    return { pubsub, store: null, checks: [], close: () => pubsub.close() };
  }
  const redis = connectRedis(config.REDIS_URL, log);
  const pubsub = new RedisPubSub(config.REDIS_URL, log);
  const close = async () => {
    redis.disconnect();
    await pubsub.close();
  };
  return { pubsub, store: redisCacheStore(redis), checks: [{ name: 'redis', check: () => redis.ping() }], close };
}
