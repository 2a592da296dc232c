/**
 * HTTP_REQUEST {url, method, headers, body, acceptStatuses} → {status, body}; for a body that is
 * not text or can't be stored as JSON see http-response.ts.
 *
 * Only hosts that the operator allows are called. The step is done with a status of 2xx or 3xx, or
 * one that it accepts: redirects are not followed. It is tried again after 408, 425, 429 and 5xx,
 * and fails for good with any other status. Each attempt carries the same Idempotency-Key.
 */
import { z } from 'zod';
import { HttpClientError, type HttpResponse, webhookClient } from '../../platform/http-client.ts';
import { JobFailure } from '../../platform/jobs/definition.ts';
import type { Platform } from '../../platform/platform.ts';
import { waitOf } from '../../platform/retry-after.ts';
import { HOUR, SECOND } from '../../platform/time.ts';
import { readBody } from './http-response.ts';
import { done, refused, stepType } from './step-type.ts';

const TIMEOUT_MS = 10 * SECOND;
const MAX_BYTES = 1_048_576;
/** Headers that frame the request or control the connection, which the client sets itself. */
const RESERVED =
  /^(host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*|idempotency-key)$/i;

const headers = z
  .record(
    z
      .string()
      .regex(
        /^[\w!#$%&'*+.^`|~-]{1,100}$/,
        'Expected names of HTTP headers, of at most 100 characters.',
      ),
    z
      .string()
      .regex(
        /^[\t\x20-\x7e]{0,4000}$/,
        'Expected header values in ASCII, of at most 4,000 characters.',
      ),
  )
  .refine(
    (given) => !Object.keys(given).some((header) => RESERVED.test(header)),
    'Expected no headers that the server sets itself, such as Host or Content-Length.',
  );

const STATUSES = 'Expected a list of at most 50 HTTP statuses, 200 to 599.';

const HttpRequest = z.strictObject({
  url: z.string().max(4_000).refine(isHttp, 'Expected an address that begins with https://.'),
  method: z
    .enum(
      ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'],
      'Expected GET, POST, PUT, PATCH, DELETE or HEAD.',
    )
    .default('GET'),
  headers: headers.nullish(),
  body: z.unknown().optional(),
  acceptStatuses: z
    .array(z.int(STATUSES).min(200, STATUSES).max(599, STATUSES), STATUSES)
    .max(50, STATUSES)
    .nullish(),
});

/** A step waits no longer than this for a host that sends Retry-After. */
const MAX_RETRY_AFTER_MS = HOUR;

/**
 * Sends the request; fails for good unless the address is HTTPS and the operator allows its host.
 */
export const httpRequest = stepType({
  type: 'HTTP_REQUEST',
  input: HttpRequest,
  run: async ({ platform, idempotencyKey, signal }, { url, method, headers: given, ...input }) => {
    requireAllowed(platform, url);
    const content = contentOf(input.body);
    const sent = {
      ...content.headers,
      ...Object.fromEntries(
        Object.entries(given ?? {}).map(([header, value]) => [header.toLowerCase(), value]),
      ),
    };
    const answer = await send(() =>
      webhookClient(platform).send(url, {
        method,
        headers: { ...sent, 'idempotency-key': idempotencyKey },
        ...(content.body === undefined ? {} : { body: content.body }),
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_BYTES,
        signal,
      }),
    );
    requireAccepted(new URL(url), answer, input.acceptStatuses ?? []);
    return done({ status: answer.status, ...readBody(answer) });
  },
});

function isHttp(url: string): boolean {
  const parsed = URL.parse(url);
  return (
    (parsed?.protocol === 'https:' || parsed?.protocol === 'http:') &&
    parsed.username === '' &&
    parsed.password === ''
  );
}

function requireAllowed({ config }: Platform, url: string): void {
  const { host, hostname, protocol } = new URL(url);
  if (protocol !== 'https:' && !config.WORKFLOW_HTTP_ALLOW_PRIVATE)
    throw refused('input.url: Expected an address that begins with https://.');
  const isAllowed = config.WORKFLOW_HTTP_ALLOWED_HOSTS.some(
    (allowed) =>
      allowed === hostname ||
      allowed === host ||
      (allowed.startsWith('*.') && hostname.endsWith(allowed.slice(1))),
  );
  if (!isAllowed)
    throw refused(
      `input.url: The host ${hostname} is not allowed. The operator lists the allowed hosts in WORKFLOW_HTTP_ALLOWED_HOSTS.`,
    );
}

function requireAccepted(
  { host }: URL,
  { status, headers: received }: HttpResponse,
  accepted: readonly number[],
): void {
  if (status < 400 || accepted.includes(status)) return;
  const message = `${host} responded with status ${status}.`;
  const isTemporary = status >= 500 || status === 408 || status === 425 || status === 429;
  if (!isTemporary)
    throw refused(`${message} A step that is to go on lists the status in acceptStatuses.`);
  const retryAfterMs = waitOf(received['retry-after']) ?? 0;
  throw new JobFailure(message, { retryAfterMs: Math.min(retryAfterMs, MAX_RETRY_AFTER_MS) });
}

function contentOf(body: unknown): { body?: string; headers: Record<string, string> } {
  if (body == null) return { headers: {} };
  if (typeof body === 'string')
    return { body, headers: { 'content-type': 'text/plain; charset=utf-8' } };
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

async function send<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof HttpClientError)) throw error;
    throw new JobFailure(error.message, {
      retry: error.reason !== 'ADDRESS' && error.reason !== 'TOO_LARGE',
      cause: error,
    });
  }
}
