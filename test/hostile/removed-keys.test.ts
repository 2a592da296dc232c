/**
 * Keys of an identity provider come and go, and sometimes can't be had: who stays signed in then.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { expectError, send } from '../support/http.ts';
import { CHANGED, createPackage, eventually, openSocket, subscribeBySse } from '../support/live.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

const SUBJECT = 'idp|keys';
let server: TestServer;
let provider: Server;
let url: string;
let pairs: [KeyPair, KeyPair];
/** What the provider answers; null is an outage. */
let published: KeyPair[] | null;
let asked = 0;

beforeAll(async () => {
  pairs = [
    await generateKeyPair('ES256', { extractable: true }),
    await generateKeyPair('ES256', { extractable: true }),
  ];
  provider = createServer(async (_request, response) => {
    asked += 1;
    if (published === null) return response.writeHead(503).end();
    const keys = await Promise.all(
      published.map(async (pair) => ({ ...(await exportJWK(pair.publicKey)), kid: kidOf(pair) })),
    );
    return response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/jwks`;
  published = [pairs[0]];
  server = await startTestServer({
    worker: false,
    settings: { AUTH_SECRET: '', AUTH_JWKS_URL: url, AUTH_JWKS_MAX_AGE_SECONDS: '1' },
  });
  await prismaOf(server.app.platform.database).user.update({
    where: { id: server.north.member.id },
    data: { externalId: SUBJECT },
  });
});
afterAll(async () => {
  await server.stop();
  provider.close();
});
beforeEach(() => {
  published = [pairs[0]];
});

const kidOf = (pair: KeyPair) => (pair === pairs[0] ? 'first' : 'second');
const tokenOf = (pair: KeyPair, kid = kidOf(pair)) =>
  new SignJWT({ sub: SUBJECT, exp: Math.floor(Date.now() / 1_000) + 600 })
    .setProtectedHeader({ alg: 'ES256', kid })
    .sign(pair.privateKey);
const ask = (token: string, to = server) =>
  send(to.url, { token, body: { query: '{ viewer { role } }' } });
const isSignedIn = async (token: string) => (await ask(token)).status === 200;

test('a token whose key was removed is refused, and its sockets and streams end', async () => {
  const token = await tokenOf(pairs[0]);
  await eventually('it is signed in', () => isSignedIn(token));
  const socket = await openSocket(server.url, { authorization: `Bearer ${token}` });
  await socket.message(({ type }) => type === 'connection_ack');
  const run = (query: string, variables?: object) =>
    send(server.url, { token, body: { query, variables } }).then(({ body }) => body);
  const id = await createPackage({ ...server.north.member, token, run: run as never });
  const stream = subscribeBySse(server.url, { token }, { id, query: CHANGED });
  await eventually('the stream is open', () => stream.events.length > 0);
  published = [pairs[1]];
  await eventually('it is refused', async () => (await ask(token)).status === 401);
  expect((await socket.closed).code).toBe(4403);
  expect(String(await stream.ended)).not.toBe('complete');
});

test('a new key is found as soon as a token names it', async () => {
  await eventually('the first key is known', async () => isSignedIn(await tokenOf(pairs[0])));
  published = [pairs[0], pairs[1]];
  await eventually('the second key is known', async () => isSignedIn(await tokenOf(pairs[1])));
  expect(await isSignedIn(await tokenOf(pairs[0]))).toBe(true);
});

test('an outage of the provider logs nobody out', async () => {
  const token = await tokenOf(pairs[0]);
  await eventually('it is signed in', () => isSignedIn(token));
  published = null;
  const before = asked;
  await eventually('the provider was asked, and failed', async () => {
    expect((await ask(token)).status).toBe(200);
    return asked >= before + 2;
  });
  // A token that this process has not seen yet is let in too: its key is known.
  expect(await isSignedIn(await tokenOf(pairs[0]))).toBe(true);
});

test('where no keys were ever had, nobody is told that the token is bad', async () => {
  published = null;
  const other = await startTestServer({
    worker: false,
    shareWith: server,
    settings: { AUTH_SECRET: '', AUTH_JWKS_URL: url },
  });
  try {
    expectError(await ask(await tokenOf(pairs[0]), other), 503, 'SERVICE_UNAVAILABLE');
    const socket = await openSocket(other.url, {
      authorization: `Bearer ${await tokenOf(pairs[0])}`,
    });
    expect((await socket.closed).code).toBe(1013);
  } finally {
    await other.stop();
  }
});

test('tokens that name unknown keys do not make the server ask the provider for each of them', async () => {
  const token = await tokenOf(pairs[0]);
  const other = await startTestServer({
    worker: false,
    shareWith: server,
    settings: { AUTH_SECRET: '', AUTH_JWKS_URL: url },
  });
  try {
    expect((await ask(token, other)).status).toBe(200);
    const before = asked;
    for (let count = 0; count < 30; count += 1)
      expectError(
        await ask(await tokenOf(pairs[0], `unknown ${count}`), other),
        401,
        'UNAUTHENTICATED',
      );
    expect(asked - before).toBeLessThanOrEqual(2 + 1);
  } finally {
    await other.stop();
  }
});
