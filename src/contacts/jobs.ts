/** What workers do for contacts. */
import { handle, type Job, type Schedule, schedule } from '../platform/jobs/handler.ts';
import { MINUTE } from '../platform/time.ts';
import { startDueSyncs } from './crm-schedule.ts';
import { runCrmSync } from './crm-sync.ts';
import { SYNC_CRM } from './crm-sync-job.ts';
import { failSync } from './crm-syncs.ts';
import { measureOrganizationShare } from './organization-share.ts';
import { recomputeDueWarmness } from './recompute.ts';

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

const EVERY_MINUTE = '* * * * *';

export const schedules: readonly Schedule[] = [
  schedule({ name: 'crm-syncs-due', cron: EVERY_MINUTE, timeoutMs: MINUTE, run: startDueSyncs }),
  schedule({
    name: 'warmness',
    cron: EVERY_MINUTE,
    timeoutMs: 10 * MINUTE,
    run: async (platform, signal) => void (await recomputeDueWarmness(platform, { signal })),
  }),
  schedule({
    name: 'contacts-organization-share',
    cron: '*/5 * * * *',
    timeoutMs: MINUTE,
    run: measureOrganizationShare,
  }),
];
