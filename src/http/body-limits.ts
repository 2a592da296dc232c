/** What may be sent before it is known who sends it. */
import type { ServerResponse } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { RequestError } from '../platform/errors.ts';

/** The body, or WebSocket message, of somebody who is not signed in: GraphiQL's introspection query has 2 KiB, a token up to 8. */
export const ANONYMOUS_BODY_BYTES = 16 * 1_024;

/** Passes a body on as it comes, and fails with PAYLOAD_TOO_LARGE beyond `ANONYMOUS_BODY_BYTES`. */
export function limitAnonymous(body: Readable): Readable {
  let bytes = 0;
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(bytes > ANONYMOUS_BODY_BYTES ? tooLargeWithoutToken() : null, chunk);
    },
  });
  body.on('error', (error) => limited.destroy(error));
  return body.pipe(limited);
}

function tooLargeWithoutToken(): RequestError {
  return new RequestError('PAYLOAD_TOO_LARGE', `Without a token a body has at most ${ANONYMOUS_BODY_BYTES} bytes.`);
}

/** What all bodies together may hold that have to be read whole before it is known who sends them. */
export class BodyBudget {
  #leftBytes: number;

  constructor(bytes: number) {
    this.#leftBytes = bytes;
  }

  /** Passes a body on as it comes, and fails with SERVICE_UNAVAILABLE when there is no room for it; what it takes is given back with the answer. */
  limit(body: Readable, answer: ServerResponse): Readable {
    let bytes = 0;
    const limited = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.length;
        this.#leftBytes -= chunk.length;
        done(this.#leftBytes < 0 ? new RequestError('SERVICE_UNAVAILABLE', 'Too much is being sent at once. Try again later.') : null, chunk);
      },
    });
    answer.once('close', () => {
      this.#leftBytes += bytes;
    });
    body.on('error', (error) => limited.destroy(error));
    return body.pipe(limited);
  }
}
