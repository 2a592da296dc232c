/**
 * The jobs of contacts: imports and erasures. The schedules: figures that time changes, files, a
 * metric.
 */
import { handle, type Job, type Schedule, schedule } from '../platform/jobs/handler.ts';
import { MINUTE } from '../platform/time.ts';
import { ERASE_CONTACT } from './erasure/job.ts';
import { failErasure, runErasure } from './erasure/run.ts';
import { forgetFiles, jobs as importJobs } from './imports/jobs.ts';
import { measureOrganizationShare } from './organizations/share.ts';
import { recomputeDueWarmness } from './warmness/recompute.ts';

/** Imports, and erasing people. */
export const jobs: readonly Job[] = [
  ...importJobs,
  handle(ERASE_CONTACT, { run: runErasure, dead: failErasure }),
];

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
