/**
 * Caches in two tiers: an LRU in memory, bounded by the bytes that it holds, and, where configured,
 * Redis. A cache is a convenience: any failure of the second tier is a miss and a log line, never
 * an error. An entry whose key holds the stored version of what it was made from can never be
 * stale.
 */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { currentStatistics } from '../database/statements.ts';
import type { Log } from '../log.ts';
import { cacheHits, cacheMisses } from '../metrics.ts';
import { approximateBytes } from './bytes.ts';

/** The shared tier: text by key. Implementations must limit the time of both calls. */
export interface CacheStore {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
}

/** How a cache is named and bounded, and whether it is shared. */
export interface CacheOptions<T> {
  /** Shown in `system.caches` and as the metrics' label. */
  name: string;
  /** How long an entry is kept, in milliseconds; 0 disables the cache. */
  ttlMs: number;
  /** About the most bytes that all entries in memory may take, keys included; 8 MiB when absent. */
  maxBytes?: number;
  /** Restores a value, dates for example, from its JSON; without it the cache is in memory only. */
  revive?: (json: unknown) => T;
}

/** The state of a cache in this process, with its hits and misses since the start. */
export interface CacheStatistics {
  name: string;
  hits: number;
  misses: number;
  /** Entries in memory. */
  size: number;
  /** About how many bytes they take, keys included. */
  bytes: number;
}

const MEBIBYTE = 1_048_576;
const MAX_BYTES = 8 * MEBIBYTE;
/** What an entry takes in addition to its key and value. */
const ENTRY_BYTES = 150;
/** Longer keys, which may contain what a client sent, are stored as their hash. */
const MAX_KEY_LENGTH = 128;

function shortKey(key: string): string {
  return key.length <= MAX_KEY_LENGTH ? key : hash('sha256', key, 'base64url');
}

/** One kind of value by key. A value that is read is shared: it must not be changed. */
export class Cache<T extends object> {
  readonly #options: CacheOptions<T>;
  readonly #memory: LRUCache<string, T>;
  readonly #loading = new Map<string, Promise<T | null>>();
  readonly #store: CacheStore | null;
  readonly #log: Log;
  #hits = 0;
  #misses = 0;
  #drops = 0;

  constructor(options: CacheOptions<T>, store: CacheStore | null, log: Log) {
    this.#options = options;
    this.#memory = new LRUCache({
      maxSize: options.maxBytes ?? MAX_BYTES,
      sizeCalculation: (value, key) =>
        ENTRY_BYTES + approximateBytes(key) + approximateBytes(value),
      ttl: options.ttlMs,
    });
    this.#store = options.revive ? store : null;
    this.#log = log;
  }

  /** The cached value from memory, or undefined; only a hit is counted. */
  peek(key: string): T | undefined {
    return this.#peek(shortKey(key));
  }

  #peek(key: string): T | undefined {
    const value = this.#memory.get(key);
    if (value !== undefined) this.#count(true);
    return value;
  }

  /** The value of a key. Concurrent calls in a process share one load; null is not cached. */
  async get(longKey: string, load: () => Promise<T | null>): Promise<T | null> {
    const key = shortKey(longKey);
    const cached = this.#peek(key);
    if (cached !== undefined) return cached;
    const loading = this.#loading.get(key);
    if (loading) return loading;
    const promise = this.#load(key, load).finally(() => {
      if (this.#loading.get(key) === promise) this.#loading.delete(key);
    });
    this.#loading.set(key, promise);
    return promise;
  }

  set(key: string, value: T): void {
    this.#set(shortKey(key), value);
  }

  #set(key: string, value: T): void {
    if (this.#options.ttlMs === 0) return;
    this.#memory.set(key, value);
    this.#share(key, value);
  }

  /** The value of a key from the second tier, which is then kept in memory; null if it has none. */
  async fetch(key: string): Promise<T | null> {
    return this.#fetch(shortKey(key));
  }

  async #fetch(key: string): Promise<T | null> {
    const value = await this.#fromStore(key);
    this.#count(value !== null);
    if (value !== null && this.#options.ttlMs > 0) this.#memory.set(key, value);
    return value;
  }

  /** Empties the memory tier; values still being loaded are not kept either. */
  clear(): void {
    this.#drops += 1;
    this.#memory.clear();
    this.#loading.clear();
  }

  /** Removes one key from the memory tier; values still being loaded are not kept either. */
  drop(longKey: string): void {
    const key = shortKey(longKey);
    this.#drops += 1;
    this.#memory.delete(key);
    this.#loading.delete(key);
  }

  /** Frees expired entries that are no longer asked for. */
  sweep(): void {
    this.#memory.purgeStale();
  }

  get statistics(): CacheStatistics {
    return {
      name: this.#options.name,
      hits: this.#hits,
      misses: this.#misses,
      size: this.#memory.size,
      bytes: this.#memory.calculatedSize,
    };
  }

  async #load(key: string, load: () => Promise<T | null>): Promise<T | null> {
    const drops = this.#drops;
    const stored = await this.#fetch(key);
    if (stored !== null) return stored;
    const value = await load();
    // An entry dropped during the load must not return with what was read before the change.
    if (value !== null && this.#drops === drops) this.#set(key, value);
    return value;
  }

  async #fromStore(key: string): Promise<T | null> {
    if (this.#store === null || this.#options.revive === undefined) return null;
    try {
      const text = await this.#store.get(`${this.#options.name}:${key}`);
      return text === null ? null : this.#options.revive(JSON.parse(text));
    } catch (error) {
      this.#log.warn(
        { cache: this.#options.name, reason: String(error) },
        'the shared cache did not respond',
      );
      return null;
    }
  }

  #share(key: string, value: T): void {
    this.#store
      ?.set(`${this.#options.name}:${key}`, JSON.stringify(value), this.#options.ttlMs)
      .catch((error: unknown) => {
        this.#log.warn(
          { cache: this.#options.name, reason: String(error) },
          'a value could not be stored in the shared cache',
        );
      });
  }

  #count(hit: boolean): void {
    if (hit) this.#hits += 1;
    else this.#misses += 1;
    const request = currentStatistics();
    if (hit && request) request.cacheHits += 1;
    (hit ? cacheHits : cacheMisses).inc({ cache: this.#options.name });
  }
}
