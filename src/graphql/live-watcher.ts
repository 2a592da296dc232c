/** One who watches a live query: pulls answers as fast as they can be sent, and skips the others. */
import type { FormattedExecutionResult } from 'graphql';
import { subscriptions } from '../platform/metrics.ts';
import type { Context } from '../schema-builder/context.ts';
import type { LiveQuery, Watching } from './live-query.ts';

/** Each answer is newer than the one before; ends with `return`, or with a result that says why. */
export class LiveWatcher implements Watching, AsyncIterableIterator<FormattedExecutionResult> {
  /** Of the one who watches. */
  readonly context: Context;
  readonly #left: () => void;
  #query: LiveQuery;
  #sent = 0;
  #readyAt = 0;
  #done = false;
  #end: FormattedExecutionResult | null = null;
  #resume: () => void = () => {};

  /** Calls `left` when it has ended. */
  constructor(query: LiveQuery, context: Context, left: () => void) {
    this.#query = query;
    this.context = context;
    this.#left = left;
    query.watchers.add(this);
    subscriptions.inc();
  }

  get query(): LiveQuery {
    return this.#query;
  }

  /** Watches this query from now on. */
  moveTo(query: LiveQuery): void {
    this.#query.watchers.delete(this);
    this.#query = query;
    this.#sent = 0;
    query.watchers.add(this);
    this.wake();
  }

  /** There may be something to send. */
  wake(): void {
    this.#resume();
  }

  /** Sends this result as the last one; until it is read, nothing is executed for it any more. */
  endWith(result: FormattedExecutionResult): void {
    this.#end = result;
    this.#leave();
    this.wake();
  }

  async next(): Promise<IteratorResult<FormattedExecutionResult, undefined>> {
    while (!this.#done) {
      if (this.#end) return this.#last(this.#end);
      const { answer, request } = this.#query;
      const isNew = answer !== null && answer.number > this.#sent;
      const early = isNew ? this.#readyAt - performance.now() : 0;
      if (isNew && early <= 0) {
        if (answer.isLast) return this.#last(answer.result);
        const isNext = answer.number === this.#sent + 1;
        this.#sent = answer.number;
        this.#readyAt = performance.now() + request.options.throttleMs;
        return { value: (isNext && answer.patch) || answer.result, done: false };
      }
      await this.#wait(early);
    }
    return { value: undefined, done: true };
  }

  /** Ends it at once, including a waiting `next`. */
  async return(): Promise<IteratorResult<FormattedExecutionResult, undefined>> {
    if (!this.#done) {
      this.#done = true;
      subscriptions.dec();
      this.#leave();
      this.#resume();
    }
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #leave(): void {
    this.#query.watchers.delete(this);
    this.#left();
  }

  async #last(value: FormattedExecutionResult) {
    await this.return();
    return { value, done: false as const };
  }

  /** Waits for something to send, the end, or the time given; 0 sets no time. */
  async #wait(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#resume = resolve;
    const timer = milliseconds > 0 ? setTimeout(resolve, milliseconds) : undefined;
    await promise;
    clearTimeout(timer);
  }
}
