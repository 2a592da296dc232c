/** When a request is over, for whatever holds something for as long as it lasts. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Aborts when an answer is sent or its connection gone. An answer that waits behind others of its
 * connection (pipelining) has no socket yet, and never hears that the connection closed: only the
 * socket tells.
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
