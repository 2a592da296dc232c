/**
 * Caches of what a tenant's owners and members write seldom and everybody reads: one entry a
 * tenant, dropped in every process by any change.
 */
import type { Cache } from '../platform/cache/cache.ts';
import { noticedCache } from '../platform/cache/noticed-cache.ts';
import type { Platform } from '../platform/platform.ts';
import { MINUTE } from '../platform/time.ts';
import { CATALOG_CHANGED } from './topics.ts';

const SWEEP_MS = 5 * MINUTE;
/** Of all tenants together. */
const MAX_BYTES = 48 * 1_048_576;

export type Read<T> = (tenantId: string, load: () => Promise<T>) => Promise<T>;

/** Frees what expired in a cache of the domain, every five minutes. */
export function sweeping<T extends object>(platform: Platform, cache: Cache<T>): Cache<T> {
  const sweeper = setInterval(() => cache.sweep(), SWEEP_MS).unref();
  platform.stopping.addEventListener('abort', () => clearInterval(sweeper), { once: true });
  return cache;
}

/**
 * Reads through a cache of a process; `load` is called where the cache has nothing that can be
 * trusted.
 */
export function catalogCache<T extends object>(platform: Platform, name: string): Read<T> {
  const { INTAKE_CACHE_TTL_MS: ttlMs } = platform.config;
  // Without notices of changes it could be out of date for an hour.
  const known = noticedCache<T>(platform, {
    name,
    ttlMs,
    maxBytes: MAX_BYTES,
    topic: CATALOG_CHANGED,
    keyOf: ({ tenantId }) => tenantId,
  });
  sweeping(platform, known.cache);
  return async (tenantId, load) => (await known.get(tenantId, load)) ?? load();
}
