/** Connecting a CRM: who may, with what, and that its token is never seen again. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { startTestServer } from '../support/server.ts';
import {
  CONNECT,
  type ConnectedServer,
  connect,
  ended,
  start,
  startConnected,
  sync,
} from './crm.ts';

let connected: ConnectedServer;
const { north, south } = {
  north: () => connected.server.north,
  south: () => connected.server.south,
};
const CONNECTION =
  '{ crmConnection { provider apiUrl connectedBy { email } connectedAt lastCompletedSync { status } } }';
const DISCONNECT =
  'mutation { disconnectCrm(input: {}) { connection { apiUrl } userErrors { code field message } } }';

beforeAll(async () => {
  connected = await startConnected({ size: 10 });
});
afterAll(() => connected.stop());

test('an owner connects; all members see the connection, nobody its token', async () => {
  const { connection, userErrors } = await connect(north().owner, {
    apiToken: ` ${connected.sandbox.token} `,
  });
  expect(userErrors).toEqual([]);
  expect(connection).toMatchObject({
    provider: 'PIPEDRIVE',
    apiUrl: connected.sandbox.url,
    connectedBy: { email: 'owner@north.example' },
    lastCompletedSync: null,
  });
  const { data } = await north().member.run(CONNECTION);
  expect(data.crmConnection).toMatchObject({ apiUrl: connected.sandbox.url });
  const [row] = await prismaOf(connected.server.app.platform.database).crmConnection.findMany();
  expect(JSON.stringify(row)).not.toContain(connected.sandbox.token);
});

test('the CRM is the same under its name and under the former one', async () => {
  const fields = 'provider apiUrl connectedBy { email } connectedAt lastCompletedSync { id }';
  const { data } = await north().member.run(
    `{ connectedCrm { ${fields} } crmConnection { ${fields} } }`,
  );
  expect(data.connectedCrm).toMatchObject({ apiUrl: connected.sandbox.url });
  expect(data.crmConnection).toEqual(data.connectedCrm);
  const connecting = await north().owner.run(
    `mutation ($input: ConnectCrmInput!) {
      connectCrm(input: $input) { connectedCrm { ${fields} } connection { ${fields} } }
    }`,
    { input: { apiToken: connected.sandbox.token } },
  );
  expect(connecting.data.connectCrm.connectedCrm).toMatchObject({ apiUrl: connected.sandbox.url });
  expect(connecting.data.connectCrm.connection).toEqual(connecting.data.connectCrm.connectedCrm);
});

test('a member may not connect, disconnect, nor a client see anything of it', async () => {
  const connecting = await north().member.run(CONNECT, { input: { apiToken: 'token' } });
  const disconnecting = await north().member.run(DISCONNECT);
  const reading = await north().client.run(CONNECTION);
  for (const { errors } of [connecting, disconnecting, reading])
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});

test('a sealed token does not open for another tenant', async () => {
  const prisma = prismaOf(connected.server.app.platform.database);
  await connect(south().owner, { apiToken: 'of-the-south' });
  const [stored] = await prisma.crmConnection.findMany({ where: { tenantId: north().tenantId } });
  await prisma.crmConnection.updateMany({
    where: { tenantId: south().tenantId },
    data: { tokenCipher: stored?.tokenCipher ?? '' },
  });
  expect(await sync(south().owner)).toMatchObject({
    status: 'FAILED',
    errorMessage: expect.stringContaining('does not open'),
  });
});

test.each([
  [{ apiToken: '' }, 'apiToken', 'INVALID'],
  [{ apiToken: 'ключ' }, 'apiToken', 'INVALID'],
  [{ apiToken: 'two words' }, 'apiToken', 'INVALID'],
  [{ apiToken: 'x'.repeat(501) }, 'apiToken', 'INVALID'],
  [{ apiToken: 'x', apiUrl: 'pipedrive' }, 'apiUrl', 'INVALID'],
  [{ apiToken: 'x', apiUrl: 'http://company.pipedrive.com' }, 'apiUrl', 'INVALID'],
  [{ apiToken: 'x', apiUrl: 'https://127.0.0.1' }, 'apiUrl', 'INVALID'],
  [{ apiToken: 'x', apiUrl: 'https://localhost:8443' }, 'apiUrl', 'INVALID'],
  [{ apiToken: 'x', apiUrl: 'https://[::1]' }, 'apiUrl', 'INVALID'],
  [{ apiToken: 'x', apiUrl: 'https://169.254.169.254/api/v2' }, 'apiUrl', 'INVALID'],
  [{ apiToken: 'x', apiUrl: 'https://user:secret@company.pipedrive.com' }, 'apiUrl', 'INVALID'],
])('%j is refused, naming %s', async (input, field, code) => {
  expect(await connect(south().owner, input)).toMatchObject({
    connection: null,
    userErrors: [{ code, field: [field] }],
  });
});

test("a company's own address is kept without the path of the API", async () => {
  const { connection } = await connect(south().owner, {
    apiToken: 'x',
    apiUrl: 'https://company.pipedrive.com/api/v2/',
  });
  expect(connection).toMatchObject({ apiUrl: 'https://company.pipedrive.com' });
});

test('a wrong token ends the sync with a message that says what to do', async () => {
  await connect(south().owner, { apiToken: 'wrong' });
  const failed = await sync(south().owner);
  expect(failed).toMatchObject({
    status: 'FAILED',
    fetched: 0,
    errorMessage: 'Pipedrive does not accept the API token. Connect again with a valid token.',
  });
  expect(failed.finishedAt).not.toBeNull();
});

test('disconnecting ends the sync that is under way, forgets the token and keeps what was synced', async () => {
  await sync(north().owner);
  const contacts = await prismaOf(connected.server.app.platform.database).contact.count({
    where: { tenantId: north().tenantId },
  });
  const disconnected = Promise.withResolvers<void>();
  connected.sandbox.setFaults({ heldUntil: disconnected.promise });
  const running = await start(north().owner, true);
  const { data } = await north().owner.run(DISCONNECT);
  expect(data.disconnectCrm).toEqual({ connection: null, userErrors: [] });
  expect(await ended(north().owner, running.id)).toMatchObject({
    status: 'FAILED',
    errorMessage: 'The CRM was disconnected.',
  });
  connected.sandbox.setFaults({});
  disconnected.resolve();
  expect((await north().member.run(CONNECTION)).data.crmConnection).toBeNull();
  expect(
    await prismaOf(connected.server.app.platform.database).contact.count({
      where: { tenantId: north().tenantId },
    }),
  ).toBe(contacts);
  expect((await north().owner.run(DISCONNECT)).data.disconnectCrm.userErrors).toMatchObject([
    { code: 'NOT_FOUND', field: ['provider'] },
  ]);
});

test('after connecting anew the first sync reads everything, and finds what is there', async () => {
  await connect(north().owner, { apiToken: connected.sandbox.token });
  expect(await sync(north().owner)).toMatchObject({ status: 'COMPLETED', full: true, created: 0 });
  expect((await north().owner.run(CONNECTION)).data.crmConnection.lastCompletedSync).toEqual({
    status: 'COMPLETED',
  });
});

test('a server without ENCRYPTION_KEY connects nothing and says so', async () => {
  const bare = await startTestServer({ settings: { ENCRYPTION_KEY: '' } });
  try {
    const answer = await connect(bare.north.owner, { apiToken: 'x' });
    expect(answer.userErrors).toEqual([
      {
        code: 'UNSUPPORTED',
        field: ['apiToken'],
        message: 'This server has no ENCRYPTION_KEY and cannot store secrets without one.',
      },
    ]);
  } finally {
    await bare.stop();
  }
});
