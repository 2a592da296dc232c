/**
 * Notifies every process that something changed. A notice carries no state, only which object
 * changed: the listener reads the newest state from the database, so that a lost, repeated or late
 * notice can delay a state but never falsify it.
 */
import { EventEmitter } from 'node:events';
import { PubSub as InProcessEngine } from 'graphql-subscriptions';
import { uncounted } from '../database/statements.ts';

/** One object changed; `topic` is the name of the topic (topic.ts) that says how. */
export interface Change {
  topic: string;
  tenantId: string;
  id: string;
}

/** Carries notices to the listeners of this process and of the others. */
export interface PubSub {
  /**
   * Whether notices of other processes are arriving; while they are not, state kept up to date by
   * notices may be stale.
   */
  readonly connected: boolean;
  /**
   * Call after the commit. Never throws: what can't be delivered is found by the subscribers' own
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
  // Each socket listens, so many listeners are not a leak.
  readonly #engine = new InProcessEngine({ eventEmitter: new EventEmitter().setMaxListeners(0) });

  get connected(): boolean {
    return true;
  }

  publish(change: Change): void {
    // What listeners then read is not part of the request that made the change.
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
