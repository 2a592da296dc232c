/**
 * Sending the messages of a campaign: claim a few, send each at its time, store the results, and so
 * on until nothing is left, somebody stops the campaign, or the time slice is over and the next job
 * takes its turn.
 *
 * Any number of these jobs may run at once, for one campaign or one number: the rows in the
 * database decide, so that no message is sent twice and no number sends too fast.
 *
 * The room: queue.ts makes the rows at launch, claim.ts and number-rate.ts give them out in
 * batches (batch.ts), result-writer.ts stores what became of them, and settle.ts settles what no
 * job did. From outside, only this file, queue.ts, job.ts and settle.ts are used.
 */
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import type { RunningJob } from '../../platform/jobs/definition.ts';
import type { Platform } from '../../platform/platform.ts';
import { SecretError } from '../../platform/secrets.ts';
import { delay, SECOND } from '../../platform/time.ts';
import { finishCampaigns } from '../completion.ts';
import { pauseWithReason } from '../status.ts';
import type { MessageComponent } from '../templates/message-template.ts';
import { whatsAppHttp } from '../whatsapp/client.ts';
import type { SendOutcome } from '../whatsapp/errors.ts';
import { ParameterError, type Recipient } from '../whatsapp/template-parameters.ts';
import { type Batch, claimBatch, type SendTask } from './batch.ts';
import { type ClaimedRow, type RunningCampaign, readQueueState } from './claim.ts';
import { SEND_CAMPAIGN, type SendPayload, SLICE_MS } from './job.ts';
import { MAX_AHEAD_MS } from './number-rate.ts';
import { OPTED_OUT } from './queue.ts';
import { ResultWriter } from './result-writer.ts';
import { readSender, type Sender } from './sender.ts';

/** Messages in flight at once; WhatsApp usually responds within a second. */
const MAX_IN_FLIGHT = 200;
/** A message that is due within this time is waited for; a later one gets a job of its own. */
const WAIT_FOR_MS = 3 * SECOND;
/** How often to look again while other jobs hold all that is left. */
const LOOK_AGAIN_MS = 100;

/** Runs one SEND_CAMPAIGN job; resolves when its time slice is over or nothing is left to send. */
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
    const statusReason = `The access token of the campaign's WhatsApp number cannot be decrypted: ${error.message}`;
    await database.transaction((tx) =>
      pauseWithReason(platform, tx, { ...campaign, statusReason }),
    );
    return;
  }
  if (sender === null) return;
  await new Sending(platform, job, { campaign, sender }).run();
}

/** Pauses a campaign whose SEND_CAMPAIGN job has failed for good: somebody has to look into it. */
export async function pauseAfterDeadJob(
  platform: Platform,
  tx: TenantTransaction,
  { campaignId, since }: SendPayload,
): Promise<void> {
  const statusReason =
    'Sending failed several times because of an error on this server, which is in its log. Launch the campaign to continue.';
  await pauseWithReason(platform, tx, { id: campaignId, since, statusReason });
}

/** What follows a step, or the job. */
type Next = 'done' | 'again' | { startAfterMs: number };

class Sending {
  readonly #platform: Platform;
  readonly #job: RunningJob<SendPayload>;
  readonly #task: SendTask;
  readonly #results: ResultWriter;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #client;
  /** Aborted when the process stops or the job is another worker's: nothing more goes out. */
  readonly #ending: AbortSignal;
  /** Whether WhatsApp refused the campaign: nothing more goes out before that is fixed. */
  #stopped = false;

