/** The background work of campaigns: starting one at its time, and sending its messages. */
import { z } from 'zod';
import { defineJob } from '../../platform/jobs/definition.ts';
import { MINUTE, SECOND } from '../../platform/time.ts';

/** Campaigns that one process sends at once: each waits for its number most of the time. */
const CONCURRENCY = 8;
/** Jobs that send one campaign: while a killed one is not yet missed, the other goes on. */
export const LANES = 2;
/** After so long a job hands over to a next one, so that many campaigns share few workers. */
export const SLICE_MS = 15 * SECOND;

/** Starts a SCHEDULED campaign, unless its time was changed since. */
export const START_CAMPAIGN = defineJob({
  name: 'campaign-starts',
  payload: z.object({ campaignId: z.uuid(), scheduledAt: z.string() }),
  limits: () => ({ concurrency: 2, attempts: 10, retryDelayMs: SECOND, timeoutMs: 2 * MINUTE }),
});

/**
 * Sends messages of a RUNNING campaign. `since` is the moment of its last change of state: after a
 * pause and another launch, jobs of before have nothing to do with it any more.
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
export type SendPayload = z.output<typeof SEND_CAMPAIGN.payload>;
