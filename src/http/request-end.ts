/** Signals the end of a request, to code that holds something until then. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Returns a signal that aborts when the response is sent or its connection is gone. A response that
 * waits behind others on its connection (pipelining) has no socket yet and gets no event when the
 * connection closes; only the socket does.
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
