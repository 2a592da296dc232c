/**
 * The keys of an identity provider (AUTH_JWKS_URL). They are fetched again before they are
 * AUTH_JWKS_MAX_AGE_SECONDS old, so that a token whose key was removed is refused by then, and when
 * a token names a key that is not among them. While the provider can't be reached, the known keys
 * stay valid for an hour, so that an outage there logs nobody out. After that, and if no keys were
 * ever fetched, signing in fails with SERVICE_UNAVAILABLE.
 */
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { RequestError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { MINUTE, SECOND } from '../platform/time.ts';

const FETCH_LIMIT_MS = 5 * SECOND;
const KEPT_MS = 60 * MINUTE;
const RETRY_MS = 10 * SECOND;
/**
 * The minimum time between two fetches for tokens that name an unknown key: anybody can make such
 * tokens.
 */
const UNKNOWN_KEY_MS = 30 * SECOND;
/**
 * From this fraction of their maximum age on, keys are fetched in the background while requests use
 * the known ones.
 */
const REFRESH_AT = 0.8;

/** Where the keys are, and from which age on they are fetched again. */
export interface ProviderKeysOptions {
  url: string;
  maxAgeMs: number;
  log: Log;
}

/** The keys of one provider, fetched when they are first needed. */
export class ProviderKeys {
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  readonly #maxAgeMs: number;
  readonly #log: Log;
  #text = '';
  #generation = 0;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;

  constructor({ url, maxAgeMs, log }: ProviderKeysOptions) {
    // This class decides when to fetch: left alone, the set would do it every ten minutes, and
    // requests would fail when that fails.
    this.#keys = createRemoteJWKSet(new URL(url), {
      timeoutDuration: FETCH_LIMIT_MS,
      cacheMaxAge: Number.POSITIVE_INFINITY,
      cooldownDuration: Number.POSITIVE_INFINITY,
    });
    this.#maxAgeMs = maxAgeMs;
    this.#log = log;
  }

  /** Changes when the keys do: what was verified with earlier ones must be verified again. */
  get generation(): number {
    return this.#generation;
  }

  /** The key of a token's header; throws where there is none. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    try {
      return await this.#keys(header, token);
    } catch (error) {
      if (
        !(error instanceof errors.JWKSNoMatchingKey) ||
        this.#age < Math.min(UNKNOWN_KEY_MS, this.#maxAgeMs)
      )
        throw error;
      await this.#fetch();
      return this.#keys(header, token);
    }
  };

  /**
   * Undefined while the keys are young enough; otherwise a promise that resolves when they are
   * fetched. Rejects with SERVICE_UNAVAILABLE when they are too old to use.
   */
  upToDate(): Promise<void> | undefined {
    const age = this.#age;
    if (age < this.#maxAgeMs * REFRESH_AT) return undefined;
    const fetching = this.#fetch();
    if (age > KEPT_MS) return this.#needed(fetching);
    return age < this.#maxAgeMs || this.#failedAt > this.#fetchedAt ? undefined : fetching;
  }

  async #needed(fetching: Promise<void>): Promise<void> {
    await fetching;
    if (this.#age > KEPT_MS)
      throw new RequestError(
        'SERVICE_UNAVAILABLE',
        'The keys of the identity provider cannot be fetched at the moment. Try again later.',
      );
  }

  get #age(): number {
    return performance.now() - this.#fetchedAt;
  }

  /**
   * Fetches the keys, once for all concurrent callers, and not again soon after a failure; never
   * rejects.
   */
  #fetch(): Promise<void> {
    const isTooSoon = performance.now() - this.#failedAt < Math.min(RETRY_MS, this.#maxAgeMs);
    if (!this.#fetching && isTooSoon) return Promise.resolve();
    this.#fetching ??= this.#reload().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #reload(): Promise<void> {
    try {
      await this.#keys.reload();
    } catch (error) {
      this.#failedAt = performance.now();
      this.#log.warn(
        { reason: error instanceof Error ? error.message : String(error) },
        'the keys of AUTH_JWKS_URL could not be fetched',
      );
      return;
    }
    this.#fetchedAt = performance.now();
    const text = JSON.stringify(this.#keys.jwks());
    if (text !== this.#text) this.#generation += 1;
    this.#text = text;
  }
}
