/** The jobs of the CRM: syncs, and the schedule that starts them. */
import { handle, type Job, type Schedule, schedule } from '../platform/jobs/handler.ts';
import { MINUTE } from '../platform/time.ts';
import { runCrmSync } from './run-sync.ts';
import { startDueSyncs } from './schedule.ts';
import { failSync } from './sync-ends.ts';
import { SYNC_CRM } from './sync-job.ts';

/** The jobs of CRM syncs. A sync fails when its last attempt has failed or died. */
export const jobs: readonly Job[] = [
  handle(SYNC_CRM, {
    run: runCrmSync,
    failed: async (platform, tx, { payload, message, retryAt }) => {
      if (retryAt === null) await failSync(platform, tx, { id: payload.syncId, message });
    },
    dead: (platform, tx, { syncId }) =>
      failSync(platform, tx, {
        id: syncId,
        message: 'The sync was interrupted too often. Start another one.',
      }),
  }),
];

/** Every minute: starts the syncs that are due. */
export const schedules: readonly Schedule[] = [
  schedule({ name: 'crm-syncs-due', cron: '* * * * *', timeoutMs: MINUTE, run: startDueSyncs }),
];
