/**
 * Rows that are numbered in the order of their commits, as they come. A subscriber remembers the
 * number that it was sent last and reads on from there, so a slow one costs nothing and misses none.
 */
import type { Versioned } from './live-topics.ts';

interface Numbered {
  number: number;
}

/** How rows are read. */
export interface NumberedSource<Row extends Numbered> {
  /** How far they have got: the version is one more than the highest number. */
  states: AsyncIterableIterator<Versioned>;
  /** What a subscriber gets first, of the rows up to `last`: none, or one. */
  first(last: number): Promise<Row[]>;
  /** The next rows after a number, in order. A subscriber holds as many as this returns. */
  after(number: number): Promise<Row[]>;
}

/** The rows of a source as they come, until `return` is called. */
export class NumberedRows<Row extends Numbered> implements AsyncIterableIterator<Row> {
  readonly #source: NumberedSource<Row>;
  #waiting: Row[] = [];
  /** The last number that was sent, or that existed at the start; null before that. */
  #last: number | null = null;
  /** The highest number known to exist. */
  #newest = 0;

  constructor(source: NumberedSource<Row>) {
    this.#source = source;
  }

  async next(): Promise<IteratorResult<Row, undefined>> {
    for (;;) {
      const row = this.#waiting.shift();
      if (row) {
        this.#last = Math.max(this.#last ?? 0, row.number);
        return { value: row, done: false };
      }
      if (this.#last !== null && this.#last < this.#newest) {
        await this.#readOn(this.#last);
        continue;
      }
      const state = await this.#source.states.next();
      if (state.done) return { value: undefined, done: true };
      this.#newest = state.value.version - 1;
      if (this.#last === null) await this.#begin(this.#newest);
    }
  }

  /** Ends at once, a waiting `next` too. */
  async return(): Promise<IteratorResult<Row, undefined>> {
    await this.#source.states.return?.();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Row> {
    return this;
  }

  async #begin(last: number): Promise<void> {
    this.#waiting = await this.#source.first(last);
    this.#last = last;
  }

  async #readOn(after: number): Promise<void> {
    this.#waiting = await this.#source.after(after);
    if (this.#waiting.length === 0) this.#last = this.#newest;
  }
}
