/**
 * WebSockets of peers that mean ill: with or without a token they cost a bounded amount, and then
 * their socket is closed.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { refuseForbiddenKeys } from '../../src/http/json-body.ts';
import { openSocket } from '../support/live.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
});
afterAll(() => server.stop());

const signedIn = async () => {
  const socket = await openSocket(server.url, {
    Authorization: `Bearer ${server.north.member.token}`,
  });
  await socket.message(({ type }) => type === 'connection_ack');
  return socket;
};
const withoutToken = async () => {
  const socket = await openSocket(server.url);
  await socket.message(({ type }) => type === 'connection_ack');
  return socket;
};
const ping = (bytes: number) => JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(bytes) } });

describe.each([
  ['without a token', withoutToken],
  ['with a token', signedIn],
])('a socket %s', (_who, open) => {
  test('that pings with 250 KiB again and again is closed at the first, which is not repeated to it', async () => {
    const socket = await open();
    for (let count = 0; count < 40; count += 1) socket.send(ping(250 * 1_024));
    expect([1008, 1009]).toContain((await socket.closed).code);
    expect(JSON.stringify(socket.messages).length).toBeLessThan(1_024);
  });

  test.each(['ping', 'pong'] as const)(
    'is closed by a %s frame of more than 32 bytes',
    async (kind) => {
      const socket = await open();
      socket.socket[kind](Buffer.alloc(33));
      expect((await socket.closed).code).toBe(1008);
    },
  );

  test.each<[string, (socket: WebSocket) => void]>([
    ['ping frames', (socket) => socket.ping()],
    ['pong frames', (socket) => socket.pong()],
    ['ping messages', (socket) => socket.send('{"type":"ping"}')],
    ['pong messages', (socket) => socket.send('{"type":"pong"}')],
  ])('is closed by too many %s, and answers few of them', async (_what, sendOne) => {
    const socket = await open();
    let pongs = 0;
    socket.socket.on('pong', () => {
      pongs += 1;
    });
    for (let count = 0; count < 2_000; count += 1) sendOne(socket.socket);
    expect((await socket.closed).code).toBe(1008);
    expect(pongs + socket.messages.length).toBeLessThanOrEqual(101);
  });

  test('has its pings answered: a frame with what it holds, a message without', async () => {
    const socket = await open();
    const pong = new Promise((resolve) =>
      socket.socket.once('pong', (data) => resolve(String(data))),
    );
    socket.socket.ping('1234');
    expect(await pong).toBe('1234');
    socket.send(ping(4));
    expect(await socket.message(({ type }) => type === 'pong')).toEqual({ type: 'pong' });
    socket.socket.close();
  });
});

describe('without a token', () => {
  test('300 sockets leave a hundred open, and those for ten seconds', async () => {
    const sockets = await Promise.all(Array.from({ length: 300 }, () => openSocket(server.url)));
    const closed = sockets.map((socket) => socket.closed);
    const codes: number[] = [];
    for (const end of closed) void end.then(({ code }) => codes.push(code));
    await Promise.all(closed);
    expect(codes).toHaveLength(300);
    // Those that were one too many were closed at once, the others when their time to sign in was
    // over.
    expect(codes.filter((code) => code === 4408).length).toBeLessThanOrEqual(100);
    expect(codes.filter((code) => code !== 4408 && code !== 1013 && code !== 1006)).toEqual([]);
  });

  test('the hundred does not keep those out who sign in', async () => {
    const sockets = await Promise.all(Array.from({ length: 120 }, () => openSocket(server.url)));
    const socket = await signedIn();
    for (const one of sockets) one.socket.terminate();
    socket.socket.close();
  });

  test('a message of more than 16 KiB closes the socket', async () => {
    const socket = await withoutToken();
    socket.send({ id: '1', type: 'subscribe', payload: { query: `{ ${'a '.repeat(8_192)} }` } });
    expect((await socket.closed).code).toBe(1009);
  });

  test('neither hello nor anything else puts off the end of the ten seconds', async () => {
    const socket = await withoutToken();
    const pinging = setInterval(() => socket.send('{"type":"ping"}'), 500);
    expect((await socket.closed).code).toBe(4408);
    clearInterval(pinging);
  });

  test('an upgrade that is refused ends the connection though the peer keeps its side open', async () => {
    const { connect } = await import('node:net');
    const { hostname, port } = new URL(server.url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    socket.write(
      'GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    socket.resume();
    await new Promise((resolve) => socket.once('end', resolve));
    // A connection that is gone answers what is written to it with a reset.
    await new Promise((resolve) => {
      socket.once('error', resolve).once('close', resolve);
      const writing = setInterval(
        () => (socket.destroyed ? clearInterval(writing) : socket.write('x')),
        50,
      );
    });
    socket.destroy();
  });
});

describe('with a token', () => {
  test('a peer that does not read is cut off before it has got what it asked for', async () => {
    const socket = await signedIn();
    socket.socket.pause();
    const cut = new Promise((resolve) =>
      (socket.socket as unknown as { _socket: NodeJS.EventEmitter })._socket.once('close', resolve),
    );
    let isCut = false;
    void cut.then(() => {
      isCut = true;
    });
    // The error of each repeats the name of 6 kB: 240 MB in all.
    const query = `subscription { ${'a'.repeat(6_000)} }`;
    let sent = 0;
    while (!isCut && sent < 40_000) {
      socket.send({ id: String(sent), type: 'subscribe', payload: { query } });
      sent += 1;
      if (sent % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    socket.socket.resume();
    await socket.closed;
    expect(sent).toBeLessThan(40_000);
    expect(JSON.stringify(socket.messages).length).toBeLessThan(20_000_000);
  });

  test('pongs that nobody asked for keep no socket that answers no ping', async () => {
    const socket = new WebSocket(
      `${server.url.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
      { autoPong: false },
    );
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.once('open', () =>
      socket.send(
        JSON.stringify({
          type: 'connection_init',
          payload: { authorization: `Bearer ${server.north.member.token}` },
        }),
      ),
    );
    const ponging = setInterval(() => socket.pong(), 1_000);
    await closed;
    clearInterval(ponging);
  });

  test('an id of more than 128 characters closes the socket: each event would repeat it', async () => {
    const socket = await signedIn();
    socket.send({ id: 'x'.repeat(129), type: 'subscribe', payload: { query: '{ a }' } });
    expect((await socket.closed).code).toBe(4400);
  });

  test('keys that are empty count as depth like any other: 64 levels are served, 65 close the socket', async () => {
    const socket = await signedIn();
    const nested = (levels: number) =>
      `{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":${'{"":'.repeat(levels)}1${'}'.repeat(levels)}}}`;
    socket.send(nested(62));
    expect(await socket.message(({ id }) => id === '1')).toMatchObject({ type: 'error' });
    socket.send(nested(63));
    expect((await socket.closed).code).toBe(4400);
  });
});

test.each(['', 'a', 'constructor'])(
  'checking the key "%s" of a message looks at nothing that its value holds',
  (key) => {
    const looks: string[] = [];
    const seen = (trap: keyof ProxyHandler<object>) => {
      looks.push(trap);
      return undefined;
    };
    const value = new Proxy(
      { inner: {} },
      { get: () => seen('get'), ownKeys: (target) => seen('ownKeys') ?? Reflect.ownKeys(target) },
    );
    expect(refuseForbiddenKeys.call(undefined, key, value)).toBe(value);
    expect(looks).toEqual([]);
  },
);
