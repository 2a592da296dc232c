/**
 * Who is signed in on a WebSocket. One socket may carry several sessions: connection_init brings
 * one, and each subscription may bring its own. A socket without a session may stay open for a
 * short time, and their number is limited.
 */
import type { IncomingMessage } from 'node:http';
import type { Context as SocketContext } from 'graphql-ws';
import { RequestError } from '../../platform/errors.ts';
import { SECOND } from '../../platform/time.ts';
import {
  authenticate,
  type Credentials,
  type Session,
  signInFaultOf,
  unauthenticated,
} from '../../tenancy/index.ts';
import { credentialsIn } from '../session.ts';
import type { LiveConnection } from './live-connections.ts';
import { type Watched, watchSession } from './session-watch.ts';
import type { SocketPeer } from './socket-peer.ts';
import type { SubscriptionTransport } from './subscription.ts';

/** How many sessions, each a token and a tenant, one socket may carry. */
const MAX_SESSIONS = 10;
/**
 * The maximum number of sockets in a process on which nobody has signed in yet. GraphiQL's are
 * among them until it sends its first subscription.
 */
const MAX_UNSIGNED = 100;
const SIGN_IN_LIMIT_MS = 10 * SECOND;

const UNAUTHORIZED = 4401;
const FORBIDDEN = 4403;
const SIGN_IN_TIMEOUT = 4408;
const POLICY_VIOLATION = 1008;
const TRY_AGAIN_LATER = 1013;
/** What a socket carries from its opening to its end. */
export type SocketState = {
  peer: SocketPeer;
  request: IncomingMessage;
  /** Frees its place among the sockets without a session; called when it signs in or ends. */
  stopWaiting: () => void;
  /** By token and user; each subscription keeps the one it was started with. */
  sessions: Map<string, Session>;
  /**
   * What connection_init carried, else what the first subscription signed in with: for
   * subscriptions that bring none of their own.
   */
  credentials?: Credentials;
  connection?: LiveConnection;
  controller: AbortController;
  unwatch: (() => void)[];
};
/** A socket as graphql-ws passes it. */
export type SheafSocket = SocketContext<Record<string, unknown>, SocketState>;

/**
 * Counts a socket among those without a session, and closes the one that has waited longest when
 * there are too many. The returned function takes it out.
 */
export function awaitSignIn(waiting: Set<SocketPeer>, peer: SocketPeer): () => void {
  const [oldest] = waiting;
  if (oldest && waiting.size >= MAX_UNSIGNED) {
    waiting.delete(oldest);
    oldest.drop(TRY_AGAIN_LATER, 'Too many sockets without a token');
  }
  waiting.add(peer);
  const limit = setTimeout(
    () => peer.close(SIGN_IN_TIMEOUT, `Sign in within ${SIGN_IN_LIMIT_MS / SECOND} seconds`),
    SIGN_IN_LIMIT_MS,
  );
  return () => {
    clearTimeout(limit);
    waiting.delete(peer);
  };
}

/**
 * Signs in with what connection_init or the upgrade request carries; without a token the socket
 * stays open until a subscription brings one. False closes the socket.
 */
export async function connect(
  transport: SubscriptionTransport,
  ctx: SheafSocket,
): Promise<boolean> {
  const { authorization, 'x-tenant': tenant } = ctx.extra.request.headers;
  const credentials = credentialsIn(
    ctx.connectionParams,
    credentialsIn({ authorization, 'x-tenant': tenant }),
  );
  ctx.extra.credentials = credentials;
  if (credentials.authorization === undefined) return true;
  const session = await signInSocket(transport, ctx, credentials);
  if (session instanceof RequestError)
    ctx.extra.peer.close(
      FORBIDDEN,
      'Forbidden: name one of your tenants in connectionParams.tenant',
    );
  return session !== null && !(session instanceof RequestError);
}

/**
 * The session of a token in a tenant, or the error that says why not that tenant. Null when there
 * is none; the socket closes then.
 */
export async function signInSocket(
  transport: SubscriptionTransport,
  { extra }: SheafSocket,
  credentials: Credentials,
): Promise<Session | RequestError | null> {
  try {
    const session = await authenticate(transport.platform, credentials);
    if (session === null) throw unauthenticated('NO_TOKEN');
    return extra.peer.isOpen ? enter(transport, extra, { credentials, session }) : null;
  } catch (error) {
    if (error instanceof RequestError && error.code === 'FORBIDDEN') return error;
    // Clients give up for good at 4401, so it is for bad tokens, not for an unreachable database.
    const fault = signInFaultOf(error);
    extra.peer.close(
      fault ? UNAUTHORIZED : TRY_AGAIN_LATER,
      fault ? `Unauthorized: ${fault}` : 'Try again later',
    );
    return null;
  }
}

/**
 * Adds a session to the socket, if it may have one more, and returns it; or the session of the same
 * token and user that the socket has already.
 */
function enter(
  { platform, connections }: SubscriptionTransport,
  state: SocketState,
  { credentials, session }: Watched,
): Session | null {
  const { peer } = state;
  const key = `${credentials.authorization} ${session.viewer.userId}`;
  const known = state.sessions.get(key);
  if (known) return known;
  if (state.sessions.size >= MAX_SESSIONS) {
    peer.close(POLICY_VIOLATION, `A socket carries at most ${MAX_SESSIONS} tokens or tenants`);
    return null;
  }
  if (!state.connection) {
    state.connection = {
      viewer: session.viewer,
      close: () => peer.close(TRY_AGAIN_LATER, 'Too many connections in this process'),
    };
    const refusal = connections.enter(state.connection);
    if (refusal !== null) {
      peer.close(
        refusal === 'too many for this user' ? POLICY_VIOLATION : TRY_AGAIN_LATER,
        `There are ${refusal}`,
      );
      return null;
    }
  }
  state.stopWaiting();
  peer.signedIn = true;
  if (state.credentials?.authorization === undefined) state.credentials = credentials;
  state.sessions.set(key, session);
  state.unwatch.push(
    watchSession(platform, { credentials, session }, () =>
      peer.close(FORBIDDEN, 'The session has ended'),
    ),
  );
  return session;
}

/** Frees what the socket held, once it is closed. */
export function leave({ connections }: SubscriptionTransport, state: SocketState): void {
  state.stopWaiting();
  if (state.connection) connections.leave(state.connection);
  for (const stop of state.unwatch.splice(0)) stop();
  state.controller.abort();
}
