/** The metrics of syncs with CRMs. */
import { Counter } from 'prom-client';
import { registry } from '../platform/metrics.ts';

/** By the status that a sync ended with. */
export const crmSyncs = new Counter({
  name: 'sheaf_crm_sync_total',
  help: 'Syncs with CRMs that ended',
  labelNames: ['status'] as const,
  registers: [registry],
});
