/**
 * The connection to Sheaf: queries and mutations by POST, subscriptions over one WebSocket that is opened when the first of
 * them starts.
 *
 * A lost WebSocket is opened again for as long as it takes, and every subscription on it starts again by itself. Sheaf sends
 * the present state first, so whatever changed in between arrives with that; nothing has to be asked again.
 */
import { type Client, cacheExchange, createClient, fetchExchange, mapExchange, subscriptionExchange } from '@urql/core';
import { createClient as createSocketClient } from 'graphql-ws';
import type { ConnectionState } from './connection-state.ts';

/** Where Sheaf is; without VITE_SHEAF_URL it is on the page's own origin. */
const SERVER_URL = import.meta.env.VITE_SHEAF_URL || window.location.origin;

const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;
const LONGEST_RETRY_MS = 10_000;
/**
 * The server's close code for a token that never was good. When a session ends (the token expired, its user was changed) it
 * closes with 4403 instead: the client then opens the socket again, with the token that `getToken` has by then.
 */
const UNAUTHORIZED = 4401;

export interface ApiClient {
  client: Client;
  dispose: () => void;
}

export interface ApiClientOptions {
  /** Asked again for every request, and whenever the WebSocket is opened. */
  getToken: () => string;
  connection: ConnectionState;
  /** The token has expired, or its user is locked out. */
  onUnauthenticated: () => void;
}

export function createApiClient({ getToken, connection, onUnauthenticated }: ApiClientOptions): ApiClient {
  const socket = openSocket({ getToken, connection, onUnauthenticated });
  const client = createClient({
    url: `${SERVER_URL}/graphql`,
    preferGetMethod: false,
    fetchOptions: () => ({ headers: { authorization: `Bearer ${getToken()}` } }),
    exchanges: [
      mapExchange({
        onError: (error) => {
          if (error.graphQLErrors.some((one) => one.extensions['code'] === 'UNAUTHENTICATED')) onUnauthenticated();
        },
      }),
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ ...request, query: request.query ?? '' }, sink) }),
        }),
      }),
    ],
  });
  return { client, dispose: socket.dispose };
}

function openSocket({ getToken, connection, onUnauthenticated }: ApiClientOptions) {
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  const socket = createSocketClient({
    url: `${SERVER_URL.replace(/^http/, 'ws')}/graphql`,
    connectionParams: () => ({ authorization: `Bearer ${getToken()}` }),
    // A laptop that sleeps, a server that restarts: neither is a reason to stop trying.
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) => {
      connection.set('reconnecting');
      return waitToRetry(retries);
    },
    keepAlive: PING_EVERY_MS,
    on: {
      connected: () => connection.set('open'),
      // A link that died without a word answers no ping; the browser would notice after minutes.
      ping: (received) => {
        if (!received) pongTimer = setTimeout(() => socket.terminate(), PONG_WITHIN_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(pongTimer);
      },
      closed: (event) => {
        clearTimeout(pongTimer);
        connection.set('idle');
        if ((event as CloseEvent).code === UNAUTHORIZED) onUnauthenticated();
      },
    },
  });
  const onOffline = () => socket.terminate();
  window.addEventListener('offline', onOffline);
  const dispose = () => {
    window.removeEventListener('offline', onOffline);
    void socket.dispose();
  };
  return { subscribe: socket.subscribe, dispose };
}

/** Waits up to 1 s, 2 s, 4 s …, at random so that a thousand browsers don't come back in the same instant; less when the network returns. */
function waitToRetry(retries: number): Promise<void> {
  const longest = Math.min(1_000 * 2 ** retries, LONGEST_RETRY_MS);
  return new Promise((resolve) => {
    const goOn = () => {
      clearTimeout(timer);
      window.removeEventListener('online', goOn);
      resolve();
    };
    const timer = setTimeout(goOn, longest * (0.5 + Math.random() / 2));
    window.addEventListener('online', goOn);
  });
}
