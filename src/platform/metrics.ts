/** What `GET /metrics` shows (Prometheus). The domains' metrics are declared here too. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** All metrics of this process, with the default ones of Node.js. */
export const registry = new Registry();
collectDefaultMetrics({ register: registry });

/** From the receipt of a request to the end of its response, in seconds. */
export const httpRequestSeconds = new Histogram({
  name: 'sheaf_http_request_seconds',
  help: 'Time to answer an HTTP request',
  labelNames: ['route', 'status'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [registry],
});

/** Observed once an operation has finished. */
export const sqlStatementsPerOperation = new Histogram({
  name: 'sheaf_sql_statements_per_operation',
  help: 'SQL statements that one GraphQL operation caused',
  buckets: [0, 1, 2, 3, 4, 6, 9, 15, 30],
  registers: [registry],
});

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
  help: 'Reads answered by a cache',
  labelNames: ['cache'] as const,
  registers: [registry],
});

/** By the name of the cache; what neither tier had. */
export const cacheMisses = new Counter({
  name: 'sheaf_cache_misses_total',
  help: 'Reads that a cache could not answer',
  labelNames: ['cache'] as const,
  registers: [registry],
});

/** Raised when a subscription begins and lowered when it ends. */
export const subscriptions = new Gauge({
  name: 'sheaf_subscriptions',
  help: 'Open GraphQL subscriptions of this process',
  registers: [registry],
});

/** Parsed and validated documents in memory. */
export const keptDocuments = new Gauge({
  name: 'sheaf_graphql_documents',
  help: 'GraphQL documents that this process keeps',
  registers: [registry],
});

/** An estimate, in bytes. */
export const keptDocumentBytes = new Gauge({
  name: 'sheaf_graphql_document_bytes',
  help: 'Memory that these documents take, by estimate',
  registers: [registry],
});

/** By `extensions.code`. */
export const graphqlErrors = new Counter({
  name: 'sheaf_graphql_errors_total',
  help: 'GraphQL errors by code; INTERNAL_SERVER_ERROR is a bug',
  labelNames: ['code'] as const,
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

/** By the name of the limit and the result, `allowed` or `rejected`. */
export const rateLimitResults = new Counter({
  name: 'sheaf_rate_limit_total',
  help: 'What rate limits allowed and rejected',
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

/** By kind of event. */
export const webhookEvents = new Counter({
  name: 'sheaf_webhook_events_total',
  help: 'Events that WhatsApp called the webhook with, by kind: what was stored, and what was not understood or for a number that nobody has connected',
  labelNames: ['kind'] as const,
  registers: [registry],
});

/** The sum of the differences, as a count; 0 unless there is a bug. */
export const campaignDrift = new Gauge({
  name: 'sheaf_campaign_drift',
  help: 'How far the kept counters of all running campaigns were off when they were last counted anew; anything but 0 is a bug',
  registers: [registry],
});

/** By the status that a sync ended with. */
export const crmSyncs = new Counter({
  name: 'sheaf_crm_sync_total',
  help: 'Syncs with CRMs that ended',
  labelNames: ['status'] as const,
  registers: [registry],
});

/** Only the worker that counted last knows it: take the maximum over all processes. */
export const contactsWithOrganization = new Gauge({
  name: 'sheaf_contacts_with_organization_ratio',
  help: 'Share of all contacts that have an organization',
  registers: [registry],
});

/** By status, and by whether steps ran in parallel. */
export const workflowExecutions = new Counter({
  name: 'sheaf_workflow_executions_total',
  help: 'Workflow executions that ended by themselves, by whether steps of them ran at the same time',
  labelNames: ['parallel', 'status'] as const,
  registers: [registry],
});

/** Counts packets, not templates. */
export const renderBudgetsUsedUp = new Counter({
  name: 'sheaf_render_budgets_used_up_total',
  help: 'Packets that failed because their templates used up the rendering time of a packet',
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
