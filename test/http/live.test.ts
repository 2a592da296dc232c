/** Subscriptions over WebSocket and SSE: who may, what is refused, and how they end. */
import { createClient as createSseClient } from 'graphql-sse';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { watchSession } from '../../src/http/live/session-watch.ts';
import { authenticate } from '../../src/tenancy/index.ts';
import { expectError, send, sendBytes } from '../support/http.ts';
import {
  CHANGED,
  createPackage,
  eventually,
  openSocket,
  retitle,
  setActive,
  subscribe,
  subscribeBySse,
  tokenFor,
} from '../support/live.ts';
import { startTestServer, type TestServer, userFor } from '../support/server.ts';

let server: TestServer;
let id: string;

beforeAll(async () => {
  server = await startTestServer({ settings: { DATABASE_POOL_SIZE: '5' } });
  id = await createPackage(server.north.owner);
});
afterAll(() => server.stop());

const bearer = (token: string) => `Bearer ${token}`;
const subscribeMessage = (payload: object, messageId = '1') => ({
  id: messageId,
  type: 'subscribe',
  payload,
});
const wanted = () => ({ query: CHANGED, variables: { id } });
const signedIn = () => openSocket(server.url, { Authorization: bearer(server.north.owner.token) });
const codeOf = (message: any) => message.payload[0].extensions.code;

