/**
 * Why nobody is signed in. What a token says is only told once its signature is verified, so that a
 * stranger learns nothing that the holder of a real token does not know anyway.
 */
import { RequestError } from '../platform/errors.ts';

const MESSAGES = {
  NO_TOKEN: 'Sign in first: send a token in the header Authorization: Bearer <JWT>.',
  MALFORMED: 'The header Authorization is not of the form Bearer <JWT>.',
  INVALID:
    'The token is not valid here: its signature, algorithm, issuer or audience is not what this server expects, or it lacks sub or exp.',
  EXPIRED: 'The token has expired: sign in again.',
  NO_USER:
    'The token is valid, but its user is not active here: they were deactivated or never created.',
} as const;

/** For programs: `extensions.reason` of an UNAUTHENTICATED error. */
export type SignInFault = keyof typeof MESSAGES;

/** The error for a request that nobody is signed in for. */
export function unauthenticated(reason: SignInFault): RequestError {
  return new RequestError('UNAUTHENTICATED', MESSAGES[reason], { details: { reason } });
}

/** The reason in such an error; null in any other. */
export function signInFaultOf(error: unknown): SignInFault | null {
  if (!(error instanceof RequestError) || error.code !== 'UNAUTHENTICATED') return null;
  const { reason } = error.details;
  return typeof reason === 'string' && reason in MESSAGES ? (reason as SignInFault) : null;
}
