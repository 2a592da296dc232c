/** The metrics of packets. */
import { Counter } from 'prom-client';
import { registry } from '../platform/metrics.ts';

/** Counts packets, not templates. */
export const renderBudgetsUsedUp = new Counter({
  name: 'sheaf_render_budgets_used_up_total',
  help: 'Packets that failed because their templates used up the rendering time of a packet',
  registers: [registry],
});
