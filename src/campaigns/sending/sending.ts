/**
 * Sends the messages of a campaign: takes some in hand, sends each in its time, stores what became
 * of them, and so on until there is nothing left, somebody stops the campaign, or the slice of time
 * is over and the next job takes its turn.
 *
 * Any number of these jobs may run at once, for one campaign or one number: the rows and the
 * number's row in the database decide.
 */
import type { RunningJob } from '../../platform/jobs/definition.ts';
import type { Platform } from '../../platform/platform.ts';
import { SecretError } from '../../platform/secrets.ts';
import { delay, SECOND } from '../../platform/time.ts';
import { finishCampaigns, pauseItself } from '../launch.ts';
import { ParameterError, type Recipient } from '../parameters.ts';
import { whatsAppHttp } from '../whatsapp/client.ts';
import type { SendOutcome } from '../whatsapp/errors.ts';
import { SEND_CAMPAIGN, type SendPayload, SLICE_MS } from './job.ts';
import { OPTED_OUT } from './queue.ts';
import { BOOKED_AHEAD_MS, book, lockRate } from './rate.ts';
import { Results } from './results.ts';
import { type ClaimedRow, claim, nextDue, type RunningCampaign, readRecipients } from './rows.ts';
import { readSender, type Sender } from './sender.ts';

/** Messages on their way at once; WhatsApp mostly answers within a second. */
const MAX_IN_FLIGHT = 200;
/** What is due within this time is waited for, what is due later has a job of its own. */
const WAIT_FOR_MS = 3 * SECOND;
/** How often to look when others hold all that is left. */
const LOOK_AGAIN_MS = 100;

/** Runs one job of SEND_CAMPAIGN. */
export async function sendCampaign(
  platform: Platform,
  job: RunningJob<SendPayload>,
): Promise<void> {
  const campaign: RunningCampaign = { id: job.payload.campaignId, since: job.payload.since };
  const database = platform.database.forTenant(job);
  let sender: Sender | null;
  try {
    sender = await readSender(platform, database, campaign);
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    const statusReason = `The access token of its WhatsApp number can not be read: ${error.message}`;
    await database.transaction((tx) => pauseItself(platform, tx, { ...campaign, statusReason }));
    return;
  }
  if (sender === null) return;
  await new Sending(platform, job, { campaign, sender }).run();
}

interface Task {
  campaign: RunningCampaign;
  sender: Sender;
}

interface Batch {
  rows: ClaimedRow[];
  recipients: Map<string, Recipient>;
  /** Until the first may go out, and from one to the next. */
  waitMs: number;
  everyMs: number;
}

class Sending {
  readonly #platform: Platform;
  readonly #job: RunningJob<SendPayload>;
  readonly #task: Task;
  readonly #results: Results;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #client;
  /** Nothing more goes out: the process stops, or the job is another worker's. */
  readonly #ending: AbortSignal;
  /** Nothing more goes out: there is something to mend first. */
  #stopped = false;

