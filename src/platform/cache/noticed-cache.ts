/**
 * A cache whose entries are dropped by notices of changes from any process: for data that is read
 * often and changes seldom. It is emptied after a gap, when notices may have been missed, and
 * bypassed while none arrive.
 */
import type { Kind } from '../database/kinds.ts';
import { currentReads, markUnversioned } from '../database/statements.ts';
import { versionOf } from '../database/versions.ts';
import type { Platform } from '../platform.ts';
import type { Change } from '../pubsub/pubsub.ts';
import type { Topic } from '../pubsub/topic.ts';
import type { Cache, CacheOptions } from './cache.ts';

/** A cache, and the changes that drop its entries. */
export interface NoticedCacheOptions<T> extends CacheOptions<T> {
  /** The kind of data that entries are made of. */
  kind: Kind;
  /** The topic of the changes that drop entries. */
  topic: Topic;
  /** The key of the entry that a change drops; without it every change drops all entries. */
  keyOf?: (change: Change) => string;
}

/** A cache whose `get` is current as long as notices arrive. */
export interface NoticedCache<T extends object> {
  /**
   * For entries that never change, and for sweeping: its content is only known to be current while
   * notices arrive.
   */
  readonly cache: Cache<T>;
  /** The value of a key; `load` reads it if the cache has none that is known to be current. */
  get(key: string, load: () => Promise<T | null>): Promise<T | null>;
}

/** Makes the cache and subscribes it for the life of the process: call it once per process. */
export function noticedCache<T extends object>(
  platform: Platform,
  { kind, topic, keyOf, ...options }: NoticedCacheOptions<T>,
): NoticedCache<T> {
  const { caches, pubsub } = platform;
  const cache = caches.create<T>(options);
  pubsub.subscribe((change) => {
    if (change.topic !== topic.name) return;
    if (keyOf) cache.drop(keyOf(change));
    else cache.clear();
  });
  pubsub.onGap(() => cache.clear());
  const get = (key: string, load: () => Promise<T | null>) => {
    const reads = currentReads();
    const versions = reads?.knownVersions([kind]);
    reads?.kinds.add(kind);
    // An answer that is kept for these versions must not be made of an entry that a notice is still
    // on its way for.
    if (versions) return cache.get(`${key}@${versionOf(kind, versions)}`, load);
    markUnversioned();
    return pubsub.connected ? cache.get(key, load) : load();
  };
  return { cache, get };
}
