/** The events of several sources as those of one, each source's in its order. */
export class MergedEvents<T> implements AsyncIterableIterator<T> {
  readonly #waiting: Map<AsyncIterableIterator<T>, Promise<Arrived<T>>>;

  constructor(sources: readonly AsyncIterableIterator<T>[]) {
    this.#waiting = new Map(sources.map((source) => [source, arrival(source)]));
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    while (this.#waiting.size > 0) {
      const { source, result } = await Promise.race(this.#waiting.values());
      if (result.done) this.#waiting.delete(source);
      else {
        this.#waiting.set(source, arrival(source));
        return result;
      }
    }
    return { value: undefined, done: true };
  }

  /** Ends all sources. */
  async return(): Promise<IteratorResult<T, undefined>> {
    await Promise.all([...this.#waiting.keys()].map((source) => source.return?.()));
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

interface Arrived<T> {
  source: AsyncIterableIterator<T>;
  result: IteratorResult<T, undefined>;
}

async function arrival<T>(source: AsyncIterableIterator<T>): Promise<Arrived<T>> {
  return { source, result: await source.next() };
}
