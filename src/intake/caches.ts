/** The caches of the domain: how long they keep an entry, and what drops one. */
import type { Cache } from '../platform/cache/cache.ts';
import { noticedCache } from '../platform/cache/noticed-cache.ts';
import { onStop, type Platform } from '../platform/platform.ts';
import { MINUTE } from '../platform/time.ts';
import { CATALOG_CHANGED } from './topics.ts';

const SWEEP_MS = 5 * MINUTE;
/** For the entries of all tenants together. */
const MAX_BYTES = 48 * 1_048_576;

/** Resolves with the tenant's entry, from `load` if the cache has none. */
export type ReadThrough<T> = (tenantId: string, load: () => Promise<T>) => Promise<T>;

/** Frees the expired entries of a cache every five minutes, until the process stops. */
export function sweeping<T extends object>(platform: Platform, cache: Cache<T>): Cache<T> {
  const sweeper = setInterval(() => cache.sweep(), SWEEP_MS).unref();
  onStop(platform, () => clearInterval(sweeper));
  return cache;
}

/**
 * A cache with one entry for each tenant, for a part of its catalog (see catalog.ts): a change of
 * the catalog drops the tenant's entry in every process. While a process receives no notices of
 * changes, it bypasses the cache.
 */
export function catalogCache<T extends object>(platform: Platform, name: string): ReadThrough<T> {
  const known = noticedCache<T>(platform, {
    name,
    kind: 'INTAKE_CATALOG',
    ttlMs: platform.config.INTAKE_CACHE_TTL_MS,
    maxBytes: MAX_BYTES,
    topic: CATALOG_CHANGED,
    keyOf: ({ tenantId }) => tenantId,
  });
  sweeping(platform, known.cache);
  return async (tenantId, load) => (await known.get(tenantId, load)) ?? load();
}
