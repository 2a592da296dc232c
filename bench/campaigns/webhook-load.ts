/** Loads the webhook of one server by the calling process, and watches what that costs. */
import { type AskedProcess, startAsked } from '../load/messages.ts';
import { postgresCpuMs } from '../servers/cpu-time.ts';
import type { Sheaf } from '../servers/sheaf.ts';
import { timed, until } from '../timing.ts';
import type { CampaignBench } from './bench.ts';
import type { CallerQuestion, CallerResult, Preparation } from './caller.ts';
import { EVENTS_PER_MESSAGE, type Slice } from './events.ts';

export const APP_SECRET = 'the secret of an app of the benchmark';

const WAITING = 'select from webhook_inbox limit 1';

/** Which events to send, and how. */
export type CallLoad = Pick<Preparation, 'slice' | 'size' | 'connections' | 'rate'>;

export interface LoadFindings extends CallerResult {
  events: number;
  /** From the first call until every event was folded into the figures. */
  foldedSeconds: number;
  /** CPU time in milliseconds for 100,000 events. */
  serverCpuMs: number;
  postgresCpuMs: number;
}

export class WebhookLoad {
  readonly #bench: CampaignBench;
  readonly #api: Sheaf;
  readonly #campaignIds: string[];
  readonly #caller: AskedProcess<CallerQuestion>;
  /** Messages whose events are used up. */
  #used = 0;

  /** Starts the calling process. The events are those of these campaigns' messages. */
  constructor(bench: CampaignBench, api: Sheaf, campaignIds: string[]) {
    this.#bench = bench;
    this.#api = api;
    this.#campaignIds = campaignIds;
    this.#caller = startAsked(new URL('./caller.ts', import.meta.url), {
      execArgv: ['--max-old-space-size=4096'],
    });
  }

  close(): void {
    this.#caller.close();
  }

  /** Messages with about so many events that no call has used yet. */
  take(events: number): Slice {
    const messages = Math.ceil(events / EVENTS_PER_MESSAGE);
    const first = this.#used;
    this.#used += messages;
    return { tenantId: this.#bench.tenantId, campaignIds: this.#campaignIds, first, messages };
  }

  /**
   * Resolves once all events are folded. `meanwhile` begins with the first call; its signal is
   * aborted at the last response, and waiting for it counts as folding.
   */
  async send(
    load: CallLoad,
    meanwhile: (signal: AbortSignal) => Promise<void> = async () => {},
  ): Promise<LoadFindings> {
    const { calls } = await this.#caller.ask<{ calls: number }>({
      ...load,
      databaseUrl: this.#bench.databaseUrl,
      port: this.#api.server.port,
      appSecret: APP_SECRET,
    });
    // What PostgreSQL still has to write of earlier measurements is no part of this one.
    await this.#bench.client.query('checkpoint');
    const before = await this.#cpu();
    const { ms, result } = await timed(() => this.#go(meanwhile));
    const after = await this.#cpu();
    const events = calls * load.size;
    const perHundredThousand = 100_000 / events;
    return {
      ...result,
      events,
      foldedSeconds: ms / 1_000,
      serverCpuMs: (after.server - before.server) * perHundredThousand,
      postgresCpuMs: (after.postgres - before.postgres) * perHundredThousand,
    };
  }

  async #go(meanwhile: (signal: AbortSignal) => Promise<void>): Promise<CallerResult> {
    const { client } = this.#bench;
    const sent = new AbortController();
    const watching = meanwhile(sent.signal);
    const result = await this.#caller.ask<CallerResult>('go');
    sent.abort();
    await watching;
    await until(async () => (await client.query(WAITING)).rowCount === 0);
    return result;
  }

  async #cpu() {
    return {
      server: (await this.#api.server.cpuMs()) ?? Number.NaN,
      postgres: (await postgresCpuMs(this.#bench.client)) ?? Number.NaN,
    };
  }
}