  constructor(platform: Platform, job: RunningJob<SendPayload>, task: Task) {
    this.#platform = platform;
    this.#job = job;
    this.#task = task;
    this.#ending = AbortSignal.any([job.signal, platform.stopping]);
    this.#client = task.sender.clientOf(whatsAppHttp(platform));
    this.#results = new Results(platform, task, {
      database: platform.database.forTenant(job),
      onStop: () => {
        this.#stopped = true;
      },
    });
  }

  get #database() {
    return this.#platform.database.forTenant(this.#job);
  }

  async run(): Promise<void> {
    const endsAt = performance.now() + SLICE_MS;
    let next: 'done' | 'again' | { startAfterMs: number } = 'again';
    try {
      while (next === 'again' && !this.#isOver(endsAt)) next = await this.#step();
    } finally {
      await Promise.all(this.#inFlight);
      await this.#results.close();
    }
    if (!this.#job.signal.aborted) await this.#handOver(next);
  }

  #isOver(endsAt: number): boolean {
    return this.#stopped || this.#ending.aborted || performance.now() > endsAt;
  }

  /** Takes messages in hand, or finds out why there are none. */
  async #step(): Promise<'done' | 'again' | { startAfterMs: number }> {
    if (this.#inFlight.size >= MAX_IN_FLIGHT) await Promise.race(this.#inFlight);
    const batch = await this.#claim();
    if (batch === null) return 'done';
    if (batch.rows.length > 0) {
      this.#dispatch(batch);
      await delay(Math.max(0, batch.waitMs - BOOKED_AHEAD_MS / 2), this.#ending);
      return 'again';
    }
    if (batch.waitMs > BOOKED_AHEAD_MS) {
      await this.#pause(Math.min(batch.waitMs - BOOKED_AHEAD_MS, SECOND / 2));
      return (await this.#stillRuns()) ? 'again' : 'done';
    }
    return this.#whenDue();
  }

  /** Null when the number is gone. */
  async #claim(): Promise<Batch | null> {
    const { campaign, sender } = this.#task;
    const limit = this.#platform.config.WHATSAPP_MESSAGES_PER_SECOND;
    return this.#database.transaction(async (tx) => {
      const allowance = await lockRate(tx, sender.numberId, limit);
      if (allowance === null) return null;
      const rows = allowance.count === 0 ? [] : await claim(tx, campaign, allowance.count);
      if (rows.length > 0)
        await book(tx, sender.numberId, {
          count: rows.length,
          messagesPerSecond: allowance.messagesPerSecond,
        });
      const named = rows.filter(
        ({ templateId }) => sender.templates.get(templateId)?.parameters.isEmpty === false,
      );
      const recipients: Map<string, Recipient> =
        named.length === 0
          ? new Map()
          : await readRecipients(
              tx,
              named.map(({ contactId }) => contactId),
            );
      return {
        rows,
        recipients,
        waitMs: allowance.waitMs,
        everyMs: SECOND / allowance.messagesPerSecond,
      };
    });
  }

  async #stillRuns(): Promise<boolean> {
    return (await nextDue(this.#database, this.#task.campaign)).runs;
  }

  /** Nothing can be taken in hand right now. */
  async #whenDue(): Promise<'done' | 'again' | { startAfterMs: number }> {
    // What is on its way may come back to the queue.
    await Promise.all(this.#inFlight);
    await this.#results.flush();
    const { runs, queued, waitMs } = await nextDue(this.#database, this.#task.campaign);
    if (!runs || !queued) return 'done';
    if (waitMs > WAIT_FOR_MS) return { startAfterMs: waitMs };
    await this.#pause(Math.max(waitMs, LOOK_AGAIN_MS));
    return 'again';
  }

  #pause(milliseconds: number): Promise<void> {
    return delay(milliseconds, this.#ending);
  }

  #dispatch({ rows, recipients, waitMs, everyMs }: Batch): void {
    const startsAt = performance.now() + waitMs;
    rows.forEach((row, index) => {
      const sent = this.#send(
        row,
        recipients.get(row.contactId),
        startsAt + index * everyMs,
      ).finally(() => this.#inFlight.delete(sent));
      this.#inFlight.add(sent);
    });
  }

  async #send(row: ClaimedRow, recipient: Recipient | undefined, at: number): Promise<void> {
    await this.#pause(Math.max(0, at - performance.now()));
    if (this.#stopped || this.#ending.aborted)
      return this.#results.add({ row, outcome: { kind: 'released' } });
    this.#results.add({
      row,
      outcome: await this.#attempt(row, recipient).catch((error: unknown) =>
        this.#unforeseen(error),
      ),
    });
  }

  /** Nobody knows how far it came. */
  #unforeseen(error: unknown): SendOutcome {
    this.#platform.log.error(
      { campaign: this.#task.campaign.id, err: error },
      'a message could not be sent for a reason that nobody foresaw',
    );
    return { kind: 'unknown', message: 'Something went wrong within this server.' };
  }

  async #attempt(row: ClaimedRow, recipient: Recipient | undefined): Promise<SendOutcome> {
    const template = this.#task.sender.templates.get(row.templateId);
    if (!template) return { kind: 'failed', message: 'Its template is gone.' };
    if (row.optedOut) return { kind: 'failed', message: OPTED_OUT };
    let parameters: string[] = [];
    try {
      if (recipient) parameters = template.parameters.render(recipient);
    } catch (error) {
      if (error instanceof ParameterError) return { kind: 'failed', message: error.message };
      throw error;
    }
    // It is not aborted when the process stops: an answer that is on its way would be lost, and the
    // message unknown.
    return this.#client.send({
      to: row.phone,
      template: template.name,
      language: template.language,
      parameters,
      callbackData: row.id,
    });
  }

  /** Ends the job together with what follows from it: a next one, or the end of the campaign. */
  async #handOver(next: 'done' | 'again' | { startAfterMs: number }): Promise<void> {
    const { campaign } = this.#task;
    await this.#database.transaction(async (tx) => {
      await this.#job.complete(tx);
      if (next === 'done' || this.#stopped)
        return finishCampaigns(this.#platform, tx, [campaign.id]);
      if (next === 'again')
        return this.#platform.jobs.enqueue(tx, SEND_CAMPAIGN, [{ payload: this.#job.payload }]);
      // Every job that sees such messages comes back: another one may have ended while these were
      // in this one's hands.
      await this.#platform.jobs.enqueue(tx, SEND_CAMPAIGN, [
        { payload: this.#job.payload, startAfter: new Date(Date.now() + next.startAfterMs) },
      ]);
    });
  }
}
