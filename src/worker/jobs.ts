/** Every job and every schedule of the domains: what workers run. */
import { jobs as campaignJobs, schedules as campaignSchedules } from '../campaigns/jobs.ts';
import type { Job, Schedule } from '../platform/jobs/handler.ts';

export const JOBS: readonly Job[] = [...campaignJobs];
export const SCHEDULES: readonly Schedule[] = [...campaignSchedules];
