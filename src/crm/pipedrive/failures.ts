/** Why a request to Pipedrive failed, in words for the person who looks at the sync. */
import { HttpClientError, type HttpResponse } from '../../platform/http-client.ts';
import { waitOf } from '../../platform/retry-after.ts';
import { MINUTE, SECOND } from '../../platform/time.ts';
import { PipedriveError, type PipedriveFailure } from './errors.ts';

/** Bursts are limited for 2 s. A longer wait than this means that the daily limit is used up. */
const MAX_WAIT_MS = 2 * MINUTE;

/** A request that failed. */
export interface FailedRequest {
  error: PipedriveError;
  /** Minimum wait before the next attempt, in milliseconds; null if another would be useless. */
  retryAfterMs: number | null;
}

function temporary(
  reason: PipedriveFailure,
  message: string,
  { retryAfterMs = 0, cause }: { retryAfterMs?: number; cause?: unknown } = {},
): FailedRequest {
  return { error: new PipedriveError(reason, message, { cause }), retryAfterMs };
}

function permanent(reason: PipedriveFailure, message: string, cause?: unknown): FailedRequest {
  return { error: new PipedriveError(reason, message, { cause }), retryAfterMs: null };
}

/**
 * The failure of a request without a complete response; rethrows anything but an HttpClientError.
 */
export function connectionFailure(cause: unknown): FailedRequest {
  if (!(cause instanceof HttpClientError)) throw cause;
  switch (cause.reason) {
    case 'ADDRESS':
      return permanent('ADDRESS', `Pipedrive's address can't be used: ${cause.message}`, cause);
    case 'TOO_LARGE':
      return permanent('TOO_LARGE', 'Pipedrive sent more than 16 MiB for one page.', cause);
    case 'CUT_OFF':
      return temporary('GARBLED', 'Pipedrive closed the connection in the middle of a response.', {
        cause,
      });
    default:
      return temporary('UNREACHABLE', `Pipedrive can't be reached: ${cause.message}`, { cause });
  }
}

/** The failure of a response that is not what the API promises. */
export function unreadableResponse(): FailedRequest {
  return temporary(
    'GARBLED',
    'Pipedrive sent something other than the data of its API, or only part of it.',
  );
}

/** The failure of a response with status 200 that says that the request did not succeed. */
export function unsuccessful(): FailedRequest {
  return permanent(
    'REFUSED',
    'Pipedrive reports that a request did not succeed, without saying why. Try again later.',
  );
}

/** The failure of a response whose status is not 200; `withCursor` if the request had a cursor. */
export function refusal(response: HttpResponse, withCursor: boolean): FailedRequest {
  const { status } = response;
  if (status === 401)
    return permanent(
      'UNAUTHORIZED',
      'Pipedrive does not accept the API token. Connect again with a valid token.',
    );
  if (status === 402)
    return permanent(
      'SUBSCRIPTION',
      "This company's Pipedrive subscription has ended or lacks a payment. Renew it, then sync again.",
    );
  if (status === 403) return forbidden(response);
  if (status === 429) return overLimit(response);
  if (status >= 500)
    return temporary('SERVER_ERROR', `Pipedrive has an internal problem (status ${status}).`);
  if (status === 400 && withCursor)
    return permanent('CURSOR_REFUSED', 'Pipedrive no longer knows the page to read next.');
  return permanent(
    'REFUSED',
    `Pipedrive refused a request that is valid for its API (status ${status}). Is the address right?`,
  );
}

/** Pipedrive's firewall sends a page of HTML, its API sends JSON. */
function forbidden({ headers }: HttpResponse): FailedRequest {
  if (String(headers['content-type'] ?? '').includes('html'))
    return permanent(
      'BLOCKED',
      'Pipedrive blocks this server after too many requests. Try again later.',
    );
  return permanent(
    'FORBIDDEN',
    'The user of this API token may not read everything that a sync needs.',
  );
}

function overLimit({ headers }: HttpResponse): FailedRequest {
  const retryAfterMs =
    waitOf(headers['retry-after']) ?? waitOf(headers['x-ratelimit-reset']) ?? SECOND;
  if (retryAfterMs <= MAX_WAIT_MS)
    return temporary('BUSY', 'Pipedrive keeps reporting too many requests.', { retryAfterMs });
  const reset = new Date(Date.now() + retryAfterMs).toISOString().slice(0, 16).replace('T', ' ');
  return permanent(
    'DAILY_LIMIT',
    `This company's Pipedrive requests for the day are used up; more are possible from ${reset} UTC.`,
  );
}
