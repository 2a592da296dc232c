/** What workers do for campaigns. */
import { handle, type Job, type Schedule, schedule } from '../platform/jobs/handler.ts';
import { MINUTE } from '../platform/time.ts';
import { figuresSchedules } from './figures/schedules.ts';
import { startScheduled } from './launch.ts';
import { SEND_CAMPAIGN, START_CAMPAIGN } from './sending/job.ts';
import { sendCampaign } from './sending/sending.ts';
import { sendingDied, settleMessages } from './sending/upkeep.ts';

export const jobs: readonly Job[] = [
  handle(START_CAMPAIGN, { run: startScheduled }),
  handle(SEND_CAMPAIGN, { run: sendCampaign, dead: sendingDied }),
];

export const schedules: readonly Schedule[] = [
  schedule({
    name: 'campaign-settling',
    cron: '* * * * *',
    timeoutMs: 5 * MINUTE,
    run: settleMessages,
  }),
  ...figuresSchedules,
];
