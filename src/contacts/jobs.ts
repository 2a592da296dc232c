/** The schedules of contacts: figures that time changes, and a metric. */
import { type Schedule, schedule } from '../platform/jobs/handler.ts';
import { MINUTE } from '../platform/time.ts';
import { measureOrganizationShare } from './organizations/share.ts';
import { recomputeDueWarmness } from './warmness/recompute.ts';

/** Every minute: warmness that time has changed. Every five: the metric of organizations. */
export const schedules: readonly Schedule[] = [
  schedule({
    name: 'warmness',
    cron: '* * * * *',
    timeoutMs: 10 * MINUTE,
    run: async (platform, signal) => void (await recomputeDueWarmness(platform, { signal })),
  }),
  schedule({
    name: 'contacts-organization-share',
    cron: '*/5 * * * *',
    timeoutMs: MINUTE,
    run: measureOrganizationShare,
  }),
];
