/** Pipedrive's limits: on requests in two seconds and on requests in a day (UTC). */
import { DAY, SECOND } from '../platform/time.ts';
import { type Answer, refuse, refuseUntilMidnight } from './pipedrive-answers.ts';

/** The limits of each token; those of Pipedrive's usual plan when absent. */
export interface RateLimitOptions {
  /** The maximum number of requests in 2 s. */
  burst?: number;
  /** The maximum number of requests in a day. */
  daily?: number;
}

const WINDOW_MS = 2 * SECOND;
/** The limits of the plan that most agencies have. */
const DEFAULTS = { burst: 80, daily: 150_000 };

interface Used {
  windowEnd: number;
  inWindow: number;
  day: number;
  today: number;
}

/** Counts requests by token; null as options means no limits. */
export class RateLimit {
  readonly #burst: number;
  readonly #daily: number;
  readonly #used = new Map<string, Used>();

  constructor(options: RateLimitOptions | null = {}) {
    this.#burst = options === null ? Number.POSITIVE_INFINITY : (options.burst ?? DEFAULTS.burst);
    this.#daily = options === null ? Number.POSITIVE_INFINITY : (options.daily ?? DEFAULTS.daily);
  }

  /**
   * Counts a request. `refusal` is the response if it is over a limit, else null; `headers` are for
   * any other response.
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
