/**
 * Delivers events to the webhook as WhatsApp does: signed, in batches, at least once, sometimes
 * twice, in no particular order, several calls at once, and retried until the webhook returns 200.
 */
import { Random } from '../demo/random.ts';
import { backoffMs } from '../platform/backoff.ts';
import { SECOND } from '../platform/time.ts';
import {
  type PlannedEvent,
  type SandboxEvent,
  unixSeconds,
  webhookBody,
  webhookSignature,
} from './whatsapp-events.ts';

/** How events are signed, batched and timed. */
export interface WebhookOptions {
  appSecret: string;
  /** How many times faster than usual things happen to messages. */
  speed: number;
  /** The share of calls that are repeated, 0 to 1. */
  duplicates: number;
  /** The maximum number of events in one call. */
  batchSize: number;
}

/** A finished call to the webhook. */
export interface WebhookCall {
  /** Null when there was no response. */
  status: number | null;
  events: number;
}

const TICK_MS = 40;
const CALLS_AT_ONCE = 4;
const RETRIES = { firstMs: 0.2 * SECOND, longestMs: 30 * SECOND };
const ANSWER_LIMIT_MS = 10 * SECOND;
const KEPT_CALLS = 10_000;

interface Planned {
  dueAt: number;
  event: SandboxEvent;
}

interface Call {
  body: Buffer;
  events: number;
  attempts: number;
  dueAt: number;
}

/** The queue of events. Nothing is sent while `url` is null or `held` is true. */
export class Webhooks {
  readonly calls: WebhookCall[] = [];
  url: string | null = null;
  held = false;
  readonly #options: WebhookOptions;
  readonly #random = new Random('webhooks');
  readonly #timer: NodeJS.Timeout;
  readonly #closing = new AbortController();
  #planned: Planned[] = [];
  #waiting: Call[] = [];
  #running = 0;

  constructor(options: WebhookOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(Date.now()), TICK_MS);
  }

  plan(events: readonly PlannedEvent[]): void {
    const now = Date.now();
    for (const { afterMs, event } of events)
      this.#planned.push({ dueAt: now + afterMs / this.#options.speed, event });
  }

  /**
   * Makes all planned events due now, however far ahead, and resolves once the webhook has returned
   * 200 for all of them.
   */
  async flush(): Promise<void> {
    this.held = false;
    for (const planned of this.#planned) planned.dueAt = 0;
    for (const call of this.#waiting) call.dueAt = 0;
    this.#tick(Date.now());
    await this.idle();
  }

  /** Resolves once nothing is planned, waiting or under way. */
  async idle(): Promise<void> {
    while (
      this.#planned.length + this.#waiting.length + this.#running > 0 &&
      !this.#closing.signal.aborted
    )
      await new Promise((resolve) => setTimeout(resolve, TICK_MS / 2));
  }

  close(): void {
    clearInterval(this.#timer);
    this.#closing.abort();
  }

  #tick(now: number): void {
    if (this.held || this.url === null) return;
    this.#gather(now);
    for (const call of this.#waiting.filter(({ dueAt }) => dueAt <= now)) {
      if (this.#running >= CALLS_AT_ONCE) return;
      this.#waiting.splice(this.#waiting.indexOf(call), 1);
      void this.#send(this.url, call);
    }
  }

  /** Turns the events that are due into calls. */
  #gather(now: number): void {
    const due = this.#planned.filter(({ dueAt }) => dueAt <= now);
    if (due.length === 0) return;
    this.#planned = this.#planned.filter(({ dueAt }) => dueAt > now);
    const events = this.#random.shuffle(due).map(({ dueAt, event }) => ({
      ...event,
      body: { timestamp: unixSeconds(dueAt || now), ...event.body },
    }));
    for (let first = 0; first < events.length; first += this.#options.batchSize) {
      const batch = events.slice(first, first + this.#options.batchSize);
      const call = { body: webhookBody(batch), events: batch.length, attempts: 0, dueAt: now };
      this.#waiting.push(call);
      if (this.#random.chance(this.#options.duplicates))
        this.#waiting.push({ ...call, dueAt: now + this.#random.whole(0, 2 * TICK_MS) });
    }
  }

  async #send(url: string, call: Call): Promise<void> {
    this.#running += 1;
    try {
      const status = await this.#post(url, call.body);
      if (this.calls.push({ status, events: call.events }) > KEPT_CALLS) this.calls.shift();
      if (status === 200 || this.#closing.signal.aborted) return;
      const attempts = call.attempts + 1;
      this.#waiting.push({ ...call, attempts, dueAt: Date.now() + backoffMs(attempts, RETRIES) });
    } finally {
      this.#running -= 1;
    }
  }

  async #post(url: string, body: Buffer): Promise<number | null> {
    try {
      const headers = {
        'content-type': 'application/json',
        'x-hub-signature-256': webhookSignature(this.#options.appSecret, body),
      };
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
        signal,
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return null;
    }
  }
}
