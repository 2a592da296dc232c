/** The job that fetches a file. */
import { z } from 'zod';
import { defineJob } from '../../platform/jobs/definition.ts';
import { MINUTE, SECOND } from '../../platform/time.ts';

const LIMITS = { concurrency: 2, attempts: 3, retryDelayMs: 2 * SECOND, timeoutMs: 10 * MINUTE };

/** Fetches an upload from its address; its attempts are for killed workers. */
export const FETCH_UPLOAD = defineJob({
  name: 'contact-uploads',
  payload: z.object({ uploadId: z.uuid() }),
  limits: () => LIMITS,
});
