/**
 * Long-lived connections: their session ends with its token, and as soon as its user may no longer
 * do what it might.
 */
import { RequestError } from '../../platform/errors.ts';
import type { Platform } from '../../platform/platform.ts';
import { SECOND } from '../../platform/time.ts';
import { authenticate, type Credentials, type Session, USER_CHANGED } from '../../tenancy/index.ts';

/** Tokens are accepted for a minute beyond their end, for clocks that differ. */
const EXPIRY_TOLERANCE_MS = 61 * SECOND;
/**
 * While its keys get as old as they may, a session is checked so often whether its key is still
 * among them; a check is two look-ups in memory.
 */
const CHECKS = 5;
const RETRY_MS = SECOND;

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
      if (change.topic === USER_CHANGED && change.id === session.viewer.userId) check();
    }),
    // A notice that was missed may have been about this user.
    platform.pubsub.onGap(check),
  ];
  later(session.expiresAt + EXPIRY_TOLERANCE_MS - Date.now());
  return stop;
}

/**
 * The session is that of one user: what becomes of the person's users elsewhere is no affair of it,
 * not even that there is a second one now.
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
