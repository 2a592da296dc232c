/**
 * What every domain builds on, made once by app.ts and passed down; app.ts also decides the order
 * in which its parts are closed.
 */
import { Cache, type CacheOptions, type CacheStatistics, type CacheStore } from './cache/cache.ts';
import type { Config } from './config.ts';
import type { Database } from './database/database.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { Log } from './log.ts';
import type { Processes } from './processes.ts';
import { type LiveSource, LiveTopics, type Versioned } from './pubsub/live-topics.ts';
import type { PubSub } from './pubsub/pubsub.ts';
import type { RateLimits } from './rate-limits/rate-limits.ts';

/** One for each process; workers may have one with a database of their own. */
export interface Platform {
  readonly config: Config;
  readonly log: Log;
  readonly database: Database;
  /** Where analytics are read: a replica with read-only sessions, or the database itself. */
  readonly replica: Database;
  readonly pubsub: PubSub;
  readonly caches: Caches;
  /** Enqueues background work. */
  readonly jobs: Jobs;
  /** This process and those beside it. */
  readonly processes: Processes;
  readonly rateLimits: RateLimits;
  readonly version: string;
  /** Aborts when the process stops: the domains' timers and subscriptions end then. */
  readonly stopping: AbortSignal;
}

/** Makes the caches of the domains, and keeps the list of them. */
export class Caches {
  readonly #store: CacheStore | null;
  readonly #log: Log;
  readonly #caches: Cache<object>[] = [];
  readonly #reported: (() => CacheStatistics)[] = [];

  constructor(store: CacheStore | null, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  create<T extends object>(options: CacheOptions<T>): Cache<T> {
    const cache = new Cache<T>(options, this.#store, this.#log);
    this.#caches.push(cache as unknown as Cache<object>);
    return cache;
  }

  /** Adds a cache of another kind to the list. */
  report(statistics: () => CacheStatistics): void {
    this.#reported.push(statistics);
  }

  get statistics(): CacheStatistics[] {
    return [
      ...this.#caches.map((cache) => cache.statistics),
      ...this.#reported.map((statistics) => statistics()),
    ];
  }
}

/**
 * A value that a domain keeps once per process, such as a cache: made from the platform at the
 * first call, then always the same. `const users = perProcess((platform) =>
 * platform.caches.create(…))`. `close` is called when the process stops.
 */
export function perProcess<T>(
  make: (platform: Platform) => T,
  close?: (made: T, platform: Platform) => void,
): (platform: Platform) => T {
  // Workers have a platform with a database of their own; the caches are the process's.
  const made = new WeakMap<Caches, T>();
  return (platform) => {
    let value = made.get(platform.caches);
    if (value === undefined) {
      value = make(platform);
      made.set(platform.caches, value);
      const kept = value;
      if (close) onStop(platform, () => close(kept, platform));
    }
    return value;
  };
}

/** Calls `close` once, when the process begins to stop. */
export function onStop({ stopping }: Platform, close: () => void): void {
  stopping.addEventListener('abort', close, { once: true });
}

/** The live topics of one kind of object, made once per process and closed when it stops. */
export function liveTopics<State extends Versioned>(
  source: (platform: Platform) => LiveSource<State>,
): (platform: Platform) => LiveTopics<State> {
  return perProcess(
    (platform) => new LiveTopics(source(platform), platform.pubsub, platform.log),
    (topics) => topics.close(),
  );
}
