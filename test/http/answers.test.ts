/**
 * What every answer has around its data: a media type that its client reads, retry-after,
 * compression, and a log line.
 */
import { request as httpRequest } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codedError, maskErrors, retryAfterSeconds } from '../../src/graphql/errors.ts';
import { RequestError } from '../../src/platform/errors.ts';
import { send } from '../support/http.ts';
import { CHANGED, createPackage, eventually, subscribeBySse } from '../support/live.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const APOLLO_CLIENT_4 = 'application/graphql-response+json,application/json;q=0.9';
const lines: any[] = [];
let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startTestServer({
    worker: false,
    settings: { LOG_LEVEL: 'info', CORS_ORIGINS: 'https://app.example' },
    logTo: (line) => lines.push(JSON.parse(line)),
  });
  token = server.north.owner.token;
});
afterAll(() => server.stop());

describe('an error before execution', () => {
  test.each([
    [401, { body: { query: '{ viewer { role } }' } }],
    [401, { token: 'bad', body: { query: '{ __typename }' } }],
    [401, { path: '/graphql/stream', body: { query: '{ a }' } }],
    [404, { path: '/nowhere', body: {} }],
    [405, { method: 'PUT', body: '{}' }],
    [413, { body: JSON.stringify({ query: ' '.repeat(20_000) }) }],
    [415, { headers: { 'content-type': 'text/plain' }, body: 'x' }],
    [400, { body: '{' }],
  ])('with status %i has the media type that the client prefers', async (status, sending) => {
    const prefers = await send(server.url, {
      ...sending,
      headers: { ...('headers' in sending ? sending.headers : {}), accept: APOLLO_CLIENT_4 },
    });
    expect([prefers.status, prefers.headers.get('content-type')]).toEqual([
      status,
      'application/graphql-response+json; charset=utf-8',
    ]);
    expect(prefers.body.errors).toHaveLength(1);
    const plain = await send(server.url, {
      ...sending,
      headers: { ...('headers' in sending ? sending.headers : {}), accept: 'application/json' },
    });
    expect([plain.status, plain.headers.get('content-type')]).toEqual([
      status,
      'application/json; charset=utf-8',
    ]);
  });
});

describe('retry-after', () => {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const secondsFor = (error: Error) =>
    retryAfterSeconds(maskErrors([new GraphQLError(error.message, { originalError: error })], log));

  test('is the whole seconds until a limit is full again, rounded up', () => {
    const resetAt = new Date(Date.now() + 10_400).toISOString();
    expect(
      secondsFor(new RequestError('RATE_LIMITED', 'Too often.', { details: { resetAt } })),
    ).toBe(11);
  });

  test('is a second where nothing says when it is worth trying again', () => {
    expect(secondsFor(new RequestError('SERVICE_UNAVAILABLE', 'Later.'))).toBe(1);
    expect(
      secondsFor(
        new RequestError('RATE_LIMITED', 'Too often.', {
          details: { resetAt: new Date(0).toISOString() },
        }),
      ),
    ).toBe(1);
  });

  test('is said of nothing else', () => {
    expect(retryAfterSeconds(maskErrors([codedError('NOT_FOUND', 'No.')], log))).toBeNull();
    expect(retryAfterSeconds()).toBeNull();
  });
});

test('pages of other origins may read the headers of answers, downloads and uploads', async () => {
  const answer = await send(server.url, {
    headers: { origin: 'https://app.example' },
    body: { query: '{ __typename }' },
  });
  expect(answer.headers.get('access-control-expose-headers')).toBe(
    'x-request-id, retry-after, content-disposition, tus-resumable, upload-length, upload-offset',
  );
});

