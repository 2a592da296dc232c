/** The metrics of GraphQL operations and documents. */
import { Counter, Gauge, Histogram } from 'prom-client';
import { registry } from '../platform/metrics.ts';

/** Observed once an operation has finished. */
export const sqlStatementsPerOperation = new Histogram({
  name: 'sheaf_sql_statements_per_operation',
  help: 'SQL statements that one GraphQL operation caused',
  buckets: [0, 1, 2, 3, 4, 6, 9, 15, 30],
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

/** Executions of live queries, each for all who watch the same. */
export const liveExecutions = new Counter({
  name: 'sheaf_live_executions_total',
  help: 'Executions of live queries, each for all of its watchers',
  registers: [registry],
});

/** By `extensions.code`. */
export const graphqlErrors = new Counter({
  name: 'sheaf_graphql_errors_total',
  help: 'GraphQL errors by code; INTERNAL_SERVER_ERROR is a bug',
  labelNames: ['code'] as const,
  registers: [registry],
});
