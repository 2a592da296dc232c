/** What the running process is doing, for owners. */
import type { CacheStatistics } from '../platform/cache/cache.ts';
import type { QueueStatistics } from '../platform/jobs/jobs.ts';
import type { Platform } from '../platform/platform.ts';
import type { RateLimitStatistics } from '../platform/rate-limits/rate-limits.ts';
import { ownersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';

const CacheStats = builder.objectRef<CacheStatistics>('CacheStats').implement({
  description: 'How well a cache of this process works, added up over all tenants.',
  fields: (t) => ({
    name: t.exposeString('name'),
    hits: t.exposeInt('hits'),
    misses: t.exposeInt('misses'),
    size: t.exposeInt('size', { description: 'Entries in memory.' }),
    bytes: t.exposeInt('bytes', {
      description:
        'About the memory that the entries hold, in bytes, their keys included; the cache is bounded by it.',
    }),
    hitRate: t.float({ resolve: ({ hits, misses }) => (hits === 0 ? 0 : hits / (hits + misses)) }),
  }),
});

const QueueStats = builder.objectRef<QueueStatistics>('QueueStats').implement({
  description: "Background jobs of the viewer's own tenant, in all processes.",
  fields: (t) => ({
    name: t.exposeString('name'),
    pending: t.exposeInt('pending'),
    processing: t.exposeInt('processing'),
    completed: t.exposeInt('completed', { description: 'Of the last day.' }),
    failed: t.exposeInt('failed', { description: 'Of the last day.' }),
  }),
});

const RateLimitStats = builder.objectRef<RateLimitStatistics>('RateLimitStats').implement({
  description: 'What this process allowed and rejected, added up over all tenants.',
  fields: (t) => ({
    name: t.exposeString('name'),
    allowed: t.exposeInt('allowed'),
    rejected: t.exposeInt('rejected'),
  }),
});

const System = builder.objectRef<Platform>('System').implement({
  fields: (t) => ({
    version: t.string({ resolve: (platform) => platform.version }),
    uptimeSeconds: t.float({ resolve: () => process.uptime() }),
    caches: t.field({ type: [CacheStats], resolve: (platform) => platform.caches.statistics }),
    queues: t.field({
      type: [QueueStats],
      resolve: (platform, _args, { viewer }) =>
        platform.jobs.statisticsOf(platform.database.forTenant(viewer)),
    }),
    rateLimits: t.field({
      type: [RateLimitStats],
      resolve: (platform) => platform.rateLimits.statistics,
    }),
  }),
});

builder.queryField('system', (t) =>
  t.field({
    ...ownersOnly,
    description: 'Owners only: what the running process and its queues are doing.',
    type: System,
    resolve: (_root, _args, context) => context.platform,
  }),
);
