/**
 * Live state: each subscriber of an object gets its current state and then newer ones, in order,
 * and always the last one. States are pulled, never queued: a topic holds one newest state, a
 * subscriber remembers the version it sent last, so a slow reader skips versions and costs nothing.
 *
 * One read serves all subscribers of a topic in a process. Lost notices are made up for: every
 * CHECK_INTERVAL_MS the stored versions of all watched objects are compared.
 */
import type { Log } from '../log.ts';
import { subscriptions } from '../metrics.ts';
import { SECOND } from '../time.ts';
import type { Change, PubSub } from './pubsub.ts';

const CHECK_INTERVAL_MS = 2 * SECOND;

/** A state that knows its place in the order. */
export interface Versioned {
  id: string;
  version: number;
}

/**
 * How the objects of one kind are read; both functions take ids of one tenant and leave out objects
 * that do not exist.
 */
export interface LiveSource<State extends Versioned> {
  topic: string;
  read(tenantId: string, ids: string[]): Promise<State[]>;
  readVersions(tenantId: string, ids: string[]): Promise<Versioned[]>;
  /**
   * For objects that change all the time: the minimum time, in milliseconds, between two states of
   * a subscriber and between two reads.
   */
  minIntervalMs?: number;
}

/** Whether a subscriber may see a state; asked for each state it is about to get. */
export type Visibility<State> = (state: State) => boolean | Promise<boolean>;

interface Topic<State> {
  tenantId: string;
  id: string;
  /** The newest state read; null when the object does not exist, undefined when not read yet. */
  latest: State | null | undefined;
  readonly wake: Set<() => void>;
  /** The read that is under way; `stale` says whether another has to follow it. */
  reading: Promise<void> | null;
  stale: boolean;
  /** The timer of a read that a notice has requested and that is not due yet. */
  due: NodeJS.Timeout | null;
}

/** The watched objects of one kind in this process; polls the database until `close`. */
export class LiveTopics<State extends Versioned> {
  readonly #source: LiveSource<State>;
  readonly #log: Log;
  readonly #topics = new Map<string, Topic<State>>();
  readonly #stop: (() => void)[] = [];
  #checking = false;

  constructor(source: LiveSource<State>, pubsub: PubSub, log: Log) {
    this.#source = source;
    this.#log = log;
    this.#stop.push(pubsub.subscribe((change) => this.#changed(change)));
    this.#stop.push(pubsub.onGap(() => void this.#checkAll()));
    const timer = setInterval(() => void this.#checkAll(), CHECK_INTERVAL_MS).unref();
    this.#stop.push(() => clearInterval(timer));
  }

  /**
   * The states of an object, each newer than the one before; the first is read after this call.
   * Resolves to null when the object does not exist or may not be seen; the iterator ends when
   * either becomes the case later.
   */
  async subscribe(
    tenantId: string,
    id: string,
    isVisible: Visibility<State> = () => true,
  ): Promise<AsyncIterableIterator<State> | null> {
    const topic = this.#join(tenantId, id);
    const subscriber = new Subscriber(topic, isVisible, {
      leave: () => this.#leave(topic),
      minIntervalMs: this.#source.minIntervalMs ?? 0,
    });
    try {
      await this.#refresh(topic);
      if (topic.latest && (await isVisible(topic.latest))) return subscriber;
    } catch (error) {
      await subscriber.return();
      throw error;
    }
    await subscriber.return();
    return null;
  }

  close(): void {
    for (const stop of this.#stop) stop();
  }

  #leave(topic: Topic<State>): void {
    if (topic.wake.size === 0) this.#topics.delete(`${topic.tenantId}:${topic.id}`);
  }

  #join(tenantId: string, id: string): Topic<State> {
    const key = `${tenantId}:${id}`;
    const existing = this.#topics.get(key);
    if (existing) return existing;
    const topic: Topic<State> = {
      tenantId,
      id,
      latest: undefined,
      wake: new Set(),
      reading: null,
      stale: false,
      due: null,
    };
    this.#topics.set(key, topic);
    return topic;
  }

