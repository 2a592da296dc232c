/**
 * Folding: moving stored events from the inbox into messages and counters, in one transaction. The
 * work itself is the SQL function foldEvents; any number of processes may call it, and one at a
 * time does it for a tenant. An event moves counters by the difference that it makes to its
 * message, so that it counts once, in any order and however late it comes; where figures are
 * frozen, it thaws them (see figures/freeze.ts).
 *
 * The process that took events wakes its folder at once. Events that a killed process has left are
 * found by looking for them every second.
 */
import { sql } from 'kysely';
import { prepare } from '../../platform/database/prepared.ts';
import { query, TENANT } from '../../platform/database/tenant-scope.ts';
import { type Platform, perProcess } from '../../platform/platform.ts';
import { delay, SECOND } from '../../platform/time.ts';
import { forEachOf, type OfTenant, tenantsWithEvents } from '../../tenancy/index.ts';
import { figuresSeconds } from '../metrics.ts';
import { CAMPAIGN_CHANGED } from '../topics.ts';
import { tellNumberChanges } from './number-changes.ts';
import { pauseTroubled } from './troubles.ts';

/** A fold takes rows of the inbox until they hold this many events. */
const MAX_EVENTS = 10_000;
/** Each fold is one commit and writes each counter once, so a short pause saves most of the work. */
const PAUSE_MS = 100;
const RETRY_MS = SECOND;
/**
 * How many events of this process may wait to be folded before it slows down their intake: those of
 * the running fold and as many for the next one, about a third of a second's work. With half as
 * many the folder had to wait for events: 44,000 a second instead of 55,000.
 */
const MAX_BACKLOG = 2 * MAX_EVENTS;
/** WhatsApp expects a response within a quarter of a second. */
const MAX_HOLD_MS = 120;
const POLL_MS = SECOND;

interface Folded {
  /** How many events were folded; null if another process is folding the tenant's. */
  taken: number | null;
  campaignIds: string[];
}

const foldEvents = prepare((p: { maxEvents: number; replyDays: number }) =>
  query
    .selectFrom(
      sql<Folded>`"foldEvents"(${TENANT}::uuid, ${p.maxEvents}::integer, ${p.replyDays}::integer)`.as(
        'folded',
      ),
    )
    .select(['taken', 'campaignIds']),
);

/** Folds the oldest events of a tenant, in one transaction, and publishes what changed. */
async function foldOnce(platform: Platform, tenantId: string): Promise<Folded> {
  const { database, config } = platform;
  const [folded] = await database.forTenant({ tenantId }).runPrepared(foldEvents, {
    maxEvents: MAX_EVENTS,
    replyDays: config.CAMPAIGN_REPLY_WINDOW_DAYS,
  });
  for (const id of folded?.campaignIds ?? []) CAMPAIGN_CHANGED.publish(platform, { tenantId, id });
  if (folded && folded.taken !== null) {
    await pauseTroubled(platform, tenantId);
    await tellNumberChanges(platform, tenantId);
  }
  return folded ?? { taken: 0, campaignIds: [] };
}

/** Resolves when all events that the tenant has at the time of the call are folded. */
export async function foldAll(
  platform: Platform,
  tenantId: string,
  signal?: AbortSignal,
): Promise<void> {
  while (!signal?.aborted) {
    const { taken } = await foldOnce(platform, tenantId);
    if (taken === 0) return;
    if (taken === null) await delay(PAUSE_MS, signal);
  }
}

/**
 * Folds the events of all tenants, one fold of each in turn. For processes that take no events
 * themselves.
 */
export async function foldEverything(platform: Platform, signal: AbortSignal): Promise<void> {
  for (let tenants = await tenantsWithEvents(platform.database); tenants.length > 0; ) {
    const left: OfTenant[] = [];
    await forEachOf(tenants, signal, async (tenant) => {
      const { taken } = await foldOnce(platform, tenant.tenantId);
      if (taken !== 0) left.push(tenant);
      if (taken === null) await delay(PAUSE_MS, signal);
    });
    if (signal.aborted) return;
    tenants = left;
  }
}

class Folder {
  readonly #platform: Platform;
  /** Tenants that may have events. */
  readonly #waiting = new Set<string>();
  /** About how many events of each tenant wait, without what other processes take and fold. */
  readonly #backlog = new Map<string, number>();
  /** When this process received the oldest events of each tenant that may not be folded yet. */
  readonly #since = new Map<string, number>();
  #running = false;
  #polling = false;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Reports that a tenant has new events, and how many if known; they are folded soon. */
  wake(tenantId: string, events = 0): void {
    this.#waiting.add(tenantId);
    if (events > 0 && !this.#since.has(tenantId)) this.#since.set(tenantId, performance.now());
    if (events > 0) this.#backlog.set(tenantId, (this.#backlog.get(tenantId) ?? 0) + events);
    if (!this.#running) void this.#run();
  }

  /**
   * Resolves when few of the tenant's events are waiting, or after MAX_HOLD_MS. It slows the intake
   * of events down, so that figures stay fresh even if events could be stored faster.
   */
  async waitWhileBehind(tenantId: string): Promise<void> {
    const giveUpAt = performance.now() + MAX_HOLD_MS;
    while ((this.#backlog.get(tenantId) ?? 0) > MAX_BACKLOG && performance.now() < giveUpAt)
      await delay(10, this.#platform.stopping);
  }

  /** From now on, also looks for events that other processes have left behind. */
  watch(): void {
    if (this.#polling) return;
    this.#polling = true;
    void this.#poll();
  }

  async #run(): Promise<void> {
    const { stopping } = this.#platform;
    this.#running = true;
    while (this.#waiting.size > 0 && !stopping.aborted) {
      const tenants = [...this.#waiting];
      this.#waiting.clear();
      const results = await Promise.all(tenants.map((tenantId) => this.#fold(tenantId)));
      await delay(Math.max(...results), stopping);
    }
    this.#running = false;
  }

  /** Folds once and returns how long to pause afterwards, in milliseconds. */
  async #fold(tenantId: string): Promise<number> {
    const since = this.#since.get(tenantId);
    this.#since.delete(tenantId);
    try {
      const { taken } = await foldOnce(this.#platform, tenantId);
      if (since !== undefined && (taken === null || taken >= MAX_EVENTS))
        this.#since.set(tenantId, since);
      else if (since !== undefined) figuresSeconds.observe((performance.now() - since) / SECOND);
      if (taken !== 0) this.#waiting.add(tenantId);
      const left = (this.#backlog.get(tenantId) ?? 0) - (taken ?? 0);
      if (left > 0 && taken !== 0) this.#backlog.set(tenantId, left);
      else this.#backlog.delete(tenantId);
      return taken !== null && taken >= MAX_EVENTS / 2 ? 0 : PAUSE_MS;
    } catch (error) {
      if (since !== undefined) this.#since.set(tenantId, since);
      this.#waiting.add(tenantId);
      if (!this.#platform.stopping.aborted)
        this.#platform.log.error(
          { tenant: tenantId, err: error },
          'events could not be folded; trying again',
        );
      return RETRY_MS;
    }
  }

  async #poll(): Promise<void> {
    const { stopping, log, database } = this.#platform;
    while (!stopping.aborted) {
      await delay(POLL_MS, stopping);
      try {
        if (!stopping.aborted)
          for (const { tenantId } of await tenantsWithEvents(database)) this.wake(tenantId);
      } catch (error) {
        log.warn({ reason: String(error) }, 'waiting events could not be looked for');
      }
    }
  }
}

/** The folder of this process. */
export const folder = perProcess((platform) => new Folder(platform));
