/** The jobs of contacts: imports. The schedules: figures that time changes, files, a metric. */
import { type Schedule, schedule } from '../platform/jobs/handler.ts';
import { MINUTE } from '../platform/time.ts';
import { forgetFiles } from './imports/jobs.ts';
import { measureOrganizationShare } from './organizations/share.ts';
import { recomputeDueWarmness } from './warmness/recompute.ts';

export { jobs } from './imports/jobs.ts';

/**
 * Every minute: warmness that time has changed. Every five: the metric of organizations. Every
 * hour: files that are to be forgotten.
 */
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
  forgetFiles,
];
