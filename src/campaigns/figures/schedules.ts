/** What keeps campaigns' figures right, at fixed times. */
import { type Schedule, schedule } from '../../platform/jobs/handler.ts';
import { HOUR, MINUTE } from '../../platform/time.ts';
import { freezeCampaigns } from './freeze.ts';
import { reconcileCampaigns } from './recount.ts';
import { updateAllResponseRates } from './response-rates.ts';

/** The schedules of this room. */
export const figuresSchedules: readonly Schedule[] = [
  schedule({
    name: 'campaign-response-rates',
    cron: '* * * * *',
    timeoutMs: 2 * MINUTE,
    run: updateAllResponseRates,
  }),
  schedule({
    name: 'campaign-freeze',
    cron: '* * * * *',
    timeoutMs: 5 * MINUTE,
    run: freezeCampaigns,
  }),
  schedule({
    name: 'campaign-reconcile',
    cron: '17 * * * *',
    timeoutMs: HOUR,
    run: reconcileCampaigns,
  }),
];
