/** The job of an erasure: each attempt goes on with the step at which the last one stopped. */
import { z } from 'zod';
import { defineJob } from '../../platform/jobs/definition.ts';
import { MINUTE, SECOND } from '../../platform/time.ts';

const LIMITS = { concurrency: 2, attempts: 20, retryDelayMs: SECOND, timeoutMs: 10 * MINUTE };

/** The job that erases a person: 10 minutes an attempt, 20 attempts. */
export const ERASE_CONTACT = defineJob({
  name: 'contact-erasures',
  payload: z.object({ erasureId: z.uuid() }),
  limits: () => LIMITS,
});
