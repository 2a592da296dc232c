/** The metrics of HTTP requests and of the operations that they carry. */
import { Histogram } from 'prom-client';
import { registry } from '../platform/metrics.ts';

/** From the receipt of a request to the end of its response, in seconds. */
export const httpRequestSeconds = new Histogram({
  name: 'sheaf_http_request_seconds',
  help: 'Time to respond to an HTTP request',
  labelNames: ['route', 'status'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [registry],
});

/**
 * The same by the name of the operation. Clients choose names, and each costs memory here and in
 * Prometheus: only the first ones are told apart.
 */
const operationSeconds = new Histogram({
  name: 'sheaf_operation_seconds',
  help: 'Time to respond to a signed-in user, by the name of the operation; "other" for the later ones of many names',
  labelNames: ['operation'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  registers: [registry],
});

const MAX_NAMES = 100;
const names = new Set<string>();

/** Counts a response to a signed-in user; null for an operation without a name. */
export function observeOperation(name: string | null, seconds: number): void {
  if (name !== null && names.size < MAX_NAMES) names.add(name);
  const operation = name === null ? 'unnamed' : names.has(name) ? name : 'other';
  operationSeconds.observe({ operation }, seconds);
}
