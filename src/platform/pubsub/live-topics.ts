/**
 * Live state: each subscriber of an object gets its current state and then newer ones, in order,
 * and always the last one. States are pulled, never queued: an object has one newest state, and a
 * subscriber remembers the version it sent last, so a slow reader skips versions and costs nothing.
 *
 * One read serves all subscribers of an object in a process. Lost notices are made up for: every
 * CHECK_INTERVAL_MS the stored versions of all watched objects are compared.
 */
import type { Log } from '../log.ts';
import { subscriptions } from '../metrics.ts';
import { SECOND } from '../time.ts';
import type { Change, PubSub } from './pubsub.ts';
import type { Topic } from './topic.ts';

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
  /** Where new versions are published, by the ids of the objects. */
  topic: Topic;
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

interface WatchedObject<State> {
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
  readonly #objects = new Map<string, WatchedObject<State>>();
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
    const object = this.#join(tenantId, id);
    const subscriber = new Subscriber(object, isVisible, {
      leave: () => this.#leave(object),
      minIntervalMs: this.#source.minIntervalMs ?? 0,
    });
    try {
      await this.#refresh(object);
      if (object.latest && (await isVisible(object.latest))) return subscriber;
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

  #leave(object: WatchedObject<State>): void {
    if (object.wake.size === 0) this.#objects.delete(`${object.tenantId}:${object.id}`);
  }

  #join(tenantId: string, id: string): WatchedObject<State> {
    const key = `${tenantId}:${id}`;
    const existing = this.#objects.get(key);
    if (existing) return existing;
    const object: WatchedObject<State> = {
      tenantId,
      id,
      latest: undefined,
      wake: new Set(),
      reading: null,
      stale: false,
      due: null,
    };
    this.#objects.set(key, object);
    return object;
  }

  #changed(change: Change): void {
    if (change.topic !== this.#source.topic.name) return;
    const object = this.#objects.get(`${change.tenantId}:${change.id}`);
    if (!object || object.due !== null) return;
    const { minIntervalMs } = this.#source;
    if (minIntervalMs === undefined) this.#refreshNow(object);
    else {
      object.due = setTimeout(() => {
        object.due = null;
        this.#refreshNow(object);
      }, minIntervalMs);
    }
  }

  #refreshNow(object: WatchedObject<State>): void {
    void this.#refresh(object).catch((error: unknown) => this.#failed(error));
  }

  /**
   * Resolves after a read that began after this call; reads requested in the meantime become one.
   */
  async #refresh(object: WatchedObject<State>): Promise<void> {
    if (object.reading) {
      object.stale = true;
      await object.reading.catch(() => undefined);
      if (object.reading) return object.reading;
      if (!object.stale) return;
    }
    object.stale = false;
    object.reading = this.#read(object).finally(() => {
      object.reading = null;
    });
    return object.reading;
  }

  async #read(object: WatchedObject<State>): Promise<void> {
    const [state = null] = await this.#source.read(object.tenantId, [object.id]);
    if (state === null || !object.latest || state.version > object.latest.version) {
      object.latest = state;
      for (const wake of object.wake) wake();
    }
  }

  async #checkAll(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    try {
      const byTenant = Map.groupBy(this.#objects.values(), (object) => object.tenantId);
      for (const [tenantId, objects] of byTenant) await this.#check(tenantId, objects);
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#checking = false;
    }
  }

  async #check(tenantId: string, objects: WatchedObject<State>[]): Promise<void> {
    const stored = await this.#source.readVersions(
      tenantId,
      objects.map((object) => object.id),
    );
    const versions = new Map(stored.map((state) => [state.id, state.version]));
    const changed = objects.filter((object) => versions.get(object.id) !== object.latest?.version);
    await Promise.all(changed.map((object) => this.#refresh(object)));
  }

  #failed(error: unknown): void {
    this.#log.warn(
      { topic: this.#source.topic.name, reason: String(error) },
      'a live state could not be read; trying again soon',
    );
  }
}

/** One subscriber's place in an object's states: the version it was given last, and whether it waits. */
class Subscriber<State extends Versioned> implements AsyncIterableIterator<State> {
  readonly #object: WatchedObject<State>;
  readonly #isVisible: Visibility<State>;
  readonly #leave: () => void;
  readonly #minIntervalMs: number;
  #sent = 0;
  #readyAt = 0;
  #done = false;
  #resume: () => void = () => {};
  readonly #wake = () => this.#resume();

  constructor(
    object: WatchedObject<State>,
    isVisible: Visibility<State>,
    { leave, minIntervalMs }: { leave: () => void; minIntervalMs: number },
  ) {
    this.#object = object;
    this.#isVisible = isVisible;
    this.#leave = leave;
    this.#minIntervalMs = minIntervalMs;
    object.wake.add(this.#wake);
    subscriptions.inc();
  }

  async next(): Promise<IteratorResult<State, undefined>> {
    while (!this.#done) {
      const { latest } = this.#object;
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
      this.#object.wake.delete(this.#wake);
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
