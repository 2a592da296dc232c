/**
 * Gathers what became of messages, and stores it some times a second: what one transaction takes
 * together costs little.
 */
import type { TenantDatabase, TenantTransaction } from '../../platform/database/tenant-database.ts';
import type { Platform } from '../../platform/platform.ts';
import { delay, SECOND } from '../../platform/time.ts';
import { storeSent } from '../figures/counter-moves.ts';
import { pauseItself } from '../launch.ts';
import type { PauseCause, SendOutcome } from '../whatsapp/errors.ts';
import { holdBack, speedUp } from './rate.ts';
import { type RunningCampaign, type Settled, storeUnsent } from './rows.ts';
import type { Sender } from './sender.ts';

const GATHER_MS = 50;
const STORE_AGAIN_MS = SECOND / 2;
/**
 * While it stops, storing is tried for so long; what is not stored then is settled by the messages'
 * own events.
 */
const LAST_TRIES = 6;
/** A number that sends too much waits, twice as long each time in a row. */
const BUSY_MS = 2 * SECOND;
const LONGEST_BUSY_MS = 5 * 60 * SECOND;
/**
 * So many passing faults in a row are an outage: all messages wait then, instead of using up their
 * attempts.
 */
const OUTAGE = 10;
const SPEED_UP_EVERY_MS = 5 * SECOND;

interface Surroundings {
  database: TenantDatabase;
  /** Called when nothing more is to be sent by this job. */
  onStop: () => void;
}

type PauseOutcome = Extract<SendOutcome, { kind: 'pause' }>;

export class Results {
  readonly #platform: Platform;
  readonly #campaign: RunningCampaign;
  readonly #sender: Sender;
  readonly #surroundings: Surroundings;
  #gathered: Settled[] = [];
  #storing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  #closing = false;
  #busyInARow = 0;
  #faultsInARow = 0;
  #spedUpAt = performance.now();

  constructor(
    platform: Platform,
    { campaign, sender }: { campaign: RunningCampaign; sender: Sender },
    surroundings: Surroundings,
  ) {
    this.#platform = platform;
    this.#campaign = campaign;
    this.#sender = sender;
    this.#surroundings = surroundings;
  }

  add(settled: Settled): void {
    // Nothing else of the campaign would be taken either.
    if (settled.outcome.kind === 'pause') this.#surroundings.onStop();
    this.#gathered.push(settled);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.flush();
    }, GATHER_MS);
  }

  /** Resolves when all that was added is stored. */
  flush(): Promise<void> {
    this.#storing = this.#storing.then(() => this.#storeGathered());
    return this.#storing;
  }

  async close(): Promise<void> {
    this.#closing = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.flush();
  }

  async #storeGathered(): Promise<void> {
    const settled = this.#gathered.splice(0);
    if (settled.length === 0) return;
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#surroundings.database.transaction((tx) => this.#store(tx, settled));
        return;
      } catch (error) {
        this.#platform.log.warn(
          { campaign: this.#campaign.id, messages: settled.length, reason: String(error) },
          'what became of messages could not be stored',
        );
        if (this.#closing && tries >= LAST_TRIES) return;
        await delay(STORE_AGAIN_MS);
      }
    }
  }

  async #store(tx: TenantTransaction, settled: readonly Settled[]): Promise<void> {
    const kinds = settled.map(({ outcome }) => outcome.kind);
    const pause = settled
      .map(({ outcome }) => outcome)
      .find((outcome): outcome is PauseOutcome => outcome.kind === 'pause');
    const refused = settled.find(({ outcome }) => outcome === pause);
    if (pause && refused)
      await pauseItself(this.#platform, tx, {
        ...this.#campaign,
        statusReason: this.#reasonOf(pause, refused),
      });
    await this.#adjustRate(tx, settled, kinds);
    await storeUnsent(tx, { platform: this.#platform, campaignId: this.#campaign.id }, settled);
    const sent = settled.flatMap(({ row, outcome }) =>
      outcome.kind === 'sent'
        ? [{ sendId: row.id, whatsappMessageId: outcome.whatsappMessageId }]
        : [],
    );
    await storeSent(this.#platform, tx, { phoneNumberId: this.#sender.phoneNumberId, sent });
  }

  async #adjustRate(
    tx: TenantTransaction,
    settled: readonly Settled[],
    kinds: readonly Settled['outcome']['kind'][],
  ): Promise<void> {
    const limit = this.#platform.config.WHATSAPP_MESSAGES_PER_SECOND;
    const { numberId } = this.#sender;
    const isBusy = kinds.includes('busy');
    this.#busyInARow = isBusy
      ? this.#busyInARow + 1
      : kinds.includes('sent')
        ? 0
        : this.#busyInARow;
    this.#faultsInARow = kinds.includes('sent')
      ? 0
      : this.#faultsInARow + kinds.filter((kind) => kind === 'retry').length;
    if (isBusy) {
      const slower = settled.some(({ outcome }) => outcome.kind === 'busy' && outcome.slower);
      return holdBack(tx, numberId, {
        waitMs: Math.min(LONGEST_BUSY_MS, BUSY_MS * 2 ** (this.#busyInARow - 1)),
        slower,
        limit,
      });
    }
    if (this.#faultsInARow >= OUTAGE) {
      return holdBack(tx, numberId, {
        waitMs: Math.min(LONGEST_BUSY_MS, BUSY_MS * 2 ** Math.floor(this.#faultsInARow / OUTAGE)),
        slower: false,
        limit,
      });
    }
    if (kinds.includes('sent') && performance.now() - this.#spedUpAt > SPEED_UP_EVERY_MS) {
      this.#spedUpAt = performance.now();
      await speedUp(tx, numberId, limit);
    }
  }

  /** What is to be mended, and what WhatsApp said. */
  #reasonOf({ cause, message }: PauseOutcome, { row }: Settled): string {
    const number = `the WhatsApp number ${this.#sender.displayPhoneNumber}`;
    const what: Record<PauseCause, string> = {
      template: `The template ${this.#sender.templates.get(row.templateId)?.name ?? ''} was refused`,
      number: `WhatsApp has restricted ${number}, or does not know it`,
      token: `WhatsApp does not take the access token of ${number}: connect it again`,
      account: `WhatsApp has locked the account of ${number}`,
      address: 'WHATSAPP_API_URL does not lead to WhatsApp',
    };
    return `${what[cause]}. ${message}`;
  }
}
