/**
 * Changes between processes, by graphql-redis-subscriptions. Listeners get the changes of their own
 * process without Redis.
 */
import { randomUUID } from 'node:crypto';
import { RedisPubSub as RedisEngine } from 'graphql-redis-subscriptions';
import type { Redis } from 'ioredis';
import type { Log } from '../log.ts';
import { connectRedis } from '../redis.ts';
import { SECOND } from '../time.ts';
import { type Change, LocalPubSub, type PubSub } from './pubsub.ts';

const CHANNEL = 'sheaf:changes';
/** A frozen Redis keeps its connections, so silence alone shows nothing. */
const HEARTBEAT_MS = SECOND;

/**
 * Connects in the background when constructed; `connected` turns true once Redis has confirmed the
 * subscription.
 */
export class RedisPubSub implements PubSub {
  readonly #local = new LocalPubSub();
  readonly #engine: RedisEngine;
  readonly #subscriber: Redis;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #origin = randomUUID();
  readonly #log: Log;
  readonly #gapListeners = new Set<() => void>();
  #subscribed = false;
  #connected = false;

  constructor(url: string, log: Log) {
    this.#log = log;
    this.#subscriber = connectRedis(url, log);
    this.#engine = new RedisEngine({
      publisher: connectRedis(url, log),
      subscriber: this.#subscriber,
    });
    this.#subscriber.on('ready', () => void this.#resume());
    this.#subscriber.on('close', () => {
      this.#connected = false;
    });
    this.#heartbeat = setInterval(() => void this.#check(), HEARTBEAT_MS).unref();
  }

  get connected(): boolean {
    return this.#connected;
  }

  publish(change: Change): void {
    this.#local.publish(change);
    this.#engine.publish(CHANNEL, { ...change, origin: this.#origin }).catch((error: unknown) => {
      this.#log.warn(
        { reason: String(error) },
        'a change could not be published; other processes will find it at their next check',
      );
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
    clearInterval(this.#heartbeat);
    for (const connection of [this.#engine.getPublisher(), this.#engine.getSubscriber()])
      connection.disconnect();
  }

  /**
   * Called on each new connection: notices count as arriving only once Redis has confirmed the
   * subscription.
   */
  async #resume(): Promise<void> {
    try {
      if (!this.#subscribed) {
        await this.#engine.subscribe(CHANNEL, (change: Change & { origin: string }) => {
          if (change.origin !== this.#origin) this.#local.publish(change);
        });
        this.#subscribed = true;
      }
      await this.#subscriber.subscribe(CHANNEL);
      this.#connected = true;
      for (const listener of this.#gapListeners) listener();
    } catch (error) {
      this.#log.warn(
        { reason: String(error) },
        'subscribing in Redis failed; trying again on the next connection',
      );
      this.#subscriber.disconnect(true);
    }
  }

  async #check(): Promise<void> {
    if (!this.#connected) return;
    try {
      await this.#subscriber.ping();
    } catch {
      this.#connected = false;
      this.#subscriber.disconnect(true);
    }
  }
}
