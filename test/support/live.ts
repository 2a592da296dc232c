/**
 * Subscribers: over WebSocket with graphql-ws's client, raw messages of its protocol, and over SSE
 * with graphql-sse's client.
 */
import { createClient as createSseClient } from 'graphql-sse';
import { createClient } from 'graphql-ws';
import { SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { SECRET, type TestUser } from './server.ts';

const EVENTUALLY_MS = 180_000;

export const CHANGED =
  'subscription ($id: ID!) { workPackageChanged(id: $id) { version workPackage { title version } } }';

/**
 * Polls until `check` is truthy; fails with `what` after three minutes, for what does not happen
 * then never will.
 */
export async function eventually<T>(
  what: string,
  check: () => T | Promise<T>,
): Promise<NonNullable<T>> {
  const giveUpAt = Date.now() + EVENTUALLY_MS;
  for (;;) {
    const value = await check();
    if (value) return value as NonNullable<T>;
    if (Date.now() > giveUpAt) throw new Error(`Did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export interface Subscriber {
  /** What came so far. */
  events: any[];
  versions: () => number[];
  ended: Promise<unknown>;
  stop: () => void;
}

interface Wanted {
  id: string;
  query?: string;
}

/** Subscribes to a package over a WebSocket of its own. */
export function subscribe(
  url: string,
  user: { token: string },
  { id, query = CHANGED }: Wanted,
): Subscriber {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { Authorization: `Bearer ${user.token}` },
  });
  return collect(
    (sink) => client.subscribe({ query, variables: { id } }, sink),
    () => void client.dispose(),
  );
}

/** The same over SSE. */
export function subscribeBySse(
  url: string,
  user: { token: string },
  { id, query = CHANGED }: Wanted,
): Subscriber {
  const client = createSseClient({
    url: `${url}/graphql/stream`,
    retryAttempts: 0,
    headers: { authorization: `Bearer ${user.token}` },
  });
  return collect(
    (sink) => client.subscribe({ query, variables: { id } }, sink),
    () => client.dispose(),
  );
}

interface Sink {
  next: (value: unknown) => void;
  error: (error: unknown) => void;
  complete: () => void;
}

function collect(start: (sink: Sink) => () => void, dispose: () => void): Subscriber {
  const events: any[] = [];
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const end = start({
    next: (value) => events.push(value),
    error: resolve,
    complete: () => resolve('complete'),
  });
  const stop = () => {
    end();
    dispose();
  };
  return {
    events,
    versions: () => events.map((event) => event.data?.workPackageChanged.version),
    ended: promise,
    stop,
  };
}

export interface RawSocket {
  socket: WebSocket;
  messages: any[];
  send: (message: unknown) => void;
  closed: Promise<{ code: number; reason: string }>;
  /** The first message that `matches`, waited for. */
  message: (matches: (message: any) => boolean) => Promise<any>;
}

/**
 * A WebSocket that speaks graphql-transport-ws by hand; `init` is sent as connection_init's payload
 * unless it is null.
 */
export async function openSocket(url: string, init: object | null = {}): Promise<RawSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const messages: any[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  socket.on('error', () => undefined);
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const send = (message: unknown) =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  if (init !== null) send({ type: 'connection_init', payload: init });
  const message = (matches: (message: any) => boolean) =>
    eventually('a message came', () => messages.find(matches));
  return { socket, messages, send, closed, message };
}

/** Creates a package, and answers its global id. */
export async function createPackage(user: TestUser, title = 'v1'): Promise<string> {
  const answer = await user.run(
    'mutation ($input: CreateWorkPackageInput!) { createWorkPackage(input: $input) { workPackage { id } } }',
    { input: { title } },
  );
  return answer.data.createWorkPackage.workPackage.id;
}

/** Changes a package's title, and answers its new version. */
export async function retitle(user: TestUser, id: string, title: string): Promise<number> {
  const answer = await user.run(
    'mutation ($input: UpdateWorkPackageInput!) { updateWorkPackage(input: $input) { workPackage { version } userErrors { message } } }',
    { input: { id, title } },
  );
  return answer.data.updateWorkPackage.workPackage.version;
}

export function setActive(owner: TestUser, user: TestUser, active: boolean) {
  const input = { id: encodeGlobalId('User', user.id), active };
  return owner.run(
    'mutation ($input: UpdateUserInput!) { updateUser(input: $input) { user { active } userErrors { code } } }',
    { input },
  );
}

/** A token for a user with whatever claims; `exp` in seconds from now. */
export function tokenFor(userId: string, expiresInSeconds: number): Promise<string> {
  return new SignJWT({ sub: userId, exp: Math.floor(Date.now() / 1_000) + expiresInSeconds })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(SECRET));
}
