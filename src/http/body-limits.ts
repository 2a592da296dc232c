/** What may be sent before it is known who sends it. */
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

/** What somebody without a token is told of a larger body. */
export function tooLargeWithoutToken(): RequestError {
  return new RequestError('PAYLOAD_TOO_LARGE', `Without a token a body has at most ${ANONYMOUS_BODY_BYTES} bytes.`);
}
