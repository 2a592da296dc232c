/** Limits on what a client may send before the server knows who it is. */
import { type Readable, Transform } from 'node:stream';
import { RequestError } from '../platform/errors.ts';

/**
 * The largest body or WebSocket message of a client that is not signed in. GraphiQL's introspection
 * query has 2 KiB, a token up to 8.
 */
export const ANONYMOUS_BODY_BYTES = 16 * 1_024;

/**
 * Passes a body on as it arrives, and fails with PAYLOAD_TOO_LARGE beyond `ANONYMOUS_BODY_BYTES`.
 */
export function limitAnonymous(body: Readable): Readable {
  let bytes = 0;
  return passOn(body, (more) => {
    bytes += more;
    return bytes > ANONYMOUS_BODY_BYTES
      ? new RequestError(
          'PAYLOAD_TOO_LARGE',
          `Expected a body of at most ${ANONYMOUS_BODY_BYTES} bytes, since the request has no token.`,
        )
      : null;
  });
}

/** The memory shared by all bodies that have to be read whole before the sender is known. */
export class BodyBudget {
  #leftBytes: number;

  constructor(bytes: number) {
    this.#leftBytes = bytes;
  }

  /**
   * Passes a body on as it arrives, and fails with SERVICE_UNAVAILABLE when there is no room for
   * it. Its share is freed once `over` aborts.
   */
  limit(body: Readable, over: AbortSignal): Readable {
    let bytes = 0;
    over.addEventListener('abort', () => {
      this.#leftBytes += bytes;
      bytes = 0;
    });
    return passOn(body, (more) => {
      // Nothing reads the rest of it.
      if (over.aborted) return null;
      bytes += more;
      this.#leftBytes -= more;
      return this.#leftBytes < 0
        ? new RequestError(
            'SERVICE_UNAVAILABLE',
            'The server is receiving too much data at once. Try again later.',
          )
        : null;
    });
  }
}

/**
 * Passes a body on until `refuse`, called with the number of bytes of each chunk, returns an error.
 */
function passOn(body: Readable, refuse: (bytes: number) => RequestError | null): Readable {
  const passed = new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(refuse(chunk.length), chunk),
  });
  body.on('error', (error) => passed.destroy(error));
  return body.pipe(passed);
}
