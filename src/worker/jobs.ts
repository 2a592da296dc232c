/** Every job and every schedule of the domains: what workers run. */
import type { Job, Schedule } from '../platform/jobs/handler.ts';

export const JOBS: readonly Job[] = [];
export const SCHEDULES: readonly Schedule[] = [];
