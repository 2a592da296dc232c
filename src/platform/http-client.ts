/**
 * Requests to other systems: one time limit for the whole request, a limit on the size of the
 * response, no redirects, no proxy from the environment.
 *
 * Addresses that users choose go through a client for `public` addresses: https only, and never
 * this machine or its network (addresses.ts). Addresses that the operator configured go through a
 * client for `any`.
 */
import { Agent, type Dispatcher, request } from 'undici';
import { unlessAborted } from './aborts.ts';
import { PrivateAddressError, publicLookup, refusePrivateLiteral } from './addresses.ts';
import { perProcess } from './platform.ts';
import { SECOND } from './time.ts';

const TIMEOUT_MS = 10 * SECOND;
const MAX_BYTES = 1_048_576;

/**
 * Why there is no complete response: a URL that is not allowed (ADDRESS), no connection, over the
 * time limit, over the size limit, a connection that ended early, an aborted signal, or, of a
 * download, a status other than 200.
 */
export type HttpFailure =
  | 'ADDRESS'
  | 'UNREACHABLE'
  | 'TIMEOUT'
  | 'TOO_LARGE'
  | 'CUT_OFF'
  | 'ABORTED'
  | 'STATUS';

/**
 * No complete response arrived. The message names at most the host: paths and headers may be
 * secret.
 */
export class HttpClientError extends Error {
  readonly reason: HttpFailure;

  constructor(reason: HttpFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HttpClientError';
    this.reason = reason;
  }
}

/** A request, apart from its URL. */
export interface HttpSending {
  /** GET when absent. */
  method?: Dispatcher.HttpMethod;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Time limit in milliseconds, from the DNS look-up to the last byte; 10 s when absent. */
  timeoutMs?: number;
  /** The largest body of a response, in bytes; 1 MiB when absent. */
  maxBytes?: number;
  signal?: AbortSignal | undefined;
}

/** A download, apart from its URL. */
export interface Downloading extends Pick<HttpSending, 'timeoutMs' | 'maxBytes' | 'signal'> {
  /** Gets the body as it arrives; no more of it is read until it resolves. */
  take: (chunk: Buffer) => Promise<void>;
}

/** A complete response, whatever its status. */
export interface HttpResponse {
  /** Any status; redirects are returned, not followed. */
  status: number;
  headers: Dispatcher.ResponseData['headers'];
  body: Buffer;
}

/** Which addresses may be called. */
export interface HttpClientOptions {
  /**
   * `public`: for addresses that users choose. `any`: for addresses that the operator configured,
   * and in tests.
   */
  reach: 'public' | 'any';
}

/** Sends requests over connections that are kept open and reused. */
export class HttpClient {
  readonly #reach: HttpClientOptions['reach'];
  #agent: Agent;

  constructor({ reach }: HttpClientOptions) {
    this.#reach = reach;
    this.#agent = openAgent(reach);
  }

