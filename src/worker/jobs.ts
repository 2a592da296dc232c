/** Every job and every schedule of the domains: what workers run. */
import { jobs as campaignJobs, schedules as campaignSchedules } from '../campaigns/jobs.ts';
import { jobs as contactsJobs, schedules as contactsSchedules } from '../contacts/jobs.ts';
import { jobs as crmJobs, schedules as crmSchedules } from '../crm/jobs.ts';
import { jobs as intakeJobs } from '../intake/jobs.ts';
import { jobs as notificationJobs } from '../notifications/jobs.ts';
import type { Job, Schedule } from '../platform/jobs/handler.ts';
import { jobs as workflowJobs, schedules as workflowSchedules } from '../workflows/jobs.ts';

/** Every kind of job that is enqueued; workers make a queue for each. */
export const JOBS: readonly Job[] = [
  ...notificationJobs,
  ...contactsJobs,
  ...crmJobs,
  ...campaignJobs,
  ...intakeJobs,
  ...workflowJobs,
];
/** Work for all tenants at scheduled times; at most one run of each at a time. */
export const SCHEDULES: readonly Schedule[] = [
  ...contactsSchedules,
  ...crmSchedules,
  ...campaignSchedules,
  ...workflowSchedules,
];
