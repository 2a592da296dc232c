/** Tells when a request is over, for code that holds something while it lasts. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Returns a signal that aborts when the response is sent or its connection is gone. A response that
 * waits behind others on its connection (pipelining) has no socket yet and is not told that the
 * connection closed; only the socket is.
 */
export function whenOver(response: ServerResponse, socket: Socket): AbortSignal {
  const over = new AbortController();
  const end = () => {
    socket.off('close', end);
    over.abort();
  };
  // A connection has as many listeners as requests under way; Node would warn of more than ten.
  socket.setMaxListeners(0);
  socket.once('close', end);
  response.once('close', end);
  if (socket.destroyed) end();
  return over.signal;
}
