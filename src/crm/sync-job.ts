/**
 * The job of a sync. An attempt that a kill ended goes on where it was; a Pipedrive that can't be
 * read ends the sync instead.
 */
import { z } from 'zod';
import { defineJob } from '../platform/jobs/definition.ts';
import { MINUTE, SECOND } from '../platform/time.ts';

const LIMITS = { concurrency: 2, attempts: 10, retryDelayMs: SECOND, timeoutMs: 30 * MINUTE };

export const SYNC_CRM = defineJob({
  name: 'crm-syncs',
  payload: z.object({ syncId: z.uuid() }),
  limits: () => LIMITS,
});
