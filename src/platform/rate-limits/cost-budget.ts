/**
 * What each user may spend on operations in a minute (API_COST_PER_MINUTE), in all processes
 * together. A process takes a hundredth of it at a time and spends from that locally: a request
 * costs no round trip to Redis. So a user never gets more than the budget, and up to a hundredth
 * less for each process other than the one that refuses.
 */
import { LRUCache } from 'lru-cache';
import { type Platform, perProcess } from '../platform.ts';
import { MINUTE } from '../time.ts';
import type { RateLimit, RateLimits } from './rate-limits.ts';

const NAME = 'api-cost';
const BLOCKS = 100;
const MAX_USERS = 10_000;
const MAX_EXTENSIONS = 10;

/** Whether points were spent, and what is left. */
export interface Spending {
  allowed: boolean;
  requested: number;
  /** What is left of the budget; null where there is no limit. */
  remaining: number | null;
  /**
   * When the whole budget is available again, in milliseconds since 1970; null where there is no
   * limit.
   */
  resetAt: number | null;
}

/** Points that this process has taken for a user and not yet spent. */
interface Lease {
  points: number;
  /** What was left for all processes when this one last asked. */
  others: number;
  /** When the window ends; what is left of the lease ends with it. */
  resetAt: number;
  /** Whether too little is left for all processes to take another block. */
  last: boolean;
}

/** The budgets of all users, as this process spends from them; 0 points mean no limit. */
export class CostBudget {
  readonly #limits: RateLimits;
  readonly #points: number;
  readonly #leases = new LRUCache<string, Lease>({ max: MAX_USERS });

  constructor(limits: RateLimits, pointsPerMinute: number) {
    this.#limits = limits;
    this.#points = pointsPerMinute;
  }

  /**
   * Spends the cost, at least 1, from a user's budget if that much is left; synchronous if this
   * process has already taken enough.
   */
  spend(userId: string, cost: number): Spending | Promise<Spending> {
    const requested = Math.max(1, cost);
    if (this.#points === 0) return { allowed: true, requested, remaining: null, resetAt: null };
    const lease = this.#leaseOf(userId);
    return lease.points >= requested
      ? this.#take(lease, requested)
      : this.#takeMore(userId, requested);
  }

  /**
   * Another request may spend what an extension brings before this one does; only the store may
   * refuse.
   */
  async #takeMore(userId: string, requested: number): Promise<Spending> {
    let lease = this.#leaseOf(userId);
    for (
      let tries = 0;
      tries < MAX_EXTENSIONS && lease.points < requested && !lease.last;
      tries += 1
    )
      lease = await this.#extend(userId, lease, requested);
    return this.#take(lease, requested);
  }

  #take(lease: Lease, requested: number): Spending {
    const allowed = lease.points >= requested;
    if (allowed) lease.points -= requested;
    this.#limits.count(NAME, allowed);
    return { allowed, requested, remaining: lease.points + lease.others, resetAt: lease.resetAt };
  }

  /**
   * The limit and what is left of it for a user, without spending any; null where there is no
   * limit.
   */
  async look(
    userId: string,
  ): Promise<{ name: string; limit: number; remaining: number; resetAt: Date | null } | null> {
    if (this.#points === 0) return null;
    const state = await this.#limits.look(this.#limitOf(userId));
    const own = this.#leaseOf(userId).points;
    return {
      name: NAME,
      limit: this.#points,
      remaining: state === null ? this.#points : state.remaining + own,
      resetAt: state?.resetAt ?? null,
    };
  }

  #leaseOf(userId: string): Lease {
    const lease = this.#leases.get(userId);
    return lease && lease.resetAt > Date.now()
      ? lease
      : { points: 0, others: this.#points, resetAt: Date.now(), last: false };
  }

  async #extend(userId: string, lease: Lease, requested: number): Promise<Lease> {
    if (lease.last) return lease;
    const missing = requested - lease.points;
    const block = Math.max(missing, Math.ceil(this.#points / BLOCKS));
    let taken = await this.#limits.reserve(this.#limitOf(userId), block);
    let points = taken.allowed ? block : 0;
    const last = !taken.allowed;
    // Takes the rest, which is smaller than a block.
    if (last && taken.remaining > 0) {
      points = taken.remaining;
      taken = await this.#limits.reserve(this.#limitOf(userId), points);
      if (!taken.allowed) points = 0;
    }
    // One object for all requests of the user, which may have extended it meanwhile.
    const current = this.#leaseOf(userId);
    this.#leases.set(
      userId,
      Object.assign(current, {
        others: last ? 0 : taken.remaining,
        resetAt: taken.resetAt.getTime(),
        last,
      }),
    );
    current.points += points;
    return current;
  }

  #limitOf(userId: string): RateLimit {
    return { name: NAME, key: userId, points: this.#points, windowMs: MINUTE };
  }
}

/** The budgets as this process spends from them, with API_COST_PER_MINUTE as the limit. */
export const costBudget: (platform: Platform) => CostBudget = perProcess(
  ({ rateLimits, config }) => new CostBudget(rateLimits, config.API_COST_PER_MINUTE),
);