describe('a WebSocket', () => {
  test.each([
    ['a bad token in connection_init', 'INVALID', { Authorization: 'Bearer bad' }],
    ['no bearer in connection_init', 'MALFORMED', { authorization: 'Basic eDp5' }],
  ])('with %s closes with 4401 and %s', async (_what, fault, init) => {
    const { code, reason } = await (await openSocket(server.url, init)).closed;
    expect([code, reason]).toEqual([4401, `Unauthorized: ${fault}`]);
  });

  test('without a token is acknowledged, and closes with 4401 at the first subscribe', async () => {
    const socket = await openSocket(server.url);
    await socket.message((message) => message.type === 'connection_ack');
    socket.send(subscribeMessage(wanted()));
    expect((await socket.closed).code).toBe(4401);
    expect(socket.messages.filter((message) => message.type === 'next')).toEqual([]);
  });

  test.each(['Authorization', 'authorization', 'AUTHORIZATION'])(
    'takes the token as %s in connection_init or in extensions.headers',
    async (name) => {
      const early = await openSocket(server.url, { [name]: bearer(server.north.owner.token) });
      const late = await openSocket(server.url, {});
      for (const [socket, extensions] of [
        [early, {}],
        [late, { headers: { [name]: bearer(server.north.owner.token) } }],
      ] as const) {
        await socket.message((message) => message.type === 'connection_ack');
        socket.send(subscribeMessage({ ...wanted(), extensions }));
        expect(
          (await socket.message((message) => message.type === 'next')).payload.data
            .workPackageChanged.version,
        ).toBeGreaterThan(0);
        socket.socket.close();
      }
    },
  );

  test('with a bad token in extensions.headers closes with 4401', async () => {
    const socket = await openSocket(server.url, {});
    await socket.message((message) => message.type === 'connection_ack');
    socket.send(
      subscribeMessage({ ...wanted(), extensions: { headers: { authorization: 'Bearer bad' } } }),
    );
    expect((await socket.closed).code).toBe(4401);
  });

  test('keeps each subscription with the token that it was started with', async () => {
    const socket = await signedIn();
    await socket.message((message) => message.type === 'connection_ack');
    socket.send(subscribeMessage(wanted(), 'north'));
    await socket.message((message) => message.id === 'north' && message.type === 'next');
    socket.send(
      subscribeMessage(
        {
          ...wanted(),
          extensions: { headers: { authorization: bearer(server.south.owner.token) } },
        },
        'south',
      ),
    );
    const refused = await socket.message((message) => message.id === 'south');
    expect(refused.payload.errors?.[0].extensions.code ?? codeOf(refused)).toBe('NOT_FOUND');
    const version = await retitle(server.north.owner, id, 'after the other');
    const event = await socket.message(
      (message) =>
        message.id === 'north' && message.payload?.data?.workPackageChanged?.version === version,
    );
    expect(event.payload.data.workPackageChanged.workPackage.title).toBe('after the other');
    socket.socket.close();
  });

  test.each([
    ['a query', '{ viewer { role } }', 'BAD_REQUEST'],
    [
      'a mutation',
      'mutation { updateTenant(input: { name: "x" }) { userErrors { code } } }',
      'BAD_REQUEST',
    ],
    ['a syntax error', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['too many tokens', `subscription { ${'a '.repeat(2_000)} }`, 'QUERY_TOO_COMPLEX'],
    ['a missing variable', CHANGED, 'BAD_USER_INPUT'],
  ])('refuses %s for its id alone', async (_what, query, code) => {
    const socket = await signedIn();
    await socket.message((message) => message.type === 'connection_ack');
    socket.send(subscribeMessage(wanted(), 'good'));
    await socket.message((message) => message.id === 'good');
    socket.send(subscribeMessage({ query }, 'bad'));
    const refused = await socket.message((message) => message.id === 'bad');
    expect([refused.type, codeOf(refused)]).toEqual(['error', code]);
    const version = await retitle(server.north.owner, id, `after ${code} ${Math.random()}`);
    await socket.message(
      (message) =>
        message.id === 'good' && message.payload?.data?.workPackageChanged.version === version,
    );
    socket.socket.close();
  });

  test('carries 50 subscriptions', async () => {
    const socket = await signedIn();
    await socket.message((message) => message.type === 'connection_ack');
    for (let index = 0; index < 51; index += 1)
      socket.send(subscribeMessage(wanted(), String(index)));
    await eventually(
      '51 answers',
      () => new Set(socket.messages.map((message) => message.id)).size >= 52,
    );
    const refused = socket.messages.filter((message) => message.type === 'error');
    expect(refused).toHaveLength(1);
    expect(codeOf(refused[0])).toBe('BAD_REQUEST');
    socket.socket.close();
  });

  test.each([
    ['of more than 256 KiB', `{"type":"ping","payload":{"x":"${'x'.repeat(256 * 1_024)}"}}`, 1009],
    ['that is no JSON', '{"type":', 4400],
    [
      'with a __proto__ key',
      '{"id":"1","type":"subscribe","payload":{"query":"{ a }","variables":{"__proto__":{"x":1}}}}',
      4400,
    ],
    [
      'with a constructor.prototype key',
      '{"id":"1","type":"subscribe","payload":{"query":"{ a }","variables":{"constructor":{"prototype":{}}}}}',
      4400,
    ],
    [
      'that nests 65 deep',
      `{"type":"ping","payload":{"x":${'['.repeat(63)}${']'.repeat(63)}}}`,
      4400,
    ],
    [
      'that nests 100,000 deep',
      `{"type":"ping","payload":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
      4400,
    ],
  ])('is closed by a message %s', async (_what, message, code) => {
    const socket = await signedIn();
    await socket.message(({ type }) => type === 'connection_ack');
    socket.send(message);
    expect((await socket.closed).code).toBe(code);
  });

  test('that nests 64 deep is served', async () => {
    const socket = await openSocket(server.url, null);
    socket.send(`{"type":"connection_init","payload":{"x":${'['.repeat(62)}${']'.repeat(62)}}}`);
    await socket.message(({ type }) => type === 'connection_ack');
    socket.socket.close();
  });

  test('is not to be had under other paths, and no upgrade request harms the process', async () => {
    const upgrade =
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n\r\n';
    for (const path of ['/', '/nowhere', '//', '//graphql', 'http://[', '/graphql/stream'])
      expect(await sendBytes(server.url, `GET ${path} HTTP/1.1\r\nHost: x\r\n${upgrade}`)).toMatch(
        /^HTTP\/1.1 4/,
      );
    expect((await server.north.owner.run('{ __typename }')).status).toBe(200);
  });

  test('closes with 4403 when its token expires', async () => {
    // Tokens are taken for 60 s beyond their end.
    const socket = await openSocket(server.url, {
      authorization: bearer(await tokenFor(server.north.owner.id, -57)),
    });
    await socket.message((message) => message.type === 'connection_ack');
    expect((await socket.closed).code).toBe(4403);
  });

  test.each(['WebSocket', 'SSE'])(
    'by %s goes on when its token expires, with the one that its client then has',
    async (transport) => {
      const { owner } = server.north;
      // The first is good for three more seconds.
      const tokens = [await tokenFor(owner.id, -57), owner.token];
      const asked: string[] = [];
      const authorization = () => {
        asked.push(bearer(tokens[Math.min(asked.length, 1)] ?? ''));
        return { authorization: asked.at(-1) ?? '' };
      };
      const versions: number[] = [];
      const client =
        transport === 'SSE'
          ? createSseClient({ url: `${server.url}/graphql/stream`, headers: authorization })
          : createClient({
              url: `${server.url.replace('http', 'ws')}/graphql`,
              webSocketImpl: WebSocket,
              connectionParams: authorization,
            });
      const ended: unknown[] = [];
      client.subscribe(wanted(), {
        next: (event: any) => void versions.push(event.data.workPackageChanged.version),
        error: (error: unknown) => void ended.push(error),
        complete: () => void ended.push('complete'),
      });
      await eventually('the client asked for its token again', () => asked.length > 1);
      const version = await retitle(owner, id, `after the first token, by ${transport}`);
      await eventually('it hears what happens then', () => versions.includes(version));
      expect(ended).toEqual([]);
      void client.dispose();
    },
  );

  test('takes the token of the upgrade request, unless connection_init has one', async () => {
    const opened = async (upgrade: string, init: object) => {
      const socket = new WebSocket(
        `${server.url.replace('http', 'ws')}/graphql`,
        'graphql-transport-ws',
        { headers: { authorization: upgrade } },
      );
      const messages: any[] = [];
      const closed = new Promise<number>((resolve) => socket.once('close', resolve));
      socket.on('message', (data) => messages.push(JSON.parse(String(data))));
      await new Promise((resolve) => socket.once('open', resolve));
      socket.send(JSON.stringify({ type: 'connection_init', payload: init }));
      return { socket, messages, closed };
    };
    const good = await opened(bearer(server.north.owner.token), {});
    await eventually('it is acknowledged', () =>
      good.messages.find(({ type }) => type === 'connection_ack'),
    );
    good.socket.send(JSON.stringify(subscribeMessage(wanted())));
    await eventually('an event comes', () => good.messages.find(({ type }) => type === 'next'));
    good.socket.close();
    expect(await (await opened('Bearer bad', {})).closed).toBe(4401);
    expect(
      await (await opened(bearer(server.north.owner.token), { authorization: 'Bearer bad' }))
        .closed,
    ).toBe(4401);
  });

  test('whose client does not answer its closing holds no stop up', async () => {
    const other = await startTestServer({ shareWith: server });
    const socket = await openSocket(other.url, { authorization: bearer(server.north.owner.token) });
    await socket.message((message) => message.type === 'connection_ack');
    socket.socket.pause();
    const startedAt = Date.now();
    await other.stop();
    // The library would wait 30 seconds for the client.
    expect(Date.now() - startedAt).toBeLessThan(25_000);
    socket.socket.terminate();
  });
});

describe('when a user is deactivated', () => {
  test('its WebSocket closes with 4403, its stream just ends, others stay', async () => {
    const user = await userFor(server.app, {
      tenantId: server.north.tenantId,
      id: crypto.randomUUID(),
      email: 'leaver@north.example',
      role: 'MEMBER',
    });
    const socket = await openSocket(server.url, { authorization: bearer(user.token) });
    await socket.message((message) => message.type === 'connection_ack');
    const stream = subscribeBySse(server.url, user, { id });
    const stays = subscribe(server.url, server.north.owner, { id });
    await eventually('streams are open', () => stream.events.length > 0 && stays.events.length > 0);
    await setActive(server.north.owner, user, false);
    expect((await socket.closed).code).toBe(4403);
    // Clients open such a stream again, with a token that they ask for anew.
    expect(String(await stream.ended)).not.toBe('complete');
    expect(stream.events.filter((event) => event.errors)).toEqual([]);
    const version = await retitle(server.north.owner, id, 'without the leaver');
    await eventually('the other hears it', () => stays.versions().includes(version));
    stays.stop();
  });

  test('a session that was being made meanwhile ends too', async () => {
    const user = await userFor(server.app, {
      tenantId: server.north.tenantId,
      id: crypto.randomUUID(),
      email: 'latecomer@north.example',
      role: 'MEMBER',
    });
    const { platform } = server.app;
    const credentials = { authorization: bearer(user.token) };
    const session = await authenticate(platform, credentials);
    if (session === null) throw new Error('Expected a session');
    await setActive(server.north.owner, user, false);
    await new Promise<void>((ended) => watchSession(platform, { credentials, session }, ended));
  });
});

describe('SSE', () => {
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    send(server.url, {
      path: '/graphql/stream',
      token: server.north.owner.token,
      headers: { accept: 'text/event-stream', ...headers },
      body,
    });

  test('gives the present state, then each newer one', async () => {
    const subscriber = subscribeBySse(server.url, server.north.owner, { id });
    await eventually('the first state', () => subscriber.events.length > 0);
    const version = await retitle(server.north.owner, id, 'by SSE');
    await eventually('the new state', () => subscriber.versions().includes(version));
    subscriber.stop();
  });

  test('needs a token', async () => {
    expectError(
      await send(server.url, {
        path: '/graphql/stream',
        headers: { accept: 'text/event-stream' },
        body: wanted(),
      }),
      401,
      'UNAUTHENTICATED',
    );
    expectError(
      await send(server.url, { path: '/graphql/stream', token: 'bad', body: wanted() }),
      401,
      'UNAUTHENTICATED',
    );
  });

  test.each([
    {},
    [],
    null,
    { query: 1 },
    { query: CHANGED, variables: [] },
    { query: CHANGED, operationName: 1 },
  ])('refuses the body %j', async (body) => {
    expectError(await post(JSON.stringify(body)), 400, 'BAD_REQUEST');
  });

  test('refuses other methods and other media types', async () => {
    expectError(
      await send(server.url, {
        path: '/graphql/stream',
        method: 'GET',
        token: server.north.owner.token,
      }),
      405,
      'BAD_REQUEST',
    );
    expectError(
      await send(server.url, {
        path: '/graphql/stream',
        method: 'PUT',
        token: server.north.owner.token,
      }),
      405,
      'BAD_REQUEST',
    );
    expectError(await post(wanted(), { accept: 'application/json' }), 406, 'BAD_REQUEST');
  });

  test.each([
    ['{ viewer { role } }', 'BAD_REQUEST'],
    ['subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription { workPackageChanged(id: "?") { version } }', 'BAD_USER_INPUT'],
  ])('answers %s with one event that has its error', async (query, code) => {
    const answer = await post({ query });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const [, data] = /event: next\ndata: (.*)\n\nevent: complete\n/.exec(answer.text) ?? [];
    expect(JSON.parse(data ?? '').errors[0].extensions.code).toBe(code);
  });
});

test('a stop closes sockets with 1001 and ends streams', async () => {
  const other = await startTestServer({ shareWith: server });
  const socket = await openSocket(other.url, { authorization: bearer(server.north.owner.token) });
  await socket.message((message) => message.type === 'connection_ack');
  const stream = subscribeBySse(other.url, server.north.owner, { id });
  await eventually('the stream is open', () => stream.events.length > 0);
  await other.stop();
  expect((await socket.closed).code).toBe(1001);
  expect(String(await stream.ended)).not.toBe('complete');
});
