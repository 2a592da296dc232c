/** What the running process is doing, for owners. */
import type { CacheStatistics } from '../platform/cache/cache.ts';
import { markUnversioned } from '../platform/database/statements.ts';
import { RequestError } from '../platform/errors.ts';
import type { QueueStatistics } from '../platform/jobs/jobs.ts';
import type { Platform } from '../platform/platform.ts';
import type { ProcessQueue, ProcessReport, ProcessTurns } from '../platform/processes.ts';
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

const ProcessQueueStats = builder.objectRef<ProcessQueue>('ProcessQueueStats').implement({
  description: 'Background jobs of one kind in one process, of all tenants together.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The kind of job, such as `notifications`.' }),
    slots: t.exposeInt('slots', {
      description: 'How many of them the process can run at the same time.',
    }),
    running: t.exposeInt('running', { description: 'How many of them it is running.' }),
  }),
});

const TurnStats = builder.objectRef<ProcessTurns>('TurnStats').implement({
  description: 'Something that tenants share in turns in one process.',
  fields: (t) => ({
    resource: t.exposeString('resource', {
      description: 'What is shared, such as `connections`.',
    }),
    inUse: t.exposeInt('inUse', { description: 'How many turns are under way.' }),
    waiting: t.exposeInt('waiting', { description: 'How many wait for a turn.' }),
  }),
});

const ServerProcess = builder.objectRef<ProcessReport>('ServerProcess').implement({
  description:
    'A process of the installation as it last reported itself, which each does every 10 seconds.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'Names the process until it stops.' }),
    host: t.exposeString('host', { description: 'The machine or container that it runs on.' }),
    version: t.exposeString('version', { description: 'The version of its software.' }),
    servesApi: t.exposeBoolean('servesApi', { description: 'Whether it serves the API.' }),
    runsJobs: t.exposeBoolean('runsJobs', { description: 'Whether it runs background jobs.' }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When it started.',
      resolve: ({ startedAt }) => startedAt,
    }),
    reportedAt: t.field({
      type: 'DateTime',
      description:
        'When it said all this. A process that has been silent for 30 seconds is left out.',
      resolve: ({ reportedAt }) => reportedAt,
    }),
    memoryBytes: t.exposeFloat('memoryBytes', {
      description: 'How much memory it takes (resident set), in bytes.',
    }),
    caches: t.field({
      type: [CacheStats],
      description: 'What it keeps in memory, and how often that was of use.',
      resolve: ({ caches }) => caches,
    }),
    queues: t.field({
      type: [ProcessQueueStats],
      description: 'What it runs in the background, by kind; empty where it runs no jobs.',
      resolve: ({ queues }) => queues,
    }),
    turns: t.field({
      type: [TurnStats],
      description: 'What tenants share in it, and how many wait for it.',
      resolve: ({ turns }) => turns,
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
    processes: t.field({
      type: [ServerProcess],
      nullable: true,
      description:
        'All processes of the installation, the earliest first; without Redis only this one. Only for the users that the setting OPERATORS names.',
      resolve: (platform, _args, { viewer }) => {
        if (!platform.config.OPERATORS.includes(viewer.userId))
          throw new RequestError(
            'FORBIDDEN',
            'Only operators of the installation may see its processes (the setting OPERATORS).',
          );
        return platform.processes.all();
      },
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
