/** Pipedrive's limits: so many requests in two seconds, so many until midnight (UTC). */
import { DAY, SECOND } from '../platform/time.ts';
import { type Answer, refuse, refuseUntilMidnight } from './pipedrive-answers.ts';

export interface RateLimitOptions {
  /** Requests in 2 s. */
  burst?: number;
  /** Requests of a day. */
  daily?: number;
}

const WINDOW_MS = 2 * SECOND;
/** Of the plan that most agencies have. */
const DEFAULTS = { burst: 80, daily: 150_000 };

interface Used {
  windowEnd: number;
  inWindow: number;
  day: number;
  today: number;
}

export class RateLimit {
  readonly #burst: number;
  readonly #daily: number;
  readonly #used = new Map<string, Used>();

  constructor(options: RateLimitOptions | null = {}) {
    this.#burst = options === null ? Number.POSITIVE_INFINITY : (options.burst ?? DEFAULTS.burst);
    this.#daily = options === null ? Number.POSITIVE_INFINITY : (options.daily ?? DEFAULTS.daily);
  }

  /**
   * Counts a request; what it is refused with when it is one too many, and the headers of any other
   * answer.
   */
  take(token: string): { refusal: Answer | null; headers: Record<string, string> } {
    const now = Date.now();
    const used = this.#usedBy(token, now);
    if (used.today >= this.#daily) return { refusal: refuseUntilMidnight(), headers: {} };
    used.today += 1;
    if (this.#burst === Number.POSITIVE_INFINITY) return { refusal: null, headers: {} };
    used.inWindow += 1;
    const headers = {
      'x-ratelimit-limit': String(this.#burst),
      'x-ratelimit-remaining': String(Math.max(0, this.#burst - used.inWindow)),
      'x-ratelimit-reset': String(Math.ceil((used.windowEnd - now) / SECOND)),
    };
    if (used.inWindow <= this.#burst) return { refusal: null, headers };
    return { refusal: { ...refuse(429, 'request over limit'), headers }, headers };
  }

  #usedBy(token: string, now: number): Used {
    const day = Math.floor(now / DAY);
    const used = this.#used.get(token) ?? { windowEnd: 0, inWindow: 0, day, today: 0 };
    if (now >= used.windowEnd) Object.assign(used, { windowEnd: now + WINDOW_MS, inWindow: 0 });
    if (day !== used.day) Object.assign(used, { day, today: 0 });
    this.#used.set(token, used);
    return used;
  }
}
