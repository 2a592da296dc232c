/** What keeps campaigns' figures right at certain times. */
import { type Schedule, schedule } from '../../platform/jobs/handler.ts';
import { HOUR, MINUTE } from '../../platform/time.ts';
import { foldEverything } from '../ingest/fold.ts';
import { dropOldEvents } from '../ingest/retention.ts';
import { freezeCampaigns } from './freeze.ts';
import { reconcileCampaigns } from './recount.ts';
import { handOverResponseRates } from './response-rates.ts';

export const figuresSchedules: readonly Schedule[] = [
  // For the events of an API process that died and was not started again.
  schedule({
    name: 'campaign-fold',
    cron: '* * * * *',
    timeoutMs: 5 * MINUTE,
    run: foldEverything,
  }),
  schedule({
    name: 'campaign-response-rates',
    cron: '* * * * *',
    timeoutMs: 2 * MINUTE,
    run: handOverResponseRates,
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
  schedule({ name: 'campaign-retention', cron: '41 3 * * *', timeoutMs: HOUR, run: dropOldEvents }),
];
