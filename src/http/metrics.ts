/** The metrics of HTTP requests. */
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