  /** Resolves with the whole response, whatever its status; rejects with an HttpClientError. */
  async send(address: string, sending: HttpSending = {}): Promise<HttpResponse> {
    const { maxBytes = MAX_BYTES } = sending;
    return this.#exchange(address, sending, async ({ statusCode, headers, body }) => {
      const chunks: Buffer[] = [];
      for await (const chunk of limited(body, maxBytes)) chunks.push(chunk);
      return { status: statusCode, headers, body: Buffer.concat(chunks) };
    });
  }

  /**
   * Hands over a body piece by piece, so that none of it has to be kept in memory. Rejects with an
   * HttpClientError, for a status other than 200 too.
   */
  async download(address: string, downloading: Downloading): Promise<void> {
    const { maxBytes = MAX_BYTES, take, ...sending } = downloading;
    // What `take` throws is its own affair, and no failure of the connection.
    let thrown: { error: unknown } | null = null;
    const takeOne = (chunk: Buffer) =>
      take(chunk).catch((error: unknown) => {
        thrown = { error };
        throw error;
      });
    const read = async ({ statusCode, body }: Dispatcher.ResponseData, { host }: URL) => {
      if (statusCode !== 200) {
        // Giving up the body is an error of the stream, which nobody else listens to.
        body.on('error', () => undefined).destroy();
        const redirects = statusCode >= 300 && statusCode < 400;
        throw new HttpClientError(
          'STATUS',
          redirects
            ? `${host} redirects to another address (status ${statusCode}). Give the address of the file itself.`
            : `${host} responded with status ${statusCode}, but 200 was expected.`,
        );
      }
      for await (const chunk of limited(body, maxBytes)) await takeOne(chunk);
    };
    try {
      await this.#exchange(address, sending, read);
    } catch (error) {
      throw (thrown as { error: unknown } | null)?.error ?? error;
    }
  }

  async #exchange<T>(
    address: string,
    { timeoutMs = TIMEOUT_MS, signal, ...sending }: HttpSending,
    read: (response: Dispatcher.ResponseData, url: URL) => Promise<T>,
  ): Promise<T> {
    const url = this.#checked(address);
    const timeout = AbortSignal.timeout(timeoutMs);
    const stop = signal ? AbortSignal.any([signal, timeout]) : timeout;
    const exchange = async () => {
      const response = await request(url, {
        dispatcher: this.#agent,
        method: sending.method ?? 'GET',
        headers: { 'user-agent': 'Sheaf', ...credentialsOf(url), ...sending.headers },
        body: sending.body ?? null,
        signal: stop,
      });
      return read(response, url);
    };
    try {
      // undici heeds its signal only once it is connected. A request that is stopped before that is
      // never sent.
      return await unlessAborted(exchange(), stop);
    } catch (error) {
      if (signal?.aborted) throw new HttpClientError('ABORTED', 'The request was aborted.');
      if (!timeout.aborted) throw failure(url, error);
      const limit = `${timeoutMs / SECOND} s`;
      throw new HttpClientError('TIMEOUT', `${url.host} did not respond within ${limit}.`);
    }
  }

  /** Ends the requests under way and closes all connections; later requests open new ones. */
  close(): void {
    void this.#agent.destroy();
    this.#agent = openAgent(this.#reach);
  }

  #checked(address: string): URL {
    const url = URL.parse(address);
    const isHttp = url?.protocol === 'http:' && this.#reach === 'any';
    if (!url || (url.protocol !== 'https:' && !isHttp))
      throw new HttpClientError('ADDRESS', 'Expected an address that begins with https://.');
    if (this.#reach === 'any') return url;
    try {
      refusePrivateLiteral(url);
    } catch (cause) {
      throw failure(url, cause);
    }
    return url;
  }
}

function openAgent(reach: HttpClientOptions['reach']): Agent {
  return new Agent({
    // A response has the time limit of the whole request. A connection that is being made may
    // outlive its request, so it has a limit of its own: undici's 10 s.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: reach === 'public' ? { lookup: publicLookup } : {},
  });
}

/**
 * The process's client for webhooks and for HTTP steps of workflows: public addresses only, unless
 * WORKFLOW_HTTP_ALLOW_PRIVATE is set.
 */
export const webhookClient = perProcess(
  ({ config }) => new HttpClient({ reach: config.WORKFLOW_HTTP_ALLOW_PRIVATE ? 'any' : 'public' }),
  (client) => client.close(),
);

/** The header for credentials in the URL itself, https://name:password@host. */
function credentialsOf({ username, password }: URL): Record<string, string> {
  if (!username && !password) return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/** Leaving the loop early closes the connection. */
async function* limited(body: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new HttpClientError(
        'TOO_LARGE',
        `The response has more than ${maxBytes.toLocaleString('en')} bytes.`,
      );
    yield chunk;
  }
}

/** Codes of a connection that ended before the response did. */
const CUT_OFF = /^(ECONNRESET|UND_ERR_SOCKET|UND_ERR_DESTROYED|HPE_INVALID_EOF_STATE)$/;

function failure(url: URL, cause: unknown): HttpClientError {
  if (cause instanceof HttpClientError) return cause;
  if (cause instanceof PrivateAddressError)
    return new HttpClientError('ADDRESS', cause.message, { cause });
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (CUT_OFF.test(code))
    return new HttpClientError(
      'CUT_OFF',
      `${url.host} ended the connection before the response was complete.`,
      { cause },
    );
  return new HttpClientError(
    'UNREACHABLE',
    `${url.host} can't be reached${code ? ` (${code})` : ''}.`,
    { cause },
  );
}
