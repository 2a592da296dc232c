/** Changes between processes, by graphql-redis-subscriptions. Listeners of this process hear its own changes without Redis. */
import { randomUUID } from 'node:crypto';
import { RedisPubSub as RedisEngine } from 'graphql-redis-subscriptions';
import { connectRedis } from '../redis.ts';
import type { Log } from '../log.ts';
import { type Change, LocalPubSub, type PubSub } from './pubsub.ts';

const CHANNEL = 'sheaf:changes';

export class RedisPubSub implements PubSub {
  readonly #local = new LocalPubSub();
  readonly #engine: RedisEngine;
  readonly #origin = randomUUID();
  readonly #log: Log;
  readonly #gapListeners = new Set<() => void>();
  #subscribed = false;
  #connected = false;

  constructor(url: string, log: Log) {
    this.#log = log;
    const subscriber = connectRedis(url, log);
    this.#engine = new RedisEngine({ publisher: connectRedis(url, log), subscriber });
    // ioredis subscribes again by itself after a reconnect, but the first time it needs a connection that is ready.
    subscriber.on('ready', () => void this.#resume());
    subscriber.on('close', () => {
      this.#connected = false;
    });
  }

  get connected(): boolean {
    return this.#connected;
  }

  publish(change: Change): void {
    this.#local.publish(change);
    this.#engine.publish(CHANNEL, { ...change, origin: this.#origin }).catch((error: unknown) => {
      this.#log.warn({ reason: String(error) }, 'a change could not be published; other processes find it by themselves');
    });
  }

  subscribe(listener: (change: Change) => void): () => void {
    return this.#local.subscribe(listener);
  }

  onGap(listener: () => void): () => void {
    this.#gapListeners.add(listener);
    return () => void this.#gapListeners.delete(listener);
  }

  async close(): Promise<void> {
    for (const connection of [this.#engine.getPublisher(), this.#engine.getSubscriber()]) connection.disconnect();
  }

  async #resume(): Promise<void> {
    try {
      if (!this.#subscribed) {
        await this.#engine.subscribe(CHANNEL, (change: Change & { origin: string }) => {
          if (change.origin !== this.#origin) this.#local.publish(change);
        });
        this.#subscribed = true;
      }
      this.#connected = true;
      for (const listener of this.#gapListeners) listener();
    } catch (error) {
      this.#log.warn({ reason: String(error) }, 'Redis took no subscription; trying again on the next connection');
      (this.#engine.getSubscriber() as { disconnect(reconnect: boolean): void }).disconnect(true);
    }
  }
}
