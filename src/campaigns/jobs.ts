/** What workers do for campaigns: their jobs and schedules. */
import { handle, type Job, type Schedule, schedule } from '../platform/jobs/handler.ts';
import { MINUTE } from '../platform/time.ts';
import { figuresSchedules } from './figures/schedules.ts';
import { ingestSchedules } from './ingest/schedules.ts';
import { startScheduled } from './lifecycle.ts';
import { SEND_CAMPAIGN, START_CAMPAIGN } from './sending/job.ts';
import { pauseAfterDeadJob, sendCampaign } from './sending/sending.ts';
import { settleMessages } from './sending/settle.ts';

/** The jobs of this domain with their handlers. */
export const jobs: readonly Job[] = [
  handle(START_CAMPAIGN, { run: startScheduled }),
  handle(SEND_CAMPAIGN, { run: sendCampaign, dead: pauseAfterDeadJob }),
];

/** What this domain does at fixed times. */
export const schedules: readonly Schedule[] = [
  schedule({
    name: 'campaign-settling',
    cron: '* * * * *',
    timeoutMs: 5 * MINUTE,
    run: settleMessages,
  }),
  ...ingestSchedules,
  ...figuresSchedules,
];
