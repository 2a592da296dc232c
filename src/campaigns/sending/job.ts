/** The jobs of campaigns: starting one at its scheduled time, and sending its messages. */
import { z } from 'zod';
import { defineJob } from '../../platform/jobs/definition.ts';
import { MINUTE, SECOND } from '../../platform/time.ts';

/** Campaigns that a process sends at once; each waits for its number most of the time. */
const CONCURRENCY = 8;
/** Sending jobs for each campaign, so that one goes on until the death of the other is noticed. */
export const JOBS_PER_CAMPAIGN = 2;
/** How long a job sends before the next one takes its turn: many campaigns share few workers. */
export const SLICE_MS = 15 * SECOND;

/** Starts a SCHEDULED campaign, unless its time has been changed. */
export const START_CAMPAIGN = defineJob({
  name: 'campaign-starts',
  payload: z.object({ campaignId: z.uuid(), scheduledAt: z.string() }),
  limits: () => ({ concurrency: 2, attempts: 10, retryDelayMs: SECOND, timeoutMs: 2 * MINUTE }),
});

/**
 * Sends messages of a RUNNING campaign. `since` is when its status last changed: after a pause and
 * another launch, jobs from before the pause do nothing.
 */
export const SEND_CAMPAIGN = defineJob({
  name: 'campaign-sends',
  payload: z.object({ campaignId: z.uuid(), since: z.string() }),
  limits: () => ({
    concurrency: CONCURRENCY,
    attempts: 10,
    retryDelayMs: SECOND,
    timeoutMs: 2 * MINUTE,
  }),
});
/** What a sending job is given. */
export type SendPayload = z.output<typeof SEND_CAMPAIGN.payload>;
