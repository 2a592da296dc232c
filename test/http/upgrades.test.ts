/**
 * Requests that offer to go on in another protocol, as `curl --http2` and Java's HttpClient do:
 * only WebSockets are taken up on it.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
});
afterAll(() => server.stop());

/** All that the server sends in return for a request, until it closes the connection. */
async function answerTo(lines: string[], body = ''): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.write(
    `${[...lines, 'Host: x', `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`,
  );
  await once(socket, 'close');
  return answer;
}

const offer = (protocol: string) => [
  'Connection: Upgrade, HTTP2-Settings, close',
  `Upgrade: ${protocol}`,
  'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
];

test.each(['h2c', 'TLS/1.0', 'websocket2'])(
  'a query that offers %s is answered as if it did not',
  async (protocol) => {
    const body = JSON.stringify({ query: '{ viewer { role } }' });
    const headers = [
      'Content-Type: application/json',
      `Authorization: Bearer ${server.north.owner.token}`,
    ];
    const answer = await answerTo(['POST /graphql HTTP/1.1', ...headers, ...offer(protocol)], body);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain('{"data":{"viewer":{"role":"OWNER"}}}');
  },
);

test('health is answered too', async () => {
  expect(await answerTo(['GET /healthz HTTP/1.1', ...offer('h2c')])).toMatch(
    /^HTTP\/1\.1 200 OK\r\n/,
  );
});

test('an upgrade to a WebSocket elsewhere than at /graphql is refused', async () => {
  expect(
    await answerTo(['GET /healthz HTTP/1.1', 'Connection: Upgrade', 'Upgrade: WebSocket']),
  ).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
});
