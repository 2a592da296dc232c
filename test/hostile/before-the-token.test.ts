/**
 * What somebody without a token may send over HTTP: little, and none of it is read before it is
 * known that nobody is signed in.
 */
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectError, send, sendBytes } from '../support/http.ts';
import { eventually } from '../support/live.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({
    worker: false,
    settings: { WHATSAPP_APP_SECRET: 'a secret of the app' },
  });
});
afterAll(() => server.stop());

/**
 * Sends the head of a request whose body never comes, and resolves with what is answered
 * nevertheless.
 */
const headOnly = (
  path: string,
  headers = 'Content-Type: application/json\r\nContent-Length: 100000',
) => sendBytes(server.url, `POST ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`, 5_000);

describe('a body is not even read', () => {
  test.each([
    ['on a path that does not exist', '/nowhere', 404],
    ['on the path of streams', '/graphql/stream', 401],
    ['of a webhook call without a signature', '/webhooks/whatsapp', 401],
    ['on a path that serves other methods', '/graphiql/start.js', 404],
  ])('%s', async (_what, path, status) => {
    expect(await headOnly(path)).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
  });

  test('with a bad token', async () => {
    expect(
      await headOnly(
        '/graphql',
        'Authorization: Bearer bad\r\nContent-Type: application/json\r\nContent-Length: 100000',
      ),
    ).toMatch(/^HTTP\/1.1 401/);
  });

  test('where no app secret is set, whatever signs it', async () => {
    const other = await startTestServer({ worker: false, shareWith: server });
    try {
      const signature = createHmac('sha256', 'guess').update('{}').digest('hex');
      const head = `POST /webhooks/whatsapp HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: sha256=${signature}\r\nContent-Length: 4000000\r\n\r\n`;
      expect(await sendBytes(other.url, head, 5_000)).toMatch(/^HTTP\/1.1 401/);
    } finally {
      await other.stop();
    }
  });
});

describe('a body of more than 16 KiB', () => {
  const query = `{ __typename ${' '.repeat(16 * 1_024)} }`;

  test('is refused without a token', async () => {
    expectError(await send(server.url, { body: { query } }), 413, 'PAYLOAD_TOO_LARGE');
    expect(
      (await send(server.url, { token: server.north.member.token, body: { query } })).body,
    ).toEqual({ data: { __typename: 'Query' } });
  });

  test('is refused once that many bytes came, however many more are to come and whether or not it said so', async () => {
    const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`;
    const chunked = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`;
    const answer = await sendBytes(server.url, chunked, 5_000);
    expect(answer).toMatch(/^HTTP\/1.1 413/);
    expect(answer).toMatch(/connection: close/i);
  });
});

test('a connection that sends its headers slowly, or none, is closed', async () => {
  const { hostname, port } = new URL(server.url);
  const closings = ['', 'GET / HTTP/1.1\r\nHost: x\r\n'].map(
    (beginning) =>
      new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => socket.write(beginning));
        socket.resume();
        socket.on('error', () => undefined).on('close', () => resolve());
      }),
  );
  await Promise.all(closings);
});

test('bodies of the webhook that are read before their signature have one budget, which comes back', async () => {
  const { hostname, port } = new URL(server.url);
  const bytes = 4 * 1_048_576;
  const head = `POST /webhooks/whatsapp HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: sha256=${'0'.repeat(64)}\r\nContent-Length: ${bytes}\r\n\r\n`;
  const answers: string[] = [];
  // Each sends all but the last byte, and waits: 96 MiB of bodies that can't be checked yet.
  const sockets = Array.from({ length: 24 }, () => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(head);
      socket.write(Buffer.alloc(bytes - 1, ' '));
    });
    return socket
      .on('error', () => undefined)
      .on('data', (data) => answers.push(String(data).slice(0, 12)));
  });
  await eventually('some are refused', () => answers.length > 0);
  expect(new Set(answers)).toEqual(new Set(['HTTP/1.1 503']));
  for (const socket of sockets) socket.destroy();
  const signature = createHmac('sha256', 'a secret of the app').update('{}').digest('hex');
  const call = () =>
    send(server.url, {
      path: '/webhooks/whatsapp',
      headers: { 'x-hub-signature-256': `sha256=${signature}` },
      body: '{}',
    });
  await eventually('there is room again', async () => (await call()).status === 200);
});
