/** What is done with WhatsApp's events at fixed times. */
import { type Schedule, schedule } from '../../platform/jobs/handler.ts';
import { HOUR, MINUTE } from '../../platform/time.ts';
import { foldEverything } from './fold.ts';
import { dropOldEvents } from './retention.ts';

/** The schedules of this room. */
export const ingestSchedules: readonly Schedule[] = [
  // For events that a process took before it died, if no other process takes events.
  schedule({
    name: 'campaign-fold',
    cron: '* * * * *',
    timeoutMs: 5 * MINUTE,
    run: foldEverything,
  }),
  schedule({
    name: 'campaign-retention',
    cron: '41 3 * * *',
    timeoutMs: HOUR,
    run: dropOldEvents,
  }),
];
