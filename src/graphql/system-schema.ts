/** What the running process is doing, for owners. */
import type { CacheStatistics } from '../platform/cache/cache.ts';
import { markUnversioned } from '../platform/database/statements.ts';
import type { QueueStatistics } from '../platform/jobs/jobs.ts';
import type { Platform } from '../platform/platform.ts';
import type { RateLimitStatistics } from '../platform/rate-limits/rate-limits.ts';
import { ownersOnly } from '../schema-builder/access.ts';
import { builder } from '../schema-builder/builder.ts';

const CacheStats = builder.objectRef<CacheStatistics>('CacheStats').implement({
  description:
    'The hits and misses of one cache of this process, added up over all tenants since it started.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What is cached, such as `users`.' }),
    hits: t.exposeInt('hits', { description: 'How often a value was found in the cache.' }),
    misses: t.exposeInt('misses', { description: 'How often a value had to be read instead.' }),
    size: t.exposeInt('size', { description: 'How many entries are in memory now.' }),
    bytes: t.exposeInt('bytes', {
      description:
        'About how much memory the entries and their keys take now, in bytes; the limit of the cache is in bytes too.',
    }),
    hitRate: t.float({
      description:
        '`hits` divided by `hits` and `misses` together, from 0 to 1; 0 before the first hit.',
      resolve: ({ hits, misses }) => (hits === 0 ? 0 : hits / (hits + misses)),
    }),
  }),
});

const QueueStats = builder.objectRef<QueueStatistics>('QueueStats').implement({
  description: 'Background jobs of one kind, of your own tenant only, in all processes.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The kind of job, such as `notifications`.' }),
    pending: t.exposeInt('pending', {
      description: 'Jobs that wait for a worker or for their next attempt.',
    }),
    processing: t.exposeInt('processing', { description: 'Jobs that a worker is running now.' }),
    completed: t.exposeInt('completed', {
      description: 'Jobs that succeeded within the last 24 hours.',
    }),
    failed: t.exposeInt('failed', {
      description: 'Jobs whose last attempt failed within the last 24 hours.',
    }),
  }),
});

const RateLimitStats = builder.objectRef<RateLimitStatistics>('RateLimitStats').implement({
  description:
    'What one rate limit let through and refused in this process, added up over all tenants since it started.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What is limited, such as `api-cost`.' }),
    allowed: t.exposeInt('allowed', { description: 'How many requests were let through.' }),
    rejected: t.exposeInt('rejected', {
      description: 'How many requests were refused with RATE_LIMITED.',
    }),
  }),
});

const System = builder.objectRef<Platform>('System').implement({
  description: 'The state of the process that handles this request, for those who operate it.',
  fields: (t) => ({
    version: t.string({
      description: 'The version of the server software that is running.',
      resolve: (platform) => platform.version,
    }),
    uptimeSeconds: t.float({
      description: 'How long the process has been running, in seconds.',
      resolve: () => process.uptime(),
    }),
    caches: t.field({
      type: [CacheStats],
      description: 'The hits, misses and size of each cache of this process.',
      resolve: (platform) => platform.caches.statistics,
    }),
    queues: t.field({
      type: [QueueStats],
      description: 'The numbers of background jobs of your tenant, by kind and state.',
      resolve: (platform, _args, { viewer }) =>
        platform.jobs.statisticsOf(platform.database.forTenant(viewer)),
    }),
    rateLimits: t.field({
      type: [RateLimitStats],
      description: 'What each rate limit let through and refused in this process.',
      resolve: (platform) => platform.rateLimits.statistics,
    }),
  }),
});

builder.queryField('system', (t) =>
  t.field({
    ...ownersOnly,
    description: 'What the running process and its queues are doing.',
    type: System,
    resolve: (_root, _args, context) => {
      markUnversioned();
      return context.platform;
    },
  }),
);
