/**
 * WhatsApp's limits on sending: messages per second of a number, and messages from a number to one
 * person.
 */
import { SECOND } from '../platform/time.ts';

/** To one person, one message every 6 s in the long run, and bursts of up to 45. */
const PAIR_MS = 6 * SECOND;
const PAIR_BURST = 45;
/** The maximum number of pairs to remember; forgotten ones start with a full burst. */
const KEPT_PAIRS = 200_000;

interface Bucket {
  tokens: number;
  at: number;
}

/** Token buckets by number and by pair of number and person. */
export class SendLimits {
  readonly #perSecond: number;
  readonly #numbers = new Map<string, Bucket>();
  readonly #pairs = new Map<string, Bucket>();

  /** `perSecond` null disables all limits. */
  constructor(perSecond: number | null) {
    this.#perSecond = perSecond ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Counts a message; returns the error code of the limit that it is over, or null. A second's
   * worth may be sent at once.
   */
  take(number: string, to: string): 130429 | 131056 | null {
    if (this.#perSecond === Number.POSITIVE_INFINITY) return null;
    if (!take(this.#numbers, number, { size: this.#perSecond, everyMs: SECOND / this.#perSecond }))
      return 130429;
    if (this.#pairs.size > KEPT_PAIRS) this.#pairs.clear();
    return take(this.#pairs, `${number} ${to}`, { size: PAIR_BURST, everyMs: PAIR_MS })
      ? null
      : 131056;
  }
}

function take(
  buckets: Map<string, Bucket>,
  key: string,
  { size, everyMs }: { size: number; everyMs: number },
): boolean {
  const now = Date.now();
  const bucket = buckets.get(key) ?? { tokens: size, at: now };
  bucket.tokens = Math.min(size, bucket.tokens + (now - bucket.at) / everyMs);
  bucket.at = now;
  buckets.set(key, bucket);
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}
