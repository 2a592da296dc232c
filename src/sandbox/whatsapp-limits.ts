/**
 * WhatsApp's limits on sending: messages a second of a number, and messages from a number to one
 * person.
 */
import { SECOND } from '../platform/time.ts';

/** One message in 6 s to one person in the long run, 45 of them at once. */
const PAIR_MS = 6 * SECOND;
const PAIR_BURST = 45;
/** Pairs that are remembered; forgotten ones begin anew. */
const KEPT_PAIRS = 200_000;

interface Bucket {
  tokens: number;
  at: number;
}

export class SendLimits {
  readonly #perSecond: number;
  readonly #numbers = new Map<string, Bucket>();
  readonly #pairs = new Map<string, Bucket>();

  /** `perSecond` null: no limits at all. */
  constructor(perSecond: number | null) {
    this.#perSecond = perSecond ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Counts a message; the error code of the limit that it is over, or null. A second's worth may
   * come at once.
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
