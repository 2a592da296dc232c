/** The metrics of campaigns. */
import { Counter, Gauge } from 'prom-client';
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
