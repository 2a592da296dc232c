/**
 * What `GET /metrics` shows (Prometheus): the platform's metrics, and the registry to which each
 * layer adds those of its own `metrics.ts`.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** All metrics of this process, with the default ones of Node.js. */
export const registry = new Registry();
collectDefaultMetrics({ register: registry });

/** In seconds, network included, but without the wait for a connection. */
export const sqlSeconds = new Histogram({
  name: 'sheaf_sql_seconds',
  help: 'Time of one SQL statement as the client sees it',
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2, 10],
  registers: [registry],
});

/** By the name of the cache, in either tier. */
export const cacheHits = new Counter({
  name: 'sheaf_cache_hits_total',
  help: 'Reads served by a cache',
  labelNames: ['cache'] as const,
  registers: [registry],
});

/** By the name of the cache; what neither tier had. */
export const cacheMisses = new Counter({
  name: 'sheaf_cache_misses_total',
  help: 'Reads that a cache had no entry for',
  labelNames: ['cache'] as const,
  registers: [registry],
});

/** Raised when a subscription begins and lowered when it ends. */
export const subscriptions = new Gauge({
  name: 'sheaf_subscriptions',
  help: 'Open GraphQL subscriptions of this process',
  registers: [registry],
});

/** By queue and result, `completed` or `failed`; in seconds. */
export const jobSeconds = new Histogram({
  name: 'sheaf_job_seconds',
  help: 'Time of one attempt of a background job',
  labelNames: ['queue', 'result'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 300],
  registers: [registry],
});

/** By queue and whether the tenant had another job of the queue under way here; in seconds. */
export const jobWaitSeconds = new Histogram({
  name: 'sheaf_job_wait_seconds',
  help: 'From the moment when a job was due to the start of its first attempt, by queue and by whether its tenant had others under way in this process ("few" if none, "many" if any)',
  labelNames: ['queue', 'tenant'] as const,
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800],
  registers: [registry],
});

/** By the name of the limit and the result, `allowed` or `rejected`. */
export const rateLimitResults = new Counter({
  name: 'sheaf_rate_limit_total',
  help: 'Requests that rate limits allowed and rejected',
  labelNames: ['name', 'result'] as const,
  registers: [registry],
});

/** Read from the database when the metrics are. */
export const queueJobs = new Gauge({
  name: 'sheaf_queue_jobs',
  help: 'Background jobs by queue and state, of all processes',
  labelNames: ['queue', 'state'] as const,
  registers: [registry],
});

/** A resource that is shared in turns (turns.ts). */
interface Shared {
  readonly resource: string;
  readonly inUse: number;
  readonly waiting: number;
}

/** Weak, because a database or a thread pool may be gone before the process ends. */
const shared = new Set<WeakRef<Shared>>();

/** Adds the turns of a resource to the metrics, until they are garbage-collected. */
export function watchTurns(turns: Shared): void {
  shared.add(new WeakRef(turns));
}

/** The turns of everything in this process, added up by resource. */
export function turnStatistics(): { resource: string; inUse: number; waiting: number }[] {
  const byResource = new Map<string, { resource: string; inUse: number; waiting: number }>();
  for (const reference of shared) {
    const turns = reference.deref();
    if (!turns) continue;
    const { resource } = turns;
    const { inUse = 0, waiting = 0 } = byResource.get(resource) ?? {};
    byResource.set(resource, {
      resource,
      inUse: inUse + turns.inUse,
      waiting: waiting + turns.waiting,
    });
  }
  return [...byResource.values()];
}

/**
 * A gauge that is computed when the metrics are read: keeping count would add a cost to every
 * statement.
 */
function turnsGauge(name: string, help: string, of: (turns: Shared) => number): void {
  new Gauge({
    name,
    help,
    labelNames: ['resource'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const reference of shared) {
        const turns = reference.deref();
        if (turns) this.inc({ resource: turns.resource }, of(turns));
        else shared.delete(reference);
      }
    },
  });
}

turnsGauge(
  'sheaf_turns_in_use',
  'Turns under way of what tenants share, by resource, in this process',
  ({ inUse }) => inUse,
);
turnsGauge(
  'sheaf_turns_waiting',
  'Those who wait for a turn of what tenants share, by resource, in this process',
  ({ waiting }) => waiting,
);
