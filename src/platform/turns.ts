/**
 * Turns: how tenants share a scarce resource (connections, costly operations, rendering threads;
 * jobs by the same rule, see jobs/workers.ts). Nobody waits while there is room, except that a part
 * is kept for other tenants: a tenant that floods the server on its own gets `most` of `size`, so
 * that the first request of another tenant is served at once. The next turn goes to the waiting
 * tenant with the fewest turns under way; among equals, to the one whose last turn is longest ago.
 * Each wait ends by its signal or after `waitMs`, and each tenant may have at most `maxWaiting`
 * waits.
 */
import { RequestError } from './errors.ts';
import { watchTurns } from './metrics.ts';

/** How many turns there are, and how long and how many may wait for one. */
export interface TurnsOptions {
  /** What is shared; the label of its metrics. */
  resource: string;
  /** How many turns there are at once. */
  size: number;
  /** How many of them one tenant may have. By default all but a fifth (`mostOf`). */
  most?: number;
  /** The maximum wait, in milliseconds; then it fails with SERVICE_UNAVAILABLE. */
  waitMs: number;
  /** The maximum number of waits of one tenant; one more fails at once with SERVICE_UNAVAILABLE. */
  maxWaiting: number;
  /** The message of a failed wait: a sentence that says why; "Try again shortly." is appended. */
  busy: string;
}

interface Waiter {
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/**
 * How many of `size` turns one tenant may have: all but a fifth, but never all of them, unless
 * there is only one.
 */
export function mostOf(size: number): number {
  return Math.max(1, size - Math.max(1, Math.floor(size / 5)));
}

/** Shares turns among keys: tenants, or things that are changed one change at a time. */
export class Turns {
  readonly resource: string;
  readonly #options: Required<TurnsOptions>;
  /** Turns under way by key; without those that have none. */
  readonly #taken = new Map<string, number>();
  /** The waits by key; keys whose last turn is longest ago come first. */
  readonly #waiting = new Map<string, Set<Waiter>>();
  #inUse = 0;
  #waitingCount = 0;

  constructor(options: TurnsOptions) {
    this.#options = { most: mostOf(options.size), ...options };
    this.resource = options.resource;
    watchTurns(this);
  }

  /** Turns under way. */
  get inUse(): number {
    return this.#inUse;
  }

  /** The number of waits, over all keys. */
  get waiting(): number {
    return this.#waitingCount;
  }

  /** Takes a turn if the key may have one now. After true, the caller must call `end` once. */
  tryTake(key: string): boolean {
    // Whenever there is room, all keys that wait have their maximum, so nobody is overtaken.
    const taken = this.#taken.get(key) ?? 0;
    if (this.#inUse >= this.#options.size || taken >= this.#options.most) return false;
    this.#taken.set(key, taken + 1);
    this.#inUse += 1;
    return true;
  }

  /**
   * Resolves when it is the key's turn, after which the caller must call `end` once. Rejects with
   * the signal's reason, or with SERVICE_UNAVAILABLE when the wait is too long or the key already
   * has too many waits.
   */
  async take(key: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.tryTake(key)) return;
    const { waitMs, maxWaiting } = this.#options;
    if ((this.#waiting.get(key)?.size ?? 0) >= maxWaiting) throw this.#failure();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { resolve, reject };
    const leave = (reason: unknown) => this.#leave(key, waiter, reason);
    const onAbort = () => leave(signal?.reason);
    const timer = setTimeout(() => leave(this.#failure()), waitMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#enter(key, waiter);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Gives a turn back, which lets the next wait begin; throws if the key has no turn. */
  end(key: string): void {
    const taken = this.#taken.get(key) ?? 0;
    if (taken === 0)
      throw new Error(`A turn of ${this.resource} was ended without having been taken.`);
    if (taken === 1) this.#taken.delete(key);
    else this.#taken.set(key, taken - 1);
    this.#inUse -= 1;
    if (this.#waiting.size > 0) this.#callNext();
  }

  /** Runs the work in a turn of the key; rejects as `take` or the work does. */
  async run<T>(key: string, work: () => T | Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.take(key, signal);
    try {
      return await work();
    } finally {
      this.end(key);
    }
  }

  #callNext(): void {
    const key = this.#nextKey();
    if (key === undefined || !this.tryTake(key)) return;
    const waiters = this.#waiting.get(key);
    const [waiter] = waiters ?? [];
    if (!waiters || !waiter) throw new Error('A waiting key has no waiter.');
    this.#remove(key, waiter);
    // To the end of the queue.
    if (this.#waiting.delete(key)) this.#waiting.set(key, waiters);
    waiter.resolve();
  }

  /** A turn that ends lets at most one begin. */
  #nextKey(): string | undefined {
    let next: string | undefined;
    let fewest = this.#options.most;
    for (const key of this.#waiting.keys()) {
      const taken = this.#taken.get(key) ?? 0;
      if (taken < fewest) [next, fewest] = [key, taken];
      if (fewest === 0) break;
    }
    return next;
  }

  #enter(key: string, waiter: Waiter): void {
    const waiters = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiters.add(waiter));
    this.#waitingCount += 1;
  }

  #leave(key: string, waiter: Waiter, reason: unknown): void {
    if (this.#remove(key, waiter)) waiter.reject(reason);
  }

  #remove(key: string, waiter: Waiter): boolean {
    const waiters = this.#waiting.get(key);
    if (!waiters?.delete(waiter)) return false;
    this.#waitingCount -= 1;
    if (waiters.size === 0) this.#waiting.delete(key);
    return true;
  }

  #failure(): RequestError {
    return new RequestError('SERVICE_UNAVAILABLE', `${this.#options.busy} Try again shortly.`);
  }
}
