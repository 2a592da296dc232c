/**
 * Counts how often something is done in a window of time: in Redis where it is configured, so that
 * processes count together, else in memory. When Redis fails, memory takes over: then each process
 * counts on its own.
 */
import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { Log } from '../log.ts';
import { rateLimitResults } from '../metrics.ts';
import { SECOND } from '../time.ts';

/** At most `points` in a window of `windowMs` milliseconds, which begins with the first one. */
export interface RateLimit {
  /** What is limited; shown in `system.rateLimits` and as the metric's label. */
  name: string;
  /** Whose points: each key is counted separately. */
  key: string;
  points: number;
  windowMs: number;
}

/** Whether the points were taken, and what is left. */
export interface Taken {
  allowed: boolean;
  /** How many more are allowed in the window. */
  remaining: number;
  /** When the window ends. */
  resetAt: Date;
}

/** What this process has allowed and rejected since its start. */
export interface RateLimitStatistics {
  name: string;
  allowed: number;
  rejected: number;
}

/** Limiters by name, points and window. */
const MAX_LIMITERS = 1_000;

/** All limits of this process; none of its methods fails when Redis does. */
export class RateLimits {
  readonly #redis: Redis | null;
  readonly #log: Log;
  readonly #limiters = new LRUCache<string, RateLimiterAbstract>({ max: MAX_LIMITERS });
  readonly #statistics = new Map<string, RateLimitStatistics>();

  constructor(redis: Redis | null, log: Log) {
    this.#redis = redis;
    this.#log = log;
  }

  /** Takes one point if there is one left. */
  async take(limit: RateLimit): Promise<Taken> {
    const taken = await this.#consume(limit, 1);
    this.count(limit.name, taken.allowed);
    return taken;
  }

  /**
   * Takes these points if that many are left, and none otherwise. Does not count in the statistics:
   * call `count` for that.
   */
  async reserve(limit: RateLimit, points: number): Promise<Taken> {
    const taken = await this.#consume(limit, points);
    if (taken.allowed) return taken;
    // A limiter also counts what it refuses.
    await this.giveBack(limit, points);
    return {
      ...taken,
      remaining: Math.max(0, Math.min(limit.points, limit.points - taken.consumed + points)),
    };
  }

  /** Returns points that were taken for something that was then not done; only logs a failure. */
  async giveBack(limit: RateLimit, points = 1): Promise<void> {
    await this.#limiter(limit)
      .reward(limit.key, points)
      .catch((error: unknown) =>
        this.#log.warn(
          { limit: limit.name, reason: String(error) },
          'points of a rate limit could not be given back',
        ),
      );
  }

  /**
   * What is left, without taking any; null when nothing of the window is used or the store fails.
   */
  async look(limit: RateLimit): Promise<Pick<Taken, 'remaining' | 'resetAt'> | null> {
    try {
      const result = await this.#limiter(limit).get(limit.key);
      // The limiter has counted the refused points too.
      return result === null || result.consumedPoints <= 0 ? null : takenOf(result, true);
    } catch (error) {
      this.#log.warn(
        { limit: limit.name, reason: String(error) },
        'what is left of a rate limit could not be read',
      );
      return null;
    }
  }

  /** Counts one allowed or rejected request in the statistics and the metrics. */
  count(name: string, allowed: boolean): void {
    const statistics = this.#statistics.get(name) ?? { name, allowed: 0, rejected: 0 };
    this.#statistics.set(name, statistics);
    statistics[allowed ? 'allowed' : 'rejected'] += 1;
    rateLimitResults.inc({ name, result: allowed ? 'allowed' : 'rejected' });
  }

  get statistics(): RateLimitStatistics[] {
    return [...this.#statistics.values()]
      .map((one) => ({ ...one }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async #consume(limit: RateLimit, points: number): Promise<Taken & { consumed: number }> {
    try {
      return takenOf(await this.#limiter(limit).consume(limit.key, points), true);
    } catch (result) {
      if (result instanceof RateLimiterRes) return takenOf(result, false);
      throw result;
    }
  }

  #limiter({ name, points, windowMs }: RateLimit): RateLimiterAbstract {
    const id = `${name}:${points}:${windowMs}`;
    const limiter =
      this.#limiters.get(id) ?? this.#make(name, { points, duration: windowMs / SECOND });
    this.#limiters.set(id, limiter);
    return limiter;
  }

  #make(name: string, limits: { points: number; duration: number }): RateLimiterAbstract {
    const options = { ...limits, keyPrefix: `sheaf:limit:${name}` };
    const memory = new RateLimiterMemory(options);
    if (this.#redis === null) return memory;
    return new RateLimiterRedis({
      ...options,
      storeClient: this.#redis,
      insuranceLimiter: memory,
      rejectIfRedisNotReady: true,
    });
  }
}

function takenOf(
  { remainingPoints, consumedPoints, msBeforeNext }: RateLimiterRes,
  allowed: boolean,
): Taken & { consumed: number } {
  return {
    allowed,
    remaining: Math.max(0, remainingPoints),
    consumed: consumedPoints,
    resetAt: new Date(Date.now() + msBeforeNext),
  };
}
