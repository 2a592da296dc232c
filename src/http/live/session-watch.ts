/**
 * Watches the sessions of long-lived connections: a session ends with its token, and as soon as its
 * user loses a right.
 */
import { RequestError } from '../../platform/errors.ts';
import type { Platform } from '../../platform/platform.ts';
import { SECOND } from '../../platform/time.ts';
import { authenticate, type Credentials, type Session, USER_CHANGED } from '../../tenancy/index.ts';

/** Tokens are accepted for a minute after they expire, because clocks differ. */
const EXPIRY_TOLERANCE_MS = 61 * SECOND;
/**
 * How often a session checks that its key is still valid, within the maximum age of the keys. A
 * check is two look-ups in memory.
 */
const CHECKS = 5;
const RETRY_MS = SECOND;

/** A session and the credentials it came from, with which it is checked again. */
export interface Watched {
  credentials: Credentials;
  session: Session;
}

/**
 * Calls `onEnd` at most once: when the token expires or its key is withdrawn, and when the user is
 * locked out or gets another role. The returned function stops it.
 */
export function watchSession(
  platform: Platform,
  { credentials, session }: Watched,
  onEnd: () => void,
): () => void {
  const longestMs = (platform.config.AUTH_JWKS_MAX_AGE_SECONDS * SECOND) / CHECKS;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const later = (delayMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(check, Math.min(Math.max(delayMs, 0), longestMs)).unref();
  };
  const stop = () => {
    stopped = true;
    clearTimeout(timer);
    for (const forget of subscriptions) forget();
  };
  function check(): void {
    void mayStay(platform, credentials, session).then((verdict) => {
      if (stopped) return;
      if (verdict === 'unknown') return later(RETRY_MS);
      if (verdict === 'yes') return later(session.expiresAt + EXPIRY_TOLERANCE_MS - Date.now());
      stop();
      onEnd();
    });
  }
  const subscriptions = [
    platform.pubsub.subscribe((change) => {
      if (change.topic === USER_CHANGED.name && change.id === session.viewer.userId) check();
    }),
    // A missed notice may have been about this user.
    platform.pubsub.onGap(check),
  ];
  // The user may have changed while the session was being made, when nobody listened yet.
  check();
  return stop;
}

/**
 * A session belongs to one user. Changes of the same person's users in other tenants do not affect
 * it, not even a new one.
 */
async function mayStay(
  platform: Platform,
  { authorization }: Credentials,
  { viewer }: Session,
): Promise<'yes' | 'no' | 'unknown'> {
  try {
    const present = await authenticate(platform, { authorization, tenant: viewer.tenantId });
    return present?.viewer.userId === viewer.userId && present.viewer.role === viewer.role
      ? 'yes'
      : 'no';
  } catch (error) {
    return error instanceof RequestError && ['UNAUTHENTICATED', 'FORBIDDEN'].includes(error.code)
      ? 'no'
      : 'unknown';
  }
}
