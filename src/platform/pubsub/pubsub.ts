/**
 * Tells every process that something changed. A notice carries no state, only what changed:
 * whoever hears it reads the newest state from the database, so that a notice that is lost,
 * doubled or late can delay a state but never falsify it.
 */
import { EventEmitter } from 'node:events';
import { PubSub as InProcessEngine } from 'graphql-subscriptions';
import { uncounted } from '../database/statements.ts';

/**
 * One object changed. `topic` is the kind of object, in the terms of the domain that publishes it.
 */
export interface Change {
  topic: string;
  tenantId: string;
  id: string;
}

export interface PubSub {
  /**
   * Whether notices of other processes arrive at present; while they don't, nothing learnt from
   * them may be trusted.
   */
  readonly connected: boolean;
  /**
   * Call after the commit. Never fails: what can't be delivered is found by the subscribers' own
   * checks.
   */
  publish(change: Change): void;
  /**
   * Calls `listener` for each change, of this process and of others, until the returned function is
   * called.
   */
  subscribe(listener: (change: Change) => void): () => void;
  /** Calls `listener` each time after notices may have been missed. */
  onGap(listener: () => void): () => void;
  close(): Promise<void>;
}

const TRIGGER = 'changes';

/** The listeners of one process, on graphql-subscriptions' engine. */
export class LocalPubSub implements PubSub {
  // Each socket listens, so that many listeners are no leak.
  readonly #engine = new InProcessEngine({ eventEmitter: new EventEmitter().setMaxListeners(0) });

  get connected(): boolean {
    return true;
  }

  publish(change: Change): void {
    // What others then read is no part of the request that changed something.
    uncounted(() => void this.#engine.publish(TRIGGER, change));
  }

  subscribe(listener: (change: Change) => void): () => void {
    const subscription = this.#engine.subscribe(TRIGGER, listener);
    let subscribed = true;
    return () => {
      // The engine throws for an id that it no longer knows.
      if (subscribed) void subscription.then((id) => this.#engine.unsubscribe(id));
      subscribed = false;
    };
  }

  onGap(): () => void {
    return () => undefined;
  }

  async close(): Promise<void> {}
}
