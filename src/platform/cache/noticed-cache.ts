/**
 * A cache that any process's change drops entries from, by notice: for what is read often and
 * changes seldom. It is emptied after a gap, when notices may have been missed, and passed by while
 * none arrive.
 */
import type { Platform } from '../platform.ts';
import type { Change } from '../pubsub/pubsub.ts';
import type { Cache, CacheOptions } from './cache.ts';

export interface NoticedCacheOptions<T> extends CacheOptions<T> {
  /** Of the changes that drop entries. */
  topic: string;
  /** Which entry a change drops; without it all of them. */
  keyOf?: (change: Change) => string;
}

export interface NoticedCache<T extends object> {
  /**
   * For entries that never change, and for sweeping: what it holds is only known to be current
   * while notices arrive.
   */
  readonly cache: Cache<T>;
  /** The value of a key, which `load` reads where the cache has none that can be trusted. */
  get(key: string, load: () => Promise<T | null>): Promise<T | null>;
}

export function noticedCache<T extends object>(
  platform: Platform,
  { topic, keyOf, ...options }: NoticedCacheOptions<T>,
): NoticedCache<T> {
  const { caches, pubsub } = platform;
  const cache = caches.create<T>(options);
  pubsub.subscribe((change) => {
    if (change.topic !== topic) return;
    if (keyOf) cache.drop(keyOf(change));
    else cache.clear();
  });
  pubsub.onGap(() => cache.clear());
  return { cache, get: (key, load) => (pubsub.connected ? cache.get(key, load) : load()) };
}