describe('compression', () => {
  interface Raw {
    encoding: string | undefined;
    length: string | undefined;
    bytes: Buffer;
  }

  /** As it leaves the wire: fetch would ask for compression and undo it. */
  function raw(path: string, headers: Record<string, string>, body?: string): Promise<Raw> {
    return new Promise((resolve, reject) => {
      const sending = httpRequest(
        `${server.url}${path}`,
        { method: body ? 'POST' : 'GET', headers },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => {
            const { 'content-encoding': encoding, 'content-length': length } = answer.headers;
            resolve({ encoding, length, bytes: Buffer.concat(chunks) });
          });
        },
      );
      sending.on('error', reject).end(body);
    });
  }

  const ask = (query: string, encoding?: string) =>
    raw(
      '/graphql',
      {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(encoding ? { 'accept-encoding': encoding } : {}),
      },
      JSON.stringify({ query }),
    );
  const LARGE = '{ __schema { types { name description fields { name description } } } }';

  test('is for those who ask, from 1 KiB on', async () => {
    const [plain, zipped, small] = [
      await ask(LARGE),
      await ask(LARGE, 'gzip, br'),
      await ask('{ viewer { role } }', 'gzip'),
    ];
    expect([plain.encoding, plain.length]).toEqual([undefined, String(plain.bytes.length)]);
    expect(zipped.encoding).toBe('gzip');
    expect(gunzipSync(zipped.bytes).equals(plain.bytes)).toBe(true);
    expect(zipped.bytes.length).toBeLessThan(plain.bytes.length / 3);
    expect([small.encoding, small.bytes.toString().trim()]).toEqual([
      undefined,
      '{"data":{"viewer":{"role":"OWNER"}}}',
    ]);
  });

  test('is not for the page of GraphiQL, which may hold a token', async () => {
    const page = await raw('/graphql', { accept: 'text/html', 'accept-encoding': 'gzip' });
    expect([page.encoding, page.bytes.toString().includes('<html')]).toEqual([undefined, true]);
  });

  test('is not for streams, whose events come one by one', async () => {
    const id = await createPackage(server.north.owner);
    const answer = await fetch(`${server.url}/graphql/stream`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'accept-encoding': 'gzip',
      },
      body: JSON.stringify({ query: CHANGED, variables: { id } }),
    });
    expect(answer.headers.get('content-encoding')).toBeNull();
    await answer.body?.cancel();
  });

  test('is not undone for what clients send: a small body would stand for a large one', async () => {
    const zipped = await raw(
      '/graphql',
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      'no gzip',
    );
    expect(JSON.parse(zipped.bytes.toString()).errors[0].extensions.code).toBe('BAD_REQUEST');
  });
});

describe('the log line of a request', () => {
  const lineOf = (id: string) =>
    eventually(`the line of ${id}`, () =>
      lines.find((line) => line.msg === 'request' && line.id === id),
    );

  test('names its operation', async () => {
    await send(server.url, {
      token,
      headers: { 'x-request-id': 'named' },
      body: { query: 'query Mine { viewer { role } }' },
    });
    expect(await lineOf('named')).toMatchObject({
      operation: 'Mine',
      route: '/graphql',
      status: 200,
      statements: 0,
    });
    const query = 'query One { __typename } query Other { viewer { role } }';
    await send(server.url, {
      token,
      headers: { 'x-request-id': 'chosen' },
      body: { query, operationName: 'Other' },
    });
    expect(await lineOf('chosen')).toMatchObject({ operation: 'Other' });
  });

  test('names no operation where there is none, and of a long name its beginning', async () => {
    await send(server.url, {
      token,
      headers: { 'x-request-id': 'nameless' },
      body: { query: '{ viewer { role } }' },
    });
    expect(await lineOf('nameless')).not.toHaveProperty('operation');
    await send(server.url, {
      token,
      headers: { 'x-request-id': 'long' },
      body: { query: `query ${'N'.repeat(5_000)} { viewer { role } }` },
    });
    expect((await lineOf('long')).operation).toBe('N'.repeat(100));
  });

  test('names the subscription of a stream', async () => {
    const id = await createPackage(server.north.owner);
    const stream = subscribeBySse(server.url, server.north.owner, {
      id,
      query: CHANGED.replace('subscription', 'subscription Watch'),
    });
    await eventually('the stream is open', () => stream.events.length > 0);
    await server.north.owner.run(
      'mutation ($id: ID!) { deleteWorkPackage(input: { id: $id }) { deletedId } }',
      { id },
    );
    expect(await stream.ended).toBe('complete');
    await eventually('its line', () =>
      lines.find((line) => line.route === '/graphql/stream' && line.operation === 'Watch'),
    );
  });
});
