/**
 * How long the figures take to show an event: a call with one `delivered` of the probe campaign,
 * and after its answer the stats by the API until they count it. One event after the other, through
 * the same webhook and the same tenant as the load.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sheaf } from '../sheaf.ts';
import { requestOf, type StatusEvent } from './events.ts';
import { WebhookConnection } from './webhook-connection.ts';

const PAUSE_MS = 300;
const POLL_MS = 40;
const STATS = 'query ($id: ID!) { campaign(id: $id) { stats { totals { delivered } } } }';

export interface ProbeOptions {
  appSecret: string;
  campaignId: string;
  /** Each is used once, over all probes. */
  events: StatusEvent[];
}

/** Probes until the signal; answers milliseconds from an answer until its event was counted. */
export async function probeFreshness(
  api: Sheaf,
  { appSecret, campaignId, events }: ProbeOptions,
  until: AbortSignal,
): Promise<number[]> {
  const times: number[] = [];
  const id = Buffer.from(`Campaign:${campaignId}`).toString('base64');
  const delivered = async () =>
    (await api.run<{ campaign: { stats: { totals: { delivered: number } } } }>(STATS, { id }))
      .campaign.stats.totals.delivered;
  const connection = await WebhookConnection.open(api.server.port);
  let expected = await delivered();
  while (!until.aborted) {
    const event = events.pop();
    if (!event) throw new Error('Expected more messages to probe with');
    const status = await connection.call(requestOf([event], 'localhost', appSecret));
    const answeredAt = performance.now();
    // The sender would send it again; here it just does not count.
    if (status !== 200) continue;
    expected += 1;
    while ((await delivered()) < expected) await sleep(POLL_MS);
    times.push(performance.now() - answeredAt);
    await sleep(PAUSE_MS);
  }
  connection.close();
  return times;
}
