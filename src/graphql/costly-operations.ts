/**
 * Costly operations take turns. If all ran at once, each step of a cheap one would wait behind
 * every costly one, for as many long stretches of CPU as there are costly ones. Measured with ten
 * clients constantly reading 500 contacts with activities: a cheap query's p99 was 800 ms without
 * turns and 160 ms with two at a time, with the same throughput of costly ones, which would lose a
 * sixth if they ran one at a time.
 */
import { delay, MINUTE } from '../platform/time.ts';
import { Turns } from '../platform/turns.ts';

const AT_ONCE = 2;
/** What takes this long is waiting for the database, not the CPU, so others may run meanwhile. */
const LONGEST_MS = 250;
const MAX_WAITING = 200;

/**
 * Lets two costly operations of a process start at a time; each gives its turn back within 250 ms.
 */
export class CostlyOperations {
  /**
   * One tenant may have both turns: they are short, and another tenant is next. A wait ends with
   * its request.
   */
  readonly #turns = new Turns({
    resource: 'costly operations',
    size: AT_ONCE,
    most: AT_ONCE,
    waitMs: MINUTE,
    maxWaiting: MAX_WAITING,
    busy: 'Your company runs too many large queries at once.',
  });
  readonly #longestMs: number;

  constructor(longestMs: number = LONGEST_MS) {
    this.#longestMs = longestMs;
  }

  /**
   * Runs `work` when it is the tenant's turn, and returns its result; rejects without running it if
   * the signal aborts first.
   */
  async run<T>(
    work: () => T | Promise<T>,
    { tenantId, signal }: { tenantId: string; signal: AbortSignal },
  ): Promise<T> {
    await this.#turns.take(tenantId, signal);
    const over = new AbortController();
    const working = (async () => work())();
    const ended = working.then(
      () => over.abort(),
      () => over.abort(),
    );
    void Promise.race([ended, delay(this.#longestMs, over.signal)]).then(() =>
      this.#turns.end(tenantId),
    );
    return working;
  }
}
