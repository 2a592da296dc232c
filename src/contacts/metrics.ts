/** The metrics of contacts. */
import { Gauge } from 'prom-client';
import { registry } from '../platform/metrics.ts';

/** Only the worker that counted last knows it: take the maximum over all processes. */
export const contactsWithOrganization = new Gauge({
  name: 'sheaf_contacts_with_organization_ratio',
  help: 'Share of all contacts that have an organization',
  registers: [registry],
});
