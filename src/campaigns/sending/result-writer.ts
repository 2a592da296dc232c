/**
 * Collects the results of sending and stores them a few times a second, since one transaction for
 * many results costs little more than for one. It also adapts the number's rate to them, and pauses
 * the campaign if WhatsApp refuses it as a whole.
 */
import { backoffMs } from '../../platform/backoff.ts';
import type { TenantDatabase, TenantTransaction } from '../../platform/database/tenant-database.ts';
import type { Platform } from '../../platform/platform.ts';
import { delay, MINUTE, SECOND } from '../../platform/time.ts';
import { lockStatus, pauseWithReason } from '../status.ts';
import { pauseReason } from '../whatsapp/errors.ts';
import type { RunningCampaign } from './claim.ts';
import { JOBS_PER_CAMPAIGN } from './job.ts';
import { holdBack, speedUp } from './number-rate.ts';
import type { Sender } from './sender.ts';
import { storeSent } from './store-sent.ts';
import { lockRows, type MessageResult, storeUnsent } from './unsent.ts';

const COLLECT_MS = 50;
const STORE_AGAIN_MS = SECOND / 2;
/**
 * How often storing is tried while the process stops. What is still not stored is settled by the
 * messages' own events.
 */
const LAST_TRIES = 6;
/** How long a number that sends too much waits; it doubles each consecutive time. */
const BUSY_WAITS = { firstMs: 2 * SECOND, longestMs: 5 * MINUTE };
/**
 * This many temporary failures in a row count as an outage: the number waits, so that messages do
 * not use up their attempts.
 */
const OUTAGE_FAULTS = 10;
const SPEED_UP_EVERY_MS = 5 * SECOND;
/**
 * A cause that meets this many recipients in a row is taken to meet all: the campaign pauses before
 * its whole audience has failed. Each of a campaign's jobs counts for itself, and what is in flight
 * by then may fail too.
 */
const DOUBTFUL_IN_A_ROW = 20 / JOBS_PER_CAMPAIGN;

/** Whose results are written. */
export interface ResultWriterOptions {
  campaign: RunningCampaign;
  sender: Sender;
  database: TenantDatabase;
  /** Called when this job is to send nothing more. */
  onStop: () => void;
}

/** Stores the results of one sending job. */
export class ResultWriter {
  readonly #platform: Platform;
  readonly #options: ResultWriterOptions;
  #collected: MessageResult[] = [];
  #storing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  #closing = false;
  #busyInARow = 0;
  #faultsInARow = 0;
  #doubtfulInARow = 0;
  #spedUpAt = performance.now();

  constructor(platform: Platform, options: ResultWriterOptions) {
    this.#platform = platform;
    this.#options = options;
  }

  /** Takes a result, to be stored soon. */
  add(result: MessageResult): void {
    // WhatsApp would refuse the campaign's other messages too.
    if (result.outcome.kind === 'pause') this.#options.onStop();
    this.#collected.push(this.#doubted(result));
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.flush();
    }, COLLECT_MS);
  }

  /** Makes one doubtful failure too many the pause that it calls for. */
  #doubted(result: MessageResult): MessageResult {
    const { row, outcome } = result;
    if (outcome.kind === 'sent') this.#doubtfulInARow = 0;
    if (outcome.kind !== 'failed' || !outcome.doubtful) return result;
    this.#doubtfulInARow += 1;
    if (this.#doubtfulInARow < DOUBTFUL_IN_A_ROW) return result;
    this.#options.onStop();
    return { row, outcome: { kind: 'pause', cause: 'unknown', message: outcome.message } };
  }

  /** Resolves once all results added so far are stored. */
  flush(): Promise<void> {
    this.#storing = this.#storing.then(() => this.#storeCollected());
    return this.#storing;
  }

  /** Stores what is left; resolves when it is stored, or after LAST_TRIES failures. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.flush();
  }

  async #storeCollected(): Promise<void> {
    const results = this.#collected.splice(0);
    if (results.length === 0) return;
    const { campaign, database } = this.#options;
    for (let tries = 1; ; tries += 1) {
      try {
        await database.transaction((tx) => this.#store(tx, results));
        return;
      } catch (error) {
        this.#platform.log.warn(
          { campaign: campaign.id, messages: results.length, reason: String(error) },
          'the results of sending could not be stored',
        );
        if (this.#closing && tries >= LAST_TRIES) return;
        await delay(STORE_AGAIN_MS);
      }
    }
  }

  async #store(tx: TenantTransaction, results: readonly MessageResult[]): Promise<void> {
    const { campaign, sender } = this.#options;
    const pause = results.map(({ outcome }) => outcome).find((outcome) => outcome.kind === 'pause');
    const refused = results.find(({ outcome }) => outcome === pause);
    if (pause && refused)
      await pauseWithReason(this.#platform, tx, {
        ...campaign,
        statusReason: pauseReason(pause, {
          displayPhoneNumber: sender.displayPhoneNumber,
          templateName: sender.templates.get(refused.row.templateId)?.name ?? '',
        }),
      });
    // The campaign, the number, all rows of the queue, messages, figures: everyone's order.
    const status = await lockStatus(tx, campaign.id);
    await this.#adaptRate(tx, results);
    await lockRows(tx, results);
    const sent = results.flatMap(({ row, outcome }) =>
      outcome.kind === 'sent'
        ? [
            {
              sendId: row.id,
              whatsappMessageId: outcome.whatsappMessageId,
              recipient: outcome.recipient,
            },
          ]
        : [],
    );
    await storeSent(this.#platform, tx, { phoneNumberId: sender.phoneNumberId, sent });
    const cancelled = status === 'CANCELLED';
    await storeUnsent(this.#platform, tx, { campaignId: campaign.id, cancelled, results });
  }

  async #adaptRate(tx: TenantTransaction, results: readonly MessageResult[]): Promise<void> {
    const limit = this.#platform.config.WHATSAPP_MESSAGES_PER_SECOND;
    const { numberId } = this.#options.sender;
    const kinds = results.map(({ outcome }) => outcome.kind);
    this.#countInARow(kinds);
    if (kinds.includes('busy')) {
      const slower = results.some(({ outcome }) => outcome.kind === 'busy' && outcome.slower);
      return holdBack(tx, numberId, {
        waitMs: backoffMs(this.#busyInARow, BUSY_WAITS),
        slower,
        limit,
      });
    }
    if (this.#faultsInARow >= OUTAGE_FAULTS) {
      const outages = Math.floor(this.#faultsInARow / OUTAGE_FAULTS);
      const waitMs = backoffMs(outages + 1, BUSY_WAITS);
      return holdBack(tx, numberId, { waitMs, slower: false, limit });
    }
    if (kinds.includes('sent') && performance.now() - this.#spedUpAt > SPEED_UP_EVERY_MS) {
      this.#spedUpAt = performance.now();
      await speedUp(tx, numberId, limit);
    }
  }

  #countInARow(kinds: readonly MessageResult['outcome']['kind'][]): void {
    if (kinds.includes('busy')) this.#busyInARow += 1;
    else if (kinds.includes('sent')) this.#busyInARow = 0;
    if (kinds.includes('sent')) this.#faultsInARow = 0;
    else this.#faultsInARow += kinds.filter((kind) => kind === 'retry').length;
  }
}
