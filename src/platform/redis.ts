/**
 * Connections to Redis. Redis is a convenience here: every command times out after 300 ms and fails
 * at once while the connection is down (no offline queue), and every caller can do without it.
 */
import { Redis } from 'ioredis';
import type { CacheStore } from './cache/cache.ts';
import type { Log } from './log.ts';
import type { ReportStore } from './processes.ts';

const COMMAND_TIMEOUT_MS = 300;
const MAX_RECONNECT_DELAY_MS = 1_000;

/**
 * A connection that keeps trying to reconnect and logs each loss once. Returns before it is
 * connected.
 */
export function connectRedis(url: string, log: Log): Redis {
  const redis = new Redis(url, {
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 2_000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 100, MAX_RECONNECT_DELAY_MS),
  });
  let down = false;
  redis.on('error', (error: Error) => {
    if (!down) log.warn({ reason: error.message }, 'Redis cannot be reached');
    down = true;
  });
  redis.on('ready', () => {
    if (down) log.info({}, 'Redis is back');
    down = false;
  });
  return redis;
}

/** The shared tier of the caches; keys get the prefix `sheaf:cache:`. */
export function redisCacheStore(redis: Redis): CacheStore {
  return {
    get: (key) => redis.get(`sheaf:cache:${key}`),
    set: async (key, value, ttlMs) => {
      await redis.set(`sheaf:cache:${key}`, value, 'PX', ttlMs);
    },
  };
}

const PROCESSES = 'sheaf:processes';
const processKey = (id: string) => `sheaf:process:${id}`;

/** The reports of processes, which end by themselves; a set has the ids of all of them. */
export function redisReportStore(redis: Redis): ReportStore {
  return {
    put: async (id, report, livesMs) => {
      await redis.set(processKey(id), report, 'PX', livesMs);
      await redis.sadd(PROCESSES, id);
    },
    remove: async (id) => {
      await redis.del(processKey(id));
      await redis.srem(PROCESSES, id);
    },
    all: async () => {
      const ids = await redis.smembers(PROCESSES);
      if (ids.length === 0) return [];
      const reports = await redis.mget(ids.map(processKey));
      const gone = ids.filter((_id, index) => reports[index] === null);
      if (gone.length > 0) await redis.srem(PROCESSES, ...gone);
      return reports.filter((report) => report !== null);
    },
  };
}
