/**
 * Folds acknowledged events into messages and counters. The process that took events wakes its
 * folder at once; what a killed process has left is found by looking for it every second. The work
 * itself is the SQL function foldEvents: any number of processes may try, one at a time does a
 * tenant's.
 */
import { sql } from 'kysely';
import { prepare } from '../../platform/database/tenant-database.ts';
import { query, TENANT } from '../../platform/database/tenant-scope.ts';
import { type Platform, perProcess } from '../../platform/platform.ts';
import { delay, SECOND } from '../../platform/time.ts';
import { CAMPAIGN_CHANGED } from '../topics.ts';

/** A fold takes what has come until there are so many. */
const MAX_EVENTS = 10_000;
/**
 * Each fold is a commit and writes each counter once, so that a little patience saves most of the
 * work.
 */
const PAUSE_MS = 100;
const RETRY_MS = SECOND;
/**
 * Events of this process that may wait to be folded before it takes further ones more slowly, about
 * a third of a second's work: those of the fold that is under way, and as many that gather for the
 * next one. With half of it the folder waited for events: 44,000 a second instead of 55,000.
 */
const MAX_BACKLOG = 2 * MAX_EVENTS;
/** WhatsApp expects its answers within a quarter of a second. */
const MAX_HOLD_MS = 120;
const POLL_MS = SECOND;

interface Folded {
  /** How many events; null when another process is folding the tenant's. */
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

/** Folds the oldest events of a tenant, in one transaction. */
async function foldSome(platform: Platform, tenantId: string): Promise<Folded> {
  const { database, pubsub, config } = platform;
  const [folded] = await database.forTenant({ tenantId }).runPrepared(foldEvents, {
    maxEvents: MAX_EVENTS,
    replyDays: config.CAMPAIGN_REPLY_WINDOW_DAYS,
  });
  for (const id of folded?.campaignIds ?? [])
    pubsub.publish({ topic: CAMPAIGN_CHANGED, tenantId, id });
  return folded ?? { taken: 0, campaignIds: [] };
}

/** Folds all events that a tenant has at the time of the call. */
export async function foldAll(
  platform: Platform,
  tenantId: string,
  signal?: AbortSignal,
): Promise<void> {
  while (!signal?.aborted) {
    const { taken } = await foldSome(platform, tenantId);
    if (taken === 0) return;
    if (taken === null) await delay(PAUSE_MS, signal);
  }
}

/**
 * Folds what all tenants have, a fold of each in turn, for processes that take no events
 * themselves.
 */
export async function foldEverything(platform: Platform, signal: AbortSignal): Promise<void> {
  for (let tenants = await tenantsWithEvents(platform); tenants.length > 0; ) {
    const left: string[] = [];
    for (const tenantId of tenants) {
      if (signal.aborted) return;
      const { taken } = await foldSome(platform, tenantId);
      if (taken !== 0) left.push(tenantId);
      if (taken === null) await delay(PAUSE_MS, signal);
    }
    tenants = left;
  }
}

async function tenantsWithEvents(platform: Platform): Promise<string[]> {
  const tenants = await platform.database.prisma.webhookInbox.groupBy({ by: ['tenantId'] });
  return tenants.map(({ tenantId }) => tenantId);
}

class Folder {
  readonly #platform: Platform;
  /** Tenants that have events, or may have. */
  readonly #waiting = new Set<string>();
  /** About how many events of a tenant wait; what other processes take and fold is not in it. */
  readonly #backlog = new Map<string, number>();
  #running = false;
  #polling = false;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Says that a tenant has new events, so many where it is known. They are folded soon. */
  wake(tenantId: string, events = 0): void {
    this.#waiting.add(tenantId);
    if (events > 0) this.#backlog.set(tenantId, (this.#backlog.get(tenantId) ?? 0) + events);
    if (!this.#running) void this.#run();
  }

  /**
   * Resolves when the tenant's events are folded as fast as they come, or after a moment: figures
   * are to be fresh, however fast events may be stored.
   */
  async calm(tenantId: string): Promise<void> {
    const giveUpAt = performance.now() + MAX_HOLD_MS;
    while ((this.#backlog.get(tenantId) ?? 0) > MAX_BACKLOG && performance.now() < giveUpAt)
      await delay(10, this.#platform.stopping);
  }

  /** From now on looks for the events that other processes have left, too. */
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

  /** Folds once; answers how long to pause after it. */
  async #fold(tenantId: string): Promise<number> {
    try {
      const { taken } = await foldSome(this.#platform, tenantId);
      if (taken !== 0) this.#waiting.add(tenantId);
      const left = (this.#backlog.get(tenantId) ?? 0) - (taken ?? 0);
      if (left > 0 && taken !== 0) this.#backlog.set(tenantId, left);
      else this.#backlog.delete(tenantId);
      return taken !== null && taken >= MAX_EVENTS / 2 ? 0 : PAUSE_MS;
    } catch (error) {
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
    const { stopping, log } = this.#platform;
    while (!stopping.aborted) {
      await delay(POLL_MS, stopping);
      try {
        if (!stopping.aborted)
          for (const tenantId of await tenantsWithEvents(this.#platform)) this.wake(tenantId);
      } catch (error) {
        log.warn({ reason: String(error) }, 'events that wait could not be looked for');
      }
    }
  }
}

/** The folder of this process. */
export const folder = perProcess((platform) => new Folder(platform));