  constructor(platform: Platform, job: RunningJob<SendPayload>, task: SendTask) {
    this.#platform = platform;
    this.#job = job;
    this.#task = task;
    this.#ending = AbortSignal.any([job.signal, platform.stopping]);
    this.#client = task.sender.clientOf(whatsAppHttp(platform));
    this.#results = new ResultWriter(platform, {
      ...task,
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
    let next: Next = 'again';
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

  /** Claims messages and sends them off, or finds out why there are none. */
  async #step(): Promise<Next> {
    if (this.#inFlight.size >= MAX_IN_FLIGHT) await Promise.race(this.#inFlight);
    const limit = this.#platform.config.WHATSAPP_MESSAGES_PER_SECOND;
    const batch = await claimBatch(this.#database, this.#task, limit);
    if (batch === null) return 'done';
    if (batch.rows.length > 0) {
      this.#dispatch(batch);
      await delay(Math.max(0, batch.waitMs - MAX_AHEAD_MS / 2), this.#ending);
      return 'again';
    }
    if (batch.waitMs > MAX_AHEAD_MS) {
      await this.#wait(Math.min(batch.waitMs - MAX_AHEAD_MS, SECOND / 2));
      const { runs } = await readQueueState(this.#database, this.#task.campaign);
      return runs ? 'again' : 'done';
    }
    return this.#whenNothingIsClaimed();
  }

  /** The number is free, but no message can be claimed right now. */
  async #whenNothingIsClaimed(): Promise<Next> {
    // Messages in flight may come back to the queue.
    await Promise.all(this.#inFlight);
    await this.#results.flush();
    const { runs, queued, waitMs } = await readQueueState(this.#database, this.#task.campaign);
    if (!runs || !queued) return 'done';
    if (waitMs > WAIT_FOR_MS) return { startAfterMs: waitMs };
    await this.#wait(Math.max(waitMs, LOOK_AGAIN_MS));
    return 'again';
  }

  #wait(milliseconds: number): Promise<void> {
    return delay(milliseconds, this.#ending);
  }

  #dispatch({ rows, recipients, waitMs, intervalMs }: Batch): void {
    const startsAt = performance.now() + waitMs;
    rows.forEach((row, index) => {
      const sent = this.#send(
        row,
        recipients.get(row.contactId),
        startsAt + index * intervalMs,
      ).finally(() => this.#inFlight.delete(sent));
      this.#inFlight.add(sent);
    });
  }

  async #send(row: ClaimedRow, recipient: Recipient | undefined, at: number): Promise<void> {
    await this.#wait(Math.max(0, at - performance.now()));
    if (this.#stopped || this.#ending.aborted)
      return this.#results.add({ row, outcome: { kind: 'released' } });
    this.#results.add({
      row,
      outcome: await this.#attempt(row, recipient).catch((error: unknown) =>
        this.#unexpected(error),
      ),
    });
  }

  /** It is unknown whether the message was sent before the error. */
  #unexpected(error: unknown): SendOutcome {
    this.#platform.log.error(
      { campaign: this.#task.campaign.id, err: error },
      'unexpected error while sending a message',
    );
    return { kind: 'unknown', message: 'There was an unexpected error on this server.' };
  }

  async #attempt(row: ClaimedRow, recipient: Recipient | undefined): Promise<SendOutcome> {
    const template = this.#task.sender.templates.get(row.templateId);
    if (!template)
      return { kind: 'failed', message: 'The template is no longer part of the campaign.' };
    if (row.optedOut) return { kind: 'failed', message: OPTED_OUT };
    let components: MessageComponent[] = [];
    try {
      if (recipient) components = template.contents.render(recipient);
    } catch (error) {
      if (error instanceof ParameterError) return { kind: 'failed', message: error.message };
      throw error;
    }
    // It is not aborted when the process stops: the response would be lost, and so whether the
    // message was sent would be unknown.
    return this.#client.send({
      to: row.phone,
      template: template.name,
      language: template.language,
      components,
      callbackData: row.id,
    });
  }

  /** Completes the job together with what follows it: another job, or the campaign's end. */
  async #handOver(next: Next): Promise<void> {
    const { campaign } = this.#task;
    const { payload } = this.#job;
    await this.#database.transaction(async (tx) => {
      await this.#job.complete(tx);
      if (next === 'done' || this.#stopped)
        return finishCampaigns(this.#platform, tx, [campaign.id]);
      if (next === 'again') return this.#platform.jobs.enqueue(tx, SEND_CAMPAIGN, [{ payload }]);
      // Every job that sees messages for later schedules another job: others may have ended while
      // this one held them.
      await this.#platform.jobs.enqueue(tx, SEND_CAMPAIGN, [
        { payload, startAfter: new Date(Date.now() + next.startAfterMs) },
      ]);
    });
  }
}
