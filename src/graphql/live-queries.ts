/**
 * The live queries of a process. Those who ask the same share one execution. Notices say which
 * kinds have changed; every two seconds the versions are compared, which makes up for lost notices
 * and finds what was changed by hand and what time changes.
 */
import { LRUCache } from 'lru-cache';
import { RequestError } from '../platform/errors.ts';
import { onStop, type Platform } from '../platform/platform.ts';
import { kindIn } from '../platform/pubsub/kind-notices.ts';
import type { Change } from '../platform/pubsub/pubsub.ts';
import { SECOND } from '../platform/time.ts';
import type { Context } from '../schema-builder/context.ts';
import { asGraphQLError, maskErrors } from './errors.ts';
import { keyOf } from './kept-answers.ts';
import type { LiveOptions } from './live-directive.ts';
import { LiveQuery, type LiveRequest, type Watching } from './live-query.ts';
import { LiveWatcher } from './live-watcher.ts';
import type { Operations, Ready } from './operations.ts';
import { spend } from './spending.ts';

const CHECK_EVERY_MS = 2 * SECOND;
/** How many queries are remembered to depend on the user. */
const MAX_REMEMBERED = 10_000;
/** What the answers that are held for a tenant's watchers may have together. */
const MAX_HELD_CHARACTERS = 32 * 1_048_576;

/** What somebody wants to watch. */
export interface Watch {
  ready: Ready;
  context: Context;
  options: LiveOptions;
}

/** One for each process. */
export class LiveQueries {
  readonly #platform: Platform;
  readonly #operations: Operations;
  /** Those of each tenant, by their keys. */
  readonly #queries = new Map<string, Map<string, LiveQuery>>();
  readonly #ofUser = new LRUCache<string, true>({ max: MAX_REMEMBERED });

  constructor(platform: Platform, operations: Operations) {
    this.#platform = platform;
    this.#operations = operations;
    const { pubsub } = platform;
    const timer = setInterval(() => this.#lookAtAll(), CHECK_EVERY_MS).unref();
    const unsubscribe = pubsub.subscribe((change) => this.#changed(change));
    const forget = pubsub.onGap(() => this.#lookAtAll());
    onStop(platform, () => {
      clearInterval(timer);
      unsubscribe();
      forget();
    });
  }

  /**
   * The answers of a query, from the present one on. The start costs 1, and each execution what the
   * query costs, which its watchers share. Throws if the present answer can't be read.
   */
  async watch({ ready, context, options }: Watch): Promise<LiveWatcher> {
    await spend(context, 1);
    const asked = keyOf(ready, context.viewer);
    if (asked === null)
      throw new RequestError('BAD_USER_INPUT', 'A live query takes shorter variables.');
    const base = `${options.throttleMs} ${options.patches} ${asked}`;
    const query = this.#queryFor(base, { ready, options }, context);
    const watcher = new LiveWatcher(query, context, () => this.#tidy(watcher.query));
    try {
      await query.look();
      return watcher;
    } catch (error) {
      await watcher.return();
      throw error;
    }
  }

  /** The query that answers this to the viewer: a new one unless somebody watches it already. */
  #queryFor(
    base: string,
    { ready, options }: Pick<LiveRequest, 'ready' | 'options'>,
    { viewer }: Context,
  ): LiveQuery {
    const ofUser = this.#ofUser.has(base);
    const key = ofUser ? `${base} ${viewer.userId}` : base;
    const { tenantId } = viewer;
    const known = this.#of(tenantId).get(key);
    if (known) return known;
    const query: LiveQuery = new LiveQuery(
      {
        ...{ platform: this.#platform, operations: this.#operations },
        ...{ key, ready, viewer, options, ofUser },
      },
      {
        split: () => this.#split(base, query),
        charge: () => void this.#charge(query),
        mayHold: (characters) => this.#heldBy(tenantId) + characters <= MAX_HELD_CHARACTERS,
      },
    );
    this.#queries.set(tenantId, this.#of(tenantId).set(key, query));
    return query;
  }

  /** Gives each user who watches a query one of their own. */
  #split(base: string, query: LiveQuery): void {
    this.#ofUser.set(base, true);
    for (const watcher of [...query.watchers]) {
      const own = this.#queryFor(base, query.request, watcher.context);
      watcher.moveTo(own);
      own.lookSoon();
    }
    this.#tidy(query);
  }

  /** The watchers of a query share its cost; whose budget is used up watches no longer. */
  async #charge({ request: { ready }, watchers }: LiveQuery): Promise<void> {
    const share = ready.cost / watchers.size;
    for (const [, all] of Map.groupBy(watchers, ({ context }) => context.viewer.userId)) {
      const [{ context }] = all as [Watching];
      try {
        await spend(context, Math.ceil(share * all.length));
      } catch (error) {
        const errors = maskErrors([asGraphQLError(error)], this.#platform.log);
        for (const watcher of all) watcher.endWith({ errors });
      }
    }
  }

  #heldBy(tenantId: string): number {
    let characters = 0;
    for (const { answer } of this.#of(tenantId).values()) characters += answer?.text.length ?? 0;
    return characters;
  }

  #tidy(query: LiveQuery): void {
    if (query.watchers.size > 0) return;
    query.stop();
    const { key, viewer } = query.request;
    const queries = this.#of(viewer.tenantId);
    if (queries.get(key) === query) queries.delete(key);
    if (queries.size === 0) this.#queries.delete(viewer.tenantId);
  }

  #changed(change: Change): void {
    const kind = kindIn(change);
    if (kind === undefined) return;
    for (const query of this.#of(change.tenantId).values())
      if (query.isMadeOf(kind)) query.lookSoon();
  }

  #lookAtAll(): void {
    for (const queries of this.#queries.values())
      for (const query of queries.values()) query.lookSoon();
  }

  /** Those of a tenant; an empty map that is not kept where it has none. */
  #of(tenantId: string): Map<string, LiveQuery> {
    return this.#queries.get(tenantId) ?? new Map<string, LiveQuery>();
  }
}
