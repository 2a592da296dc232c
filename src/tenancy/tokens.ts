/**
 * Bearer tokens (JWT): HS256 with AUTH_SECRET, or RS256/ES256 with the keys of AUTH_JWKS_URL;
 * nothing else is accepted.
 */
import { hash } from 'node:crypto';
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { EMAIL_LENGTH, isStorable, lowerEmail } from '../platform/input.ts';
import { type Platform, perProcess } from '../platform/platform.ts';
import { DAY, SECOND } from '../platform/time.ts';
import { ProviderKeys } from './provider-keys.ts';
import { unauthenticated } from './sign-in-faults.ts';

const CLOCK_TOLERANCE_SECONDS = 60;
const TOKEN_LIFETIME_MS = 30 * DAY;

/** What a valid token says: who it is for, and until when. */
export interface VerifiedToken {
  subject: string;
  /**
   * The person's e-mail address in lower case, where the token says that it is verified; null
   * otherwise.
   */
  email: string | null;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/**
 * Signatures that were checked already, by the SHA-256 of their tokens; checking HS256 again takes
 * 0.1 ms, a tenth of a request.
 */
const verifiedTokens = perProcess(
  () => new LRUCache<string, VerifiedToken & { generation: number }>({ max: 10_000 }),
);

const verifier = perProcess((platform) => {
  const { AUTH_SECRET, AUTH_JWKS_URL, AUTH_ISSUER, AUTH_AUDIENCE } = platform.config;
  const options: JWTVerifyOptions = {
    issuer: AUTH_ISSUER,
    audience: AUTH_AUDIENCE,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    requiredClaims: ['sub', 'exp'],
  };
  if (AUTH_JWKS_URL) {
    const keys = new ProviderKeys({
      url: AUTH_JWKS_URL,
      maxAgeMs: platform.config.AUTH_JWKS_MAX_AGE_SECONDS * SECOND,
      log: platform.log,
    });
    return {
      keys,
      verify: (token: string) =>
        jwtVerify(token, keys.find, { ...options, algorithms: ['RS256', 'ES256'] }),
    };
  }
  const secret = new TextEncoder().encode(AUTH_SECRET);
  return {
    keys: null,
    verify: (token: string) => jwtVerify(token, secret, { ...options, algorithms: ['HS256'] }),
  };
});

/**
 * Checks signature, algorithm, times, issuer and audience. Throws UNAUTHENTICATED, and
 * SERVICE_UNAVAILABLE while the keys of the identity provider can't be fetched.
 */
export async function verifyToken(platform: Platform, token: string): Promise<VerifiedToken> {
  const { keys, verify } = verifier(platform);
  const refreshed = keys?.upToDate();
  if (refreshed) await refreshed;
  const id = hash('sha256', token, 'base64');
  const known = verifiedTokens(platform).get(id);
  if (
    known &&
    known.generation === (keys?.generation ?? 0) &&
    known.expiresAt + CLOCK_TOLERANCE_SECONDS * SECOND > Date.now()
  )
    return known;
  let payload: JWTPayload;
  try {
    payload = (await verify(token)).payload;
  } catch (error) {
    platform.log.debug(
      { reason: error instanceof Error ? error.message : String(error) },
      'a token was refused',
    );
    // Times are only looked at once the signature is verified.
    throw unauthenticated(error instanceof errors.JWTExpired ? 'EXPIRED' : 'INVALID');
  }
  // No user can have a subject that the database cannot store.
  if (!isStorable(payload.sub ?? '')) throw unauthenticated('NO_USER');
  const verified = {
    subject: payload.sub ?? '',
    email: verifiedEmail(payload),
    expiresAt: (payload.exp ?? 0) * SECOND,
  };
  verifiedTokens(platform).set(id, { ...verified, generation: keys?.generation ?? 0 });
  return verified;
}

/** OpenID Connect's claims: an address that is not verified is anybody's to claim. */
function verifiedEmail({ email, email_verified: isVerified }: JWTPayload): string | null {
  if (isVerified !== true || typeof email !== 'string' || email.length > EMAIL_LENGTH) return null;
  return isStorable(email) && !/\p{Cc}/u.test(email) ? lowerEmail(email) : null;
}

/** What a token says besides its subject. */
export interface TokenClaims {
  issuer?: string | undefined;
  audience?: string | undefined;
  /**
   * The person's address, which the token then says is verified: it is valid for every user with
   * this address, in all tenants.
   */
  email?: string;
}

/**
 * A token for a user's id, valid for 30 days; only for AUTH_SECRET, since an identity provider
 * makes its own.
 */
export async function issueToken(
  secret: string,
  subject: string,
  claims: TokenClaims = {},
): Promise<string> {
  const person = claims.email === undefined ? {} : { email: claims.email, email_verified: true };
  const token = new SignJWT(person)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuedAt();
  if (claims.issuer) token.setIssuer(claims.issuer);
  if (claims.audience) token.setAudience(claims.audience);
  return token
    .setExpirationTime(new Date(Date.now() + TOKEN_LIFETIME_MS))
    .sign(new TextEncoder().encode(secret));
}

/**
 * A token for the person with an address, valid for 30 days. For a single user it names that user,
 * so that it works without the address too; with several, the header x-tenant chooses one.
 */
export function issuePersonToken(
  secret: string,
  person: { email: string; userIds: readonly string[] },
  claims: Omit<TokenClaims, 'email'>,
): Promise<string> {
  const [only, ...others] = person.userIds;
  const subject = only !== undefined && others.length === 0 ? only : person.email;
  return issueToken(secret, subject, { ...claims, email: person.email });
}
