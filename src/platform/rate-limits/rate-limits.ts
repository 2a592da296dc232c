/**
 * Counts how often something is done in a window of time: in Redis where it is configured, so that
 * processes count together, else in memory. A Redis that fails is made up for by memory: then each
 * process counts for itself.
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

export interface RateLimit {
  /** What is limited; shown in `system.rateLimits` and as the metric's label. */
  name: string;
  /** Whose: each key is counted by itself. */
  key: string;
  points: number;
  windowMs: number;
}

export interface Taken {
  allowed: boolean;
  /** How many more are allowed in the window. */
  remaining: number;
  /** When the window ends. */
  resetAt: Date;
}

export interface RateLimitStatistics {
  name: string;
  allowed: number;
  rejected: number;
}

/** Limiters by name, points and window. */
const MAX_LIMITERS = 1_000;

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
   * Takes some points if so many are left, and none otherwise; `count` tells the statistics what
   * became of them.
   */
  async reserve(limit: RateLimit, points: number): Promise<Taken> {
    const taken = await this.#consume(limit, points);
    if (taken.allowed) return taken;
    // A limiter counts what it refuses too.
    await this.giveBack(limit, points);
    return {
      ...taken,
      remaining: Math.max(0, Math.min(limit.points, limit.points - taken.consumed + points)),
    };
  }

  /** Returns points that were taken, for what then was not done. */
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
   * What is left, taking nothing; null where nothing of the window is used, or where it is not
   * known.
   */
  async look(limit: RateLimit): Promise<Pick<Taken, 'remaining' | 'resetAt'> | null> {
    try {
      const result = await this.#limiter(limit).get(limit.key);
      // Of what was refused, the limiter has counted the points too.
      return result === null || result.consumedPoints <= 0 ? null : takenOf(result, true);
    } catch (error) {
      this.#log.warn(
        { limit: limit.name, reason: String(error) },
        'what is left of a rate limit could not be read',
      );
      return null;
    }
  }

  /** Adds to the statistics what was allowed or rejected. */
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
