/**
 * The connection to Sheaf: queries and mutations by POST, subscriptions and live queries over one
 * WebSocket that is opened when the first of them starts. Each says which tenant it is about, as soon as that is
 * known: a person may have users in several.
 *
 * A lost WebSocket is opened again for as long as it takes, and every subscription on it starts
 * again by itself. Sheaf sends the present state first, so whatever changed in between arrives with
 * that; nothing has to be asked again.
 */
import {
  type Client,
  type CombinedError,
  cacheExchange,
  createClient,
  fetchExchange,
  mapExchange,
  type Operation,
  subscriptionExchange,
} from '@urql/core';
import { createClient as createSocketClient } from 'graphql-ws';
import type { ConnectionState } from './connection-state.ts';
import { type TenantChoice, tenantsIn } from './tenants.ts';
import { VIEWER } from './viewer.ts';

/** Where Sheaf is; without VITE_SHEAF_URL it is on the page's own origin. */
export const SERVER_URL = import.meta.env.VITE_SHEAF_URL || window.location.origin;

const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;
/** From one page to the next nothing is subscribed to for a moment. */
const KEEP_OPEN_MS = 5_000;
const LONGEST_RETRY_MS = 10_000;
/**
 * The server's close code for a token that never was good. When a session ends (the token expired,
 * its user was changed) it closes with 4403 instead: the client then opens the socket again, with
 * the token that `getToken` has by then.
 */
const UNAUTHORIZED = 4401;
const FORBIDDEN = 4403;

export interface ApiClient {
  client: Client;
  /** A request to a path of Sheaf beside GraphQL, in the name of the same person and tenant. */
  fetch: (path: string, init?: RequestInit) => Promise<Response>;
  dispose: () => void;
}

export interface ApiClientOptions {
  /** Asked again for every request, and whenever the WebSocket is opened. */
  getToken: () => string;
  /** Likewise; null until it is known. */
  getTenant: () => string | null;
  connection: ConnectionState;
  /** The token has expired, or its user is locked out. */
  onUnauthenticated: () => void;
  /** The person has users in several tenants, and the request named none of them. */
  onTenantNeeded: (tenants: readonly TenantChoice[]) => void;
  /** The person no longer has a user in the tenant. */
  onTenantLost: () => void;
}

export function createApiClient(options: ApiClientOptions): ApiClient {
  const { getToken, getTenant } = options;
  const credentials = (): Record<string, string> => {
    const tenant = getTenant();
    return {
      authorization: `Bearer ${getToken()}`,
      ...(tenant !== null && { 'x-tenant': tenant }),
    };
  };
  // Why a socket was refused is told over HTTP alone.
  const socket = openSocket(
    options,
    async () => getTenant() ?? (await client.query(VIEWER, {}).toPromise()).data?.viewer.tenant.id,
    () => void client.query(VIEWER, {}, { requestPolicy: 'network-only' }).toPromise(),
  );
  const client = createClient({
    url: `${SERVER_URL}/graphql`,
    preferGetMethod: false,
    fetchOptions: () => ({ headers: credentials() }),
    exchanges: [
      mapExchange({ onError: (error) => tellRefusal(error, options) }),
      // In front of the cache, which would take the first state of a live query for its answer.
      subscriptionExchange({
        isSubscriptionOperation: ({ kind, query }) => kind === 'subscription' || isLive(query),
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe({ ...request, query: request.query ?? '' }, sink),
          }),
        }),
      }),
      cacheExchange,
      fetchExchange,
    ],
  });
  return {
    client,
    fetch: (path, init) =>
      fetch(`${SERVER_URL}${path}`, {
        ...init,
        headers: { ...credentials(), ...(init?.headers as Record<string, string>) },
      }),
    dispose: socket.dispose,
  };
}

function isLive({ definitions }: Operation['query']): boolean {
  return definitions.some(
    (definition) =>
      definition.kind === 'OperationDefinition' &&
      definition.directives?.some(({ name }) => name.value === 'live'),
  );
}

/** Tells of what refuses the sender of a request rather than the request. */
function tellRefusal(
  error: CombinedError,
  { getTenant, onUnauthenticated, onTenantNeeded, onTenantLost }: ApiClientOptions,
): void {
  const has = (code: string) =>
    error.graphQLErrors.some(({ extensions }) => extensions['code'] === code);
  const tenants = tenantsIn(error);
  // A field that one's role may not use is FORBIDDEN too, in an answer of status 200.
  const isRefused = has('FORBIDDEN') && error.response?.status === 403;
  if (has('UNAUTHENTICATED')) onUnauthenticated();
  else if (tenants) onTenantNeeded(tenants);
  else if (isRefused && getTenant() !== null) onTenantLost();
}

/**
 * `tenantToName` is asked whenever the socket is opened: one without a tenant would end as soon as a
 * second agency adds the person. `onForbidden` is called when the server closes the socket because its session has ended, or no
 * tenant of the person is named.
 */
function openSocket(
  { getToken, connection, onUnauthenticated }: ApiClientOptions,
  tenantToName: () => Promise<string | undefined>,
  onForbidden: () => void,
) {
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  const socket = createSocketClient({
    url: `${SERVER_URL.replace(/^http/, 'ws')}/graphql`,
    connectionParams: async () => ({
      authorization: `Bearer ${getToken()}`,
      tenant: await tenantToName(),
    }),
    // A laptop that sleeps, a server that restarts: neither is a reason to stop trying.
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) => {
      connection.set('reconnecting');
      return waitToRetry(retries);
    },
    keepAlive: PING_EVERY_MS,
    lazyCloseTimeout: KEEP_OPEN_MS,
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
        const { code } = event as CloseEvent;
        if (code === UNAUTHORIZED) onUnauthenticated();
        if (code === FORBIDDEN) onForbidden();
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

/**
 * Waits up to 1 s, 2 s, 4 s …, at random so that a thousand browsers don't come back in the same
 * instant; less when the network returns.
 */
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
