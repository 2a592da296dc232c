/**
 * The other end of a WebSocket, as graphql-ws talks to it, with limits on what it may cost: data
 * that it does not read, the number and size of its pings, and what it sends before it has signed
 * in. Close codes: 1008 for a peer that breaks a limit, 1009 for a message that is too long, 4400
 * for one that nests too deep, 4408 for one that did not sign in; a peer that does not read is cut
 * off, since no code would reach it.
 */
import { randomBytes } from 'node:crypto';
import type { WebSocket as GraphQLSocket } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { withRawJson } from '../../graphql/raw-json.ts';
import type { Log } from '../../platform/log.ts';
import { SECOND } from '../../platform/time.ts';
import { ANONYMOUS_BODY_BYTES } from '../body-limits.ts';
import { JSON_LIMITS, nestsDeeper } from '../json-body.ts';

const POLICY_VIOLATION = 1008;
const TOO_LONG = 1009;
const BAD_REQUEST = 4400;
const INTERNAL_ERROR = 4500;

/**
 * The bytes that may wait for a peer to read them. An event is sent only after the previous ones,
 * so slow readers stay far below.
 */
const MAX_UNREAD_BYTES = 1_048_576;
/**
 * RFC 6455 has a pong repeat its ping. Python's websockets sends 4 bytes, .NET 8, others a time
 * stamp.
 */
const MAX_PING_BYTES = 32;
/**
 * Pings and pongs, of both kinds; before signing in every message counts. A client that pings each
 * second sends 20 or 40.
 */
const MAX_PINGS = 100;
const PING_WINDOW_MS = 10 * SECOND;
/** How often a peer has to show that it still reads. */
const ALIVE_EVERY_MS = 12 * SECOND;
const CHALLENGE_BYTES = 8;

/** One peer, from the opening of its socket to its end. */
export class SocketPeer implements GraphQLSocket {
  readonly #socket: WebSocket;
  readonly #log: Log;
  readonly #alive: NodeJS.Timeout;
  /** The payload of the last ping, until its pong comes: an unsolicited pong proves nothing. */
  #challenge: Buffer | null = null;
  #pings = 0;
  #windowStartedAt = 0;
  /** Until this is true, a peer may send only little, and each message counts. */
  signedIn = false;

  constructor(socket: WebSocket, log: Log) {
    this.#socket = socket;
    this.#log = log;
    this.#alive = setInterval(() => this.#askForPong(), ALIVE_EVERY_MS);
    socket.on('ping', (payload: Buffer) => this.#mayPing(payload.length) && socket.pong(payload));
    socket.on('pong', (payload: Buffer) => {
      if (this.#mayPing(payload.length) && this.#challenge?.equals(payload)) this.#challenge = null;
    });
    socket.on('error', (error) => this.#log.debug({ reason: error.message }, 'a WebSocket failed'));
    socket.once('close', () => clearInterval(this.#alive));
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  /** Whether it is neither closed nor closing. */
  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /**
   * Resolves once the message has left this process; at once if the peer is gone, or is cut off
   * because it does not read.
   */
  send(message: string): Promise<void> {
    if (!this.isOpen) return Promise.resolve();
    if (this.#socket.bufferedAmount > MAX_UNREAD_BYTES) {
      this.#log.info(
        { unreadBytes: this.#socket.bufferedAmount },
        'a WebSocket was cut off: its peer does not read',
      );
      this.#socket.terminate();
      return Promise.resolve();
    }
    const text = withRawJson(message);
    return new Promise((resolve, reject) =>
      this.#socket.send(text, (error) => (error ? reject(error) : resolve())),
    );
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Closes without waiting for the peer, and frees what it held. */
  drop(code: number, reason: string): void {
    this.#socket.close(code, reason);
    setImmediate(() => this.#socket.terminate());
  }

  onMessage(handle: (message: string) => Promise<void>): void {
    this.#socket.on('message', (message: Buffer) => {
      if (!this.isOpen || !(this.signedIn || this.#maySendUnsigned(message.length))) return;
      const text = String(message);
      if (nestsDeeper(text, JSON_LIMITS))
        return this.close(BAD_REQUEST, `A message nests at most ${JSON_LIMITS.maxDepth} deep`);
      handle(text).catch((error: unknown) => {
        this.#log.warn({ reason: String(error) }, 'a WebSocket message could not be handled');
        this.close(INTERNAL_ERROR, 'Internal server error');
      });
    });
  }

  /** A ping of graphql-transport-ws: its payload is never repeated. */
  async onPing(payload: unknown): Promise<void> {
    if (this.#mayPing(sizeOf(payload))) await this.send('{"type":"pong"}');
  }

  onPong(payload: unknown): void {
    this.#mayPing(sizeOf(payload));
  }

  #askForPong(): void {
    if (!this.isOpen) return;
    if (this.#challenge === null) {
      this.#challenge = randomBytes(CHALLENGE_BYTES);
      this.#socket.ping(this.#challenge);
    } else {
      this.#socket.terminate();
    }
  }

  #maySendUnsigned(bytes: number): boolean {
    if (bytes <= ANONYMOUS_BODY_BYTES) return this.#mayPing(0);
    this.close(TOO_LONG, `Sign in before sending more than ${ANONYMOUS_BODY_BYTES} bytes`);
    return false;
  }

  #mayPing(bytes: number): boolean {
    if (!this.isOpen) return false;
    const now = performance.now();
    if (now - this.#windowStartedAt > PING_WINDOW_MS) {
      this.#windowStartedAt = now;
      this.#pings = 0;
    }
    this.#pings += 1;
    if (bytes <= MAX_PING_BYTES && this.#pings <= MAX_PINGS) return true;
    this.close(
      POLICY_VIOLATION,
      bytes > MAX_PING_BYTES
        ? `A ping or pong holds at most ${MAX_PING_BYTES} bytes`
        : 'Too many messages',
    );
    return false;
  }
}

function sizeOf(payload: unknown): number {
  return payload === undefined || payload === null ? 0 : Buffer.byteLength(JSON.stringify(payload));
}
