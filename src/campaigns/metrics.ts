/** The metrics of campaigns. */
import { Counter, Gauge, Histogram } from 'prom-client';
import { registry } from '../platform/metrics.ts';

/** By kind of event. */
export const webhookEvents = new Counter({
  name: 'sheaf_webhook_events_total',
  help: 'Events in webhook calls from WhatsApp, by kind: those stored, those that could not be read, and those for a number that no tenant has connected',
  labelNames: ['kind'] as const,
  registers: [registry],
});

/** The sum of the differences, as a count; 0 unless there is a bug. */
export const campaignDrift = new Gauge({
  name: 'sheaf_campaign_drift',
  help: 'By how much the kept counters of all running campaigns differed from the messages at the last check; anything but 0 is a bug',
  registers: [registry],
});

/** In seconds. */
export const figuresSeconds = new Histogram({
  name: 'sheaf_campaign_figures_seconds',
  help: 'From the receipt of events of WhatsApp in this process to the commit of the figures that count them',
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800],
  registers: [registry],
});
