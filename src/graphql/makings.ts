/**
 * What is being made, by keys, so that who wants the same waits for it. Whoever begins must end it,
 * also where nothing came of it: the others then make it for themselves.
 */
export class Makings<T> {
  readonly #begun = new Map<string, Promise<T | null>>();
  readonly #limitMs: number;

  /** Nobody waits longer than `limitMs`, whatever became of who began. */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** What comes of the making under way, null where nothing does; undefined where there is none. */
  of(key: string): Promise<T | null> | undefined {
    return this.#begun.get(key);
  }

  begin(key: string): Making<T> {
    const { promise, resolve } = Promise.withResolvers<T | null>();
    this.#begun.set(key, promise);
    const end = (made: T | null) => {
      clearTimeout(timer);
      if (this.#begun.get(key) === promise) this.#begun.delete(key);
      resolve(made);
    };
    const timer = setTimeout(end, this.#limitMs, null).unref();
    return { key, end };
  }
}

export interface Making<T> {
  readonly key: string;
  /** Only the first call counts. */
  readonly end: (made: T | null) => void;
}
