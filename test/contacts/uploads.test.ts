/** Uploads of files with contacts: in parts, interrupted, too large, and of another tenant. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { deleteOldFiles } from '../../src/contacts/imports/cleanup.ts';
import { fetchUpload } from '../../src/contacts/uploads/fetch.ts';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { begin, patch, upload } from '../support/contact-files.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
const member = () => server.north.member;
const prisma = () => prismaOf(server.app.platform.database);

beforeAll(async () => {
  // Tests fetch from this machine.
  server = await startTestServer({ settings: { WORKFLOW_HTTP_ALLOW_PRIVATE: 'true' } });
});
afterAll(() => server.stop());

const head = (path: string, user = member()) =>
  fetch(`${server.url}${path}`, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${user.token}` },
  });
const state = async (id: string) =>
  (
    await member().run(
      'query ($id: ID!) { node(id: $id) { ... on ContactUpload { complete bytes receivedBytes errorMessage } } }',
      { id },
    )
  ).data.node;
const remove = (id: string, user = member()) =>
  user.run(
    'mutation ($id: ID!) { deleteContactUpload(input: { id: $id }) { deletedId userErrors { code } } }',
    { id },
  );

test('a file arrives in parts, and HEAD says where to go on', async () => {
  const { id, path } = await begin(member(), 10);
  expect((await patch(server.url, member(), { path, offset: 0, body: 'name\n' })).status).toBe(204);
  const half = await head(path);
  expect([half.headers.get('upload-offset'), half.headers.get('upload-length')]).toEqual([
    '5',
    '10',
  ]);
  expect(await state(id)).toMatchObject({ complete: false, receivedBytes: 5 });
  const rest = await patch(server.url, member(), { path, offset: 5, body: 'Anna\n' });
  expect([rest.status, rest.headers.get('upload-offset')]).toEqual([204, '10']);
  expect(await state(id)).toMatchObject({ complete: true, receivedBytes: 10 });
  await remove(id);
});

test('bytes that are repeated, skip some or are too many are refused, and say where to go on', async () => {
  const { id, path } = await begin(member(), 10);
  await patch(server.url, member(), { path, offset: 0, body: '12345' });
  const answers = await Promise.all([
    patch(server.url, member(), { path, offset: 0, body: '12345' }),
    patch(server.url, member(), { path, offset: 7, body: '1' }),
    patch(server.url, member(), { path, offset: 5, body: '123456' }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([409, 409, 413]);
  expect(answers.map(({ headers }) => headers.get('upload-offset'))).toEqual(['5', '5', '5']);
  await remove(id);
});

test('of two senders at one place, one is told that the other was there first', async () => {
  const { id, path } = await begin(member(), 5);
  const statuses = await Promise.all(
    [1, 2, 3].map(
      async () => (await patch(server.url, member(), { path, offset: 0, body: '12345' })).status,
    ),
  );
  expect(statuses.sort()).toEqual([204, 409, 409]);
  await remove(id);
});

test("another tenant's upload is like one that does not exist, and portal users are refused", async () => {
  const { id, path } = await begin(member(), 5);
  const south = server.south.member;
  const absent = path.replace(/[0-9a-f]{12}$/, '000000000000');
  for (const at of [path, absent]) {
    expect((await head(at, south)).status).toBe(400);
    const answer = await patch(server.url, south, { path: at, offset: 0, body: '12345' });
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  }
  expect((await head(path, server.north.client)).status).toBe(403);
  expect((await fetch(`${server.url}${path}`, { method: 'HEAD' })).status).toBe(401);
  expect(await state(id)).toMatchObject({ receivedBytes: 0 });
  await remove(id);
});

test('ten files may be here, the eleventh is refused until one is deleted', async () => {
  const files = await Promise.all(Array.from({ length: 10 }, () => begin(member(), 5)));
  await expect(begin(member(), 5)).rejects.toThrow('CONFLICT');
  await remove(files[3]?.id ?? '');
  const another = await begin(member(), 5);
  for (const { id } of [...files, another]) await remove(id);
});

test('a file is fetched from an address, and what cannot be fetched says why', async () => {
  const source = createServer((request, response) => {
    if (request.url === '/contacts.csv') response.end('name\nAnna\n');
    else response.writeHead(302, { location: '/contacts.csv' }).end();
  }).listen(0, '127.0.0.1');
  await once(source, 'listening');
  onTestFinished(() => void source.close());
  const { port } = source.address() as AddressInfo;
  // Users may only give https; what follows is the same for http.
  const fetched = async (slot: number, path: string) => {
    const id = crypto.randomUUID();
    const { tenantId } = server.north;
    const url = `http://127.0.0.1:${port}${path}`;
    await prisma().contactUpload.create({
      data: { tenantId, id, slot, fileName: 'x', url, createdById: member().id },
    });
    const job = { tenantId, signal: new AbortController().signal, hold: async () => {} };
    await fetchUpload(server.app.platform, job, id);
    const upload = encodeGlobalId('ContactUpload', id);
    const now = await state(upload);
    await remove(upload);
    return now;
  };
  expect(await fetched(1, '/contacts.csv')).toMatchObject({ complete: true, bytes: 10 });
  expect(await fetched(2, '/elsewhere')).toMatchObject({
    complete: false,
    errorMessage: expect.stringContaining('redirects'),
  });
});

test('only public addresses over https are fetched', async () => {
  const { north } = server;
  const closed = await startTestServer({ shareWith: server, worker: false });
  onTestFinished(closed.stop);
  const begun = async (url: string) =>
    (
      await north.member.run(
        'mutation ($url: String!) { createContactUpload(input: { url: $url }) { upload { id } userErrors { code field } } }',
        { url },
      )
    ).data.createContactUpload;
  expect((await begun('http://example.com/contacts.csv')).userErrors).toEqual([
    { code: 'INVALID', field: ['url'] },
  ]);
  const { tenantId } = north;
  const id = crypto.randomUUID();
  await prisma().contactUpload.create({
    data: {
      ...{ tenantId, id, slot: 1, fileName: 'x', createdById: member().id },
      url: 'https://127.0.0.1:9/contacts.csv',
    },
  });
  const job = { tenantId, signal: new AbortController().signal, hold: async () => {} };
  expect(await fetchUpload(closed.app.platform, job, id)).toContain('not a public address');
  await remove(encodeGlobalId('ContactUpload', id));
});

test('a file that nobody imports is deleted after a day', async () => {
  const id = await upload(server.url, member(), 'name\nAnna\n');
  await deleteOldFiles(server.app.platform);
  expect(await state(id)).toMatchObject({ complete: true });
  const long = new Date(Date.now() - 25 * 3_600_000);
  await prisma().contactUpload.updateMany({ data: { createdAt: long } });
  await deleteOldFiles(server.app.platform);
  expect(await state(id)).toBeNull();
  expect(await prisma().contactUploadPart.count()).toBe(0);
});
