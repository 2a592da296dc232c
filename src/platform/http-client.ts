/**
 * Requests to other systems: one time limit for all of a request, a limit to the answer's size, no
 * redirects, no proxy from the environment.
 *
 * An address that a user chose goes to a client for `public` addresses: https only, and never this
 * machine or its network (addresses.ts). One that the operator configured goes to a client for
 * `any`.
 */
import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { PrivateAddressError, publicLookup, refusePrivateLiteral } from './addresses.ts';
import { SECOND } from './time.ts';

const TIMEOUT_MS = 10 * SECOND;
const MAX_BYTES = 1_048_576;
const IDLE_SOCKETS = 8;

export type HttpFailure =
  | 'ADDRESS'
  | 'UNREACHABLE'
  | 'TIMEOUT'
  | 'TOO_LARGE'
  | 'CUT_OFF'
  | 'ABORTED';

/**
 * There is no whole answer. The message holds the host at most: paths and headers may be secret.
 */
export class HttpClientError extends Error {
  readonly reason: HttpFailure;

  constructor(reason: HttpFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HttpClientError';
    this.reason = reason;
  }
}

export interface HttpSending {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** For the whole of it, from looking the name up to the last byte; 10 s when absent. */
  timeoutMs?: number;
  /** The largest body of an answer; 1 MiB when absent. */
  maxBytes?: number;
  signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  /** Of whatever kind: a redirect is an answer like any other. */
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface HttpClientOptions {
  /**
   * `public`: for addresses that users choose. `any`: for those that the operator configured, and
   * in tests.
   */
  reach: 'public' | 'any';
}

export class HttpClient {
  readonly #reach: HttpClientOptions['reach'];
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;

  constructor({ reach }: HttpClientOptions) {
    this.#reach = reach;
    const options = {
      keepAlive: true,
      maxFreeSockets: IDLE_SOCKETS,
      ...(reach === 'public' ? { lookup: publicLookup } : {}),
    };
    // Agents of our own never take a proxy from the environment, whatever NODE_USE_ENV_PROXY says.
    this.#http = new HttpAgent(options);
    this.#https = new HttpsAgent(options);
  }

  /** Resolves with the answer, whatever its status; rejects with an HttpClientError. */
  async send(address: string, sending: HttpSending = {}): Promise<HttpAnswer> {
    const url = this.#checked(address);
    const { timeoutMs = TIMEOUT_MS, signal } = sending;
    if (signal?.aborted) throw aborted();
    let stopped: HttpClientError | null = null;
    const request = this.#open(url, sending);
    const stop = (error: HttpClientError) => {
      stopped ??= error;
      request.destroy(error);
    };
    const onAbort = () => stop(aborted());
    const timer = setTimeout(
      () =>
        stop(
          new HttpClientError(
            'TIMEOUT',
            `${url.host} did not answer within ${timeoutMs / SECOND} s.`,
          ),
        ),
      timeoutMs,
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await exchange(request, sending);
    } catch (error) {
      throw stopped ?? failure(url, error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Closes the connections that are kept. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #checked(address: string): URL {
    const url = URL.parse(address);
    if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
      throw new HttpClientError('ADDRESS', 'Expected an address that begins with https://.');
    if (this.#reach === 'any') return url;
    if (url.protocol !== 'https:')
      throw new HttpClientError('ADDRESS', 'Expected an address that begins with https://.');
    try {
      refusePrivateLiteral(url);
    } catch (cause) {
      throw failure(url, cause);
    }
    return url;
  }

  #open(url: URL, { method = 'GET', headers = {} }: HttpSending): ClientRequest {
    const options = { method, headers: { 'user-agent': 'Sheaf', ...headers } };
    return url.protocol === 'https:'
      ? requestHttps(url, { ...options, agent: this.#https })
      : requestHttp(url, { ...options, agent: this.#http });
  }
}

/** Sends the body, and reads the answer to its end. */
function exchange(
  request: ClientRequest,
  { body, maxBytes = MAX_BYTES }: HttpSending,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      readBody(response, maxBytes).then(
        (bytes) =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes }),
        (error: unknown) => {
          request.destroy();
          reject(error);
        },
      );
    });
    request.end(body);
  });
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () =>
    new HttpClientError(
      'TOO_LARGE',
      `The answer has more than ${maxBytes.toLocaleString('en')} bytes.`,
    );
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  if (!response.complete)
    throw new HttpClientError('CUT_OFF', 'The answer ended before it was whole.');
  return Buffer.concat(chunks);
}

function aborted(): HttpClientError {
  return new HttpClientError('ABORTED', 'The request was given up.');
}

const CUT_OFF = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'HPE_INVALID_EOF_STATE']);

function failure(url: URL, cause: unknown): HttpClientError {
  if (cause instanceof HttpClientError) return cause;
  if (cause instanceof PrivateAddressError)
    return new HttpClientError('ADDRESS', cause.message, { cause });
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (CUT_OFF.has(code))
    return new HttpClientError(
      'CUT_OFF',
      `${url.host} ended the connection before the answer was whole.`,
      { cause },
    );
  return new HttpClientError(
    'UNREACHABLE',
    `${url.host} can't be reached${code ? ` (${code})` : ''}.`,
    { cause },
  );
}
