/**
 * Pages of other origins, in a browser on the machine of a developer or a user: what they can have
 * of the server.
 */
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { send, sendBytes } from '../support/http.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const SECRET_HEADER = { Authorization: 'Bearer demo.token.of-the-owner' };
const graphiql = { defaultQuery: '{ __typename }', headers: SECRET_HEADER };
const UPGRADE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n';
/** As `npm start` runs it. */
let embedded: TestServer;
let open: TestServer;

beforeAll(async () => {
  embedded = await startTestServer({ worker: false, graphiql, loopbackOnly: true });
  open = await startTestServer({
    worker: false,
    graphiql,
    shareWith: embedded,
    settings: { HOST: '0.0.0.0', CORS_ORIGINS: 'https://app.example' },
  });
});
afterAll(async () => {
  await open.stop();
  await embedded.stop();
});

/** Any header can be sent, Host among them. */
function get(
  url: string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += String(chunk);
      });
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers }),
      );
    })
      .on('error', reject)
      .end();
  });
}

const page = (server: TestServer, headers: Record<string, string> = {}) =>
  get(`${server.url}/graphql`, { accept: 'text/html', ...headers });
const hasToken = ({ text }: { text: string }) => text.includes('demo.token.of-the-owner');

describe('the demo token', () => {
  test('is in the page for a browser on this machine', async () => {
    for (const headers of [
      {},
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'same-origin' },
      { host: 'localhost:4000' },
      { host: '[::1]:4000' },
    ])
      expect(hasToken(await page(embedded, headers as Record<string, string>))).toBe(true);
  });

  test('is in no script, and no other origin may load one', async () => {
    const { text } = await page(embedded);
    const scripts = [...text.matchAll(/<script src="([^"]+)"/g)].map(([, path]) => String(path));
    expect(scripts.length).toBeGreaterThan(0);
    for (const path of [...scripts, '/graphql', '/healthz']) {
      const answer = await get(`${embedded.url}${path}`, { accept: '*/*' });
      expect(hasToken(answer)).toBe(false);
      expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin');
    }
  });

  test.each<[string, Record<string, string>]>([
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
    ['a page of another port of this machine', { 'sec-fetch-site': 'same-site' }],
    ['a proxy, whose peer may be anybody', { 'x-forwarded-for': '203.0.113.7' }],
    ['a tunnel', { via: '1.1 tunnel' }],
  ])('is not in the page for %s', async (_who, headers) => {
    const answer = await page(embedded, headers);
    expect([answer.status, hasToken(answer)]).toEqual([200, false]);
  });

  test('is in no page of a server that listens to the network', async () => {
    const answer = await page(open);
    expect([answer.status, hasToken(answer)]).toEqual([200, false]);
  });
});

describe('a name that is made to point to this machine', () => {
  test.each([
    'evil.example',
    'evil.example:4000',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '203.0.113.7:4000',
    '',
  ])('is not served by the embedded default: Host %s', async (host) => {
    for (const path of [
      '/graphql',
      '/graphql?query={__typename}',
      '/graphiql/start.js',
      '/healthz',
      '/metrics',
      '/nowhere',
    ]) {
      const answer = await sendBytes(
        embedded.url,
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
        5_000,
      );
      expect(answer).toMatch(/^HTTP\/1.1 421/);
    }
    expect(
      await sendBytes(
        embedded.url,
        `GET /graphql HTTP/1.1\r\nHost: ${host}\r\n${UPGRADE}\r\n`,
        5_000,
      ),
    ).toMatch(/^HTTP\/1.1 421/);
  });

  test('is served where it is meant to be reached from elsewhere', async () => {
    expect((await send(open.url, { body: { query: '{ __typename }' } })).status).toBe(200);
    expect((await get(`${open.url}/healthz`, { host: 'sheaf.example' })).status).toBe(200);
  });
});

describe('a WebSocket', () => {
  const opens = (url: string, origin?: string) =>
    new Promise<boolean>((resolve) => {
      const socket = new WebSocket(
        `${url.replace('http', 'ws')}/graphql`,
        'graphql-transport-ws',
        origin === undefined ? {} : { origin },
      );
      socket.once('error', () => resolve(false));
      socket.once('open', () => {
        socket.terminate();
        resolve(true);
      });
    });

  test.each([
    'https://evil.example',
    'null',
    'http://127.0.0.1:1',
    'http://localhost',
    'https://app.example.evil.example',
    'file://',
    'x',
  ])('is not opened by a page of %s', async (origin) => {
    expect(await opens(embedded.url, origin)).toBe(false);
    expect(await opens(open.url, origin)).toBe(false);
  });

  test("is opened by the server's own pages, those of CORS_ORIGINS, and programs, which send no Origin", async () => {
    expect(await opens(embedded.url, embedded.url)).toBe(true);
    expect(await opens(open.url, open.url)).toBe(true);
    expect(await opens(open.url, 'https://app.example')).toBe(true);
    expect(await opens(open.url)).toBe(true);
  });
});
