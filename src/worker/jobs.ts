/** Every job and every schedule of the domains: what workers run. */
import { jobs as intakeJobs } from '../intake/jobs.ts';
import type { Job, Schedule } from '../platform/jobs/handler.ts';

export const JOBS: readonly Job[] = [...intakeJobs];
export const SCHEDULES: readonly Schedule[] = [];
