/** The metrics of campaigns. */
import { Counter, Gauge } from 'prom-client';
import { registry } from '../platform/metrics.ts';

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
