/**
 * The job of a sync. Its attempts are for killed workers, which the next attempt continues from; if
 * Pipedrive can't be read, the sync ends without another one.
 */
import { z } from 'zod';
import { defineJob } from '../platform/jobs/definition.ts';
import { MINUTE, SECOND } from '../platform/time.ts';

const LIMITS = { concurrency: 2, attempts: 10, retryDelayMs: SECOND, timeoutMs: 30 * MINUTE };

/** The job that runs a sync: 30 minutes an attempt, 10 attempts, each from the last page stored. */
export const SYNC_CRM = defineJob({
  name: 'crm-syncs',
  payload: z.object({ syncId: z.uuid() }),
  limits: () => LIMITS,
});
