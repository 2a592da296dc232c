/**
 * How many WebSockets and streams a process holds, and whose they are when it could hold no more.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectError, send } from '../support/http.ts';
import {
  CHANGED,
  createPackage,
  eventually,
  openSocket,
  type RawSocket,
  subscribeBySse,
} from '../support/live.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({
    worker: false,
    settings: { LIVE_CONNECTIONS: '4', LIVE_CONNECTIONS_PER_USER: '3' },
  });
});
afterAll(() => server.stop());

const open = async (user: TestUser): Promise<RawSocket> => {
  const socket = await openSocket(server.url, { Authorization: `Bearer ${user.token}` });
  await Promise.race([socket.message(({ type }) => type === 'connection_ack'), socket.closed]);
  return socket;
};

const isOpen = (socket: RawSocket) => socket.socket.readyState === socket.socket.OPEN;

async function closeAll(sockets: RawSocket[]): Promise<void> {
  for (const { socket } of sockets) socket.close();
  await Promise.all(sockets.map(({ closed }) => closed));
}

test('a user has a limited number, and the next is refused', async () => {
  const { owner } = server.north;
  const sockets = [await open(owner), await open(owner), await open(owner)];
  expect((await (await open(owner)).closed).code).toBe(1008);
  const id = await createPackage(owner);
  const refused = await send(server.url, {
    path: '/graphql/stream',
    token: owner.token,
    body: { query: CHANGED, variables: { id } },
  });
  expectError(refused, 429, 'RATE_LIMITED');
  sockets.pop()?.socket.close();
  const stream = await eventually('a place is free again', async () => {
    const subscriber = subscribeBySse(server.url, owner, { id });
    const first = await Promise.race([
      eventually('its first state', () => subscriber.events[0]),
      subscriber.ended.then(() => null),
    ]);
    return first ? subscriber : null;
  });
  stream.stop();
  await closeAll(sockets);
});

test('when a process is full, the tenant with the most gives up its oldest to one with fewer', async () => {
  const { north, south } = server;
  const sockets = [
    await open(north.owner),
    await open(north.owner),
    await open(north.owner),
    await open(north.member),
  ];
  expect(sockets.every(isOpen)).toBe(true);
  const [first, second] = sockets;
  const theirs = [await open(south.owner), await open(south.owner)];
  expect((await first!.closed).code).toBe(1013);
  expect((await second!.closed).code).toBe(1013);
  expect([...sockets.slice(2), ...theirs].every(isOpen)).toBe(true);
  // Both have as many now: whoever asks for more is told to try again.
  for (const user of [south.member, north.owner])
    expect((await (await open(user)).closed).code).toBe(1013);
  const stream = await send(server.url, {
    path: '/graphql/stream',
    token: south.member.token,
    body: { query: CHANGED, variables: { id: 'x' } },
  });
  expectError(stream, 503, 'SERVICE_UNAVAILABLE');
  await closeAll([...sockets.slice(2), ...theirs]);
});