  #changed(change: Change): void {
    if (change.topic !== this.#source.topic) return;
    const topic = this.#topics.get(`${change.tenantId}:${change.id}`);
    if (!topic || topic.due !== null) return;
    const { minIntervalMs } = this.#source;
    if (minIntervalMs === undefined) this.#refreshNow(topic);
    else {
      topic.due = setTimeout(() => {
        topic.due = null;
        this.#refreshNow(topic);
      }, minIntervalMs);
    }
  }

  #refreshNow(topic: Topic<State>): void {
    void this.#refresh(topic).catch((error: unknown) => this.#failed(error));
  }

  /**
   * Resolves after a read that began after this call; reads requested in the meantime become one.
   */
  async #refresh(topic: Topic<State>): Promise<void> {
    if (topic.reading) {
      topic.stale = true;
      await topic.reading.catch(() => undefined);
      if (topic.reading) return topic.reading;
      if (!topic.stale) return;
    }
    topic.stale = false;
    topic.reading = this.#read(topic).finally(() => {
      topic.reading = null;
    });
    return topic.reading;
  }

  async #read(topic: Topic<State>): Promise<void> {
    const [state = null] = await this.#source.read(topic.tenantId, [topic.id]);
    if (state === null || !topic.latest || state.version > topic.latest.version) {
      topic.latest = state;
      for (const wake of topic.wake) wake();
    }
  }

  async #checkAll(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    try {
      const byTenant = Map.groupBy(this.#topics.values(), (topic) => topic.tenantId);
      for (const [tenantId, topics] of byTenant) await this.#check(tenantId, topics);
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#checking = false;
    }
  }

  async #check(tenantId: string, topics: Topic<State>[]): Promise<void> {
    const stored = await this.#source.readVersions(
      tenantId,
      topics.map((topic) => topic.id),
    );
    const versions = new Map(stored.map((state) => [state.id, state.version]));
    const changed = topics.filter((topic) => versions.get(topic.id) !== topic.latest?.version);
    await Promise.all(changed.map((topic) => this.#refresh(topic)));
  }

  #failed(error: unknown): void {
    this.#log.warn(
      { topic: this.#source.topic, reason: String(error) },
      'a live state could not be read; trying again soon',
    );
  }
}

/** One subscriber's place in a topic: the version it was given last, and whether it waits. */
class Subscriber<State extends Versioned> implements AsyncIterableIterator<State> {
  readonly #topic: Topic<State>;
  readonly #isVisible: Visibility<State>;
  readonly #leave: () => void;
  readonly #minIntervalMs: number;
  #sent = 0;
  #readyAt = 0;
  #done = false;
  #resume: () => void = () => {};
  readonly #wake = () => this.#resume();

  constructor(
    topic: Topic<State>,
    isVisible: Visibility<State>,
    { leave, minIntervalMs }: { leave: () => void; minIntervalMs: number },
  ) {
    this.#topic = topic;
    this.#isVisible = isVisible;
    this.#leave = leave;
    this.#minIntervalMs = minIntervalMs;
    topic.wake.add(this.#wake);
    subscriptions.inc();
  }

  async next(): Promise<IteratorResult<State, undefined>> {
    while (!this.#done) {
      const { latest } = this.#topic;
      if (!latest) break;
      const early = this.#minIntervalMs === 0 ? 0 : this.#readyAt - performance.now();
      if (latest.version > this.#sent && early <= 0) {
        if (!(await this.#isVisible(latest))) break;
        this.#sent = latest.version;
        this.#readyAt = performance.now() + this.#minIntervalMs;
        return { value: latest, done: false };
      }
      await this.#wait(latest.version > this.#sent ? early : 0);
    }
    return this.return();
  }

  /** Waits for a newer state, the end, or the time given; 0 sets no time. */
  async #wait(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#resume = resolve;
    const timer = milliseconds > 0 ? setTimeout(resolve, milliseconds) : undefined;
    await promise;
    clearTimeout(timer);
  }

  /** Ends the subscription at once, including a waiting `next`. */
  async return(): Promise<IteratorResult<State, undefined>> {
    if (!this.#done) {
      this.#done = true;
      this.#topic.wake.delete(this.#wake);
      this.#leave();
      subscriptions.dec();
      this.#resume();
    }
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<State> {
    return this;
  }
}
