/** Requests to other systems: what is reached, and what ends them. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { isPublicAddress } from '../../src/platform/addresses.ts';
import { HttpClient } from '../../src/platform/http-client.ts';

const anywhere = new HttpClient({ reach: 'any' });
const publicOnly = new HttpClient({ reach: 'public' });

async function serve(
  answer: RequestListener,
): Promise<{ url: string; port: number; requests: () => number }> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, requests: () => requests };
}

test('an answer comes with its status, headers and body, whatever the status is', async () => {
  const { url } = await serve((request, response) => {
    response.writeHead(418, { 'x-name': 'value' });
    request.pipe(response);
  });
  const answer = await anywhere.send(url, { method: 'POST', body: 'short and stout' });
  expect({
    status: answer.status,
    header: answer.headers['x-name'],
    body: answer.body.toString(),
  }).toEqual({
    status: 418,
    header: 'value',
    body: 'short and stout',
  });
});

test('the credentials of an address are sent with the request', async () => {
  const { port } = await serve((request, response) => response.end(request.headers.authorization));
  const answer = await anywhere.send(`http://name:pass%20word@127.0.0.1:${port}/`);
  expect(answer.body.toString()).toBe(`Basic ${btoa('name:pass word')}`);
});

test('redirects are not followed', async () => {
  const target = await serve((_request, response) => response.end());
  const { url } = await serve((_request, response) =>
    response.writeHead(302, { location: target.url }).end(),
  );
  expect((await anywhere.send(url)).status).toBe(302);
  expect(target.requests()).toBe(0);
});

test('a proxy of the environment is not used', async () => {
  const proxy = await serve((_request, response) => response.end('the proxy'));
  process.env['NODE_USE_ENV_PROXY'] = '1';
  process.env['HTTP_PROXY'] = proxy.url;
  onTestFinished(() => {
    delete process.env['NODE_USE_ENV_PROXY'];
    delete process.env['HTTP_PROXY'];
  });
  const { url } = await serve((_request, response) => response.end('the server'));
  const client = new HttpClient({ reach: 'any' });
  expect((await client.send(url)).body.toString()).toBe('the server');
  expect(proxy.requests()).toBe(0);
});

test('an answer that is larger than allowed is given up, whether it says its size or not', async () => {
  const announced = await serve((_request, response) => response.end(Buffer.alloc(2_000)));
  const streamed = await serve((_request, response) => {
    const timer = setInterval(() => response.write(Buffer.alloc(500)), 1);
    response.on('close', () => clearInterval(timer));
  });
  await expect(anywhere.send(announced.url, { maxBytes: 1_999 })).rejects.toMatchObject({
    reason: 'TOO_LARGE',
  });
  await expect(anywhere.send(streamed.url, { maxBytes: 1_999 })).rejects.toMatchObject({
    reason: 'TOO_LARGE',
  });
  expect((await anywhere.send(announced.url, { maxBytes: 2_000 })).body).toHaveLength(2_000);
});

test('a server that never answers, or never ends its answer, meets the time limit', async () => {
  const silent = await serve(() => undefined);
  const endless = await serve((_request, response) => {
    const timer = setInterval(() => response.write('.'), 5);
    response.on('close', () => clearInterval(timer));
  });
  for (const { url } of [silent, endless])
    await expect(anywhere.send(url, { timeoutMs: 60 })).rejects.toMatchObject({
      reason: 'TIMEOUT',
    });
});

test('a handshake that never ends meets the time limit and the signal, and holds up no other request', async () => {
  let connections = 0;
  const server = createTcpServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    if (connections > 2) socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new HttpClient({ reach: 'any' });
  onTestFinished(() => client.close());
  await expect(client.send(url, { timeoutMs: 1_000 })).rejects.toMatchObject({ reason: 'TIMEOUT' });
  const stop = new AbortController();
  const stopped = client.send(url, { signal: stop.signal });
  while (connections < 2) await once(server, 'connection');
  stop.abort();
  await expect(stopped).rejects.toMatchObject({ reason: 'ABORTED' });
  await expect(client.send(url)).rejects.toMatchObject({ reason: 'CUT_OFF' });
});

test('an answer that is cut off is an error, never half a body', async () => {
  const { url } = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setTimeout(() => response.destroy(), 20);
  });
  await expect(anywhere.send(url)).rejects.toMatchObject({ reason: 'CUT_OFF' });
});

test('a signal ends a request, and one that was aborted before sends nothing', async () => {
  const stop = new AbortController();
  const { url, requests } = await serve(() => stop.abort());
  await expect(anywhere.send(url, { signal: stop.signal })).rejects.toMatchObject({
    reason: 'ABORTED',
  });
  await expect(anywhere.send(url, { signal: stop.signal })).rejects.toMatchObject({
    reason: 'ABORTED',
  });
  expect(requests()).toBe(1);
});

test('a server that is not there is unreachable, and the message names no path', async () => {
  const failing = anywhere.send('http://127.0.0.1:1/secret-path');
  await expect(failing).rejects.toMatchObject({
    reason: 'UNREACHABLE',
    message: expect.not.stringContaining('secret'),
  });
});

test.each([
  'http://example.com/',
  'ftp://example.com/',
  'not an address',
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f.0.0.1/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[64:ff9b::a9fe:a9fe]/',
  'https://169.254.169.254/latest/meta-data',
  'https://10.0.0.1/',
])('a user may not make the server call %s', async (address) => {
  await expect(publicOnly.send(address)).rejects.toMatchObject({ reason: 'ADDRESS' });
});

test.each(['localhost', 'LOCALHOST'])(
  'nor the name %s, which leads to this machine: nothing is connected to',
  async (host) => {
    const { port, requests } = await serve((_request, response) => response.end());
    await expect(publicOnly.send(`https://${host}:${port}/`)).rejects.toMatchObject({
      reason: 'ADDRESS',
      message: expect.stringContaining('not a public address'),
    });
    expect(requests()).toBe(0);
  },
);

test.each([
  ['93.184.215.14', true],
  ['8.8.8.8', true],
  ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', true],
  ['64:ff9b::808:808', true],
  ['::ffff:8.8.8.8', true],
  ['0.0.0.0', false],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['127.0.0.1', false],
  ['169.254.169.254', false],
  ['172.16.0.1', false],
  ['192.0.0.8', false],
  ['192.168.1.1', false],
  ['198.18.0.1', false],
  ['203.0.113.1', false],
  ['224.0.0.1', false],
  ['240.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::127.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['::ffff:0:127.0.0.1', false],
  ['64:ff9b::7f00:1', false],
  ['64:ff9b:1::808:808', false],
  ['2002:7f00:1::', false],
  ['2001:0:4136:e378:8000:63bf:3fff:fdd2', false],
  ['2001:db8::1', false],
  ['fc00::1', false],
  ['fd12:3456::1', false],
  ['fe80::1', false],
  ['fec0::1', false],
  ['ff02::1', false],
  ['no address', false],
])('the address %s is public: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});
