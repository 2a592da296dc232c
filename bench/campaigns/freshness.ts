/**
 * How long the figures take to show an event. A call brings one `delivered` of the probe campaign;
 * after its response the stats are read through the API until they count it. One event after the
 * other, through the same webhook and the same tenant as the load.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../load/connection.ts';
import type { Sheaf } from '../servers/sheaf.ts';
import { msOf, until } from '../timing.ts';
import { campaignId } from './bench.ts';
import { requestOf, type StatusEvent } from './events.ts';

const PAUSE_MS = 300;
const POLL_MS = 40;
const STATS = 'query ($id: ID!) { campaign(id: $id) { stats { totals { delivered } } } }';

export interface Probe {
  appSecret: string;
  /** The uuid of the probe campaign. */
  campaign: string;
  /** Each is used once, over all probes. */
  events: StatusEvent[];
}

/**
 * Probes until the signal. Resolves to the milliseconds from each response until its event was
 * counted.
 */
export async function probeFreshness(
  api: Sheaf,
  { appSecret, campaign, events }: Probe,
  signal: AbortSignal,
): Promise<number[]> {
  const times: number[] = [];
  const id = campaignId(campaign);
  const delivered = async () =>
    (await api.run<{ campaign: { stats: { totals: { delivered: number } } } }>(STATS, { id }))
      .campaign.stats.totals.delivered;
  const connection = await Connection.open(api.server.port);
  let expected = await delivered();
  while (!signal.aborted) {
    const event = events.pop();
    if (!event) throw new Error('Expected more messages to probe with');
    const { status } = await connection.call(requestOf([event], 'localhost', appSecret));
    // WhatsApp would send it again; here it just does not count.
    if (status !== 200) continue;
    expected += 1;
    const isCounted = async () => (await delivered()) >= expected;
    times.push(await msOf(() => until(isCounted, POLL_MS)));
    await sleep(PAUSE_MS);
  }
  connection.close();
  return times;
}
