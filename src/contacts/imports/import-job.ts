/**
 * The job of an import. Its attempts are for killed workers, each of which goes on after the last
 * rows that were written.
 */
import { z } from 'zod';
import { defineJob } from '../../platform/jobs/definition.ts';
import { MINUTE, SECOND } from '../../platform/time.ts';

const LIMITS = { concurrency: 2, attempts: 10, retryDelayMs: SECOND, timeoutMs: 30 * MINUTE };

/** The job that runs an import. */
export const IMPORT_CONTACTS = defineJob({
  name: 'contact-imports',
  payload: z.object({ importId: z.uuid() }),
  limits: () => LIMITS,
});
