/**
 * A WhatsApp number belongs to the tenant whose token WhatsApp shows it to; asking for another
 * one's tells and takes nothing.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type CampaignServer,
  connect,
  LAUNCH,
  mutate,
  newCampaign,
  readCampaign,
  refused,
  startCampaignServer,
  uuidOf,
} from '../campaigns/campaign-server.ts';
import { eventually } from '../support/live.ts';
import { startTestServer, type TestServer, type TestTenant } from '../support/server.ts';

const CONNECT =
  'mutation ($input: ConnectWhatsAppInput!) { connectWhatsApp(input: $input) { number { phoneNumberId } userErrors { code field message } } }';
const input = (phoneNumberId: string, accessToken: string) => ({
  phoneNumberId,
  displayPhoneNumber: `+1 ${phoneNumberId}`,
  accessToken,
});
const MOVING = ['5001', '5002', '5003', '5004'];

let given: CampaignServer;
beforeAll(async () => {
  const accounts = { ofNorth: ['6001', ...MOVING], ofSouth: ['6002', ...MOVING] };
  given = await startCampaignServer({ worker: false, sandbox: { accounts } });
  await connect(given.server.south, '6002', 'ofSouth');
});
afterAll(() => given.stop());

async function ownersOf({ app }: TestServer, phoneNumberId: string): Promise<string[]> {
  const { rows } = await app.platform.database.pool.query(
    'select "tenantId" from whatsapp_number where "phoneNumberId" = $1',
    [phoneNumberId],
  );
  return rows.map(({ tenantId }) => tenantId);
}

/** Has WhatsApp tell of an event of a number; answers which tenant got it. */
async function receiverOf(phoneNumberId: string): Promise<string> {
  const id = `wamid.${crypto.randomUUID()}`;
  const body = { id, status: 'delivered', timestamp: '1750030073', recipient_id: '16505551234' };
  given.sandbox.emit({ phoneNumberId, kind: 'status', body });
  const { pool } = given.server.app.platform.database;
  return eventually('the event is stored', async () => {
    const { rows } = await pool.query(
      'select "tenantId" from message_status_log where "whatsappMessageId" = $1',
      [id],
    );
    return rows[0]?.tenantId;
  });
}

describe('a number that the token does not reach', () => {
  test.each<[string, string, string]>([
    ['any token', 'anything', 'accessToken'],
    ['a token of its own account', 'ofNorth', 'phoneNumberId'],
  ])('is refused with %s, and stays with the tenant that has it', async (_what, token, field) => {
    const { north, south } = given.server;
    const told = async (phoneNumberId: string) => {
      const errors = await refused(north, CONNECT, input(phoneNumberId, token));
      return JSON.parse(JSON.stringify(errors).replaceAll(phoneNumberId, 'ID'));
    };
    const ofSouth = await told('6002');
    expect(ofSouth).toEqual([
      { code: 'INVALID', field: [field], message: expect.stringContaining('WhatsApp') },
    ]);
    // A number that nobody has is refused in the same words.
    expect(await told('6999')).toEqual(ofSouth);
    expect(await ownersOf(given.server, '6002')).toEqual([south.tenantId]);
    expect(await ownersOf(given.server, '6999')).toEqual([]);
    expect(await receiverOf('6002')).toBe(south.tenantId);
  });

  test('does not replace the token that works', async () => {
    const { south } = given.server;
    const { pool } = given.server.app.platform.database;
    const tokens = async () =>
      (await pool.query(`select "accessToken" from whatsapp_number where "phoneNumberId" = '6002'`))
        .rows;
    const before = await tokens();
    expect(await refused(south, CONNECT, input('6002', 'mistyped'))).toMatchObject([
      { code: 'INVALID', field: ['accessToken'] },
    ]);
    expect(await tokens()).toEqual(before);
  });
});

describe('a number that a second tenant proves', () => {
  test('moves to it with all later events, in a process that knew its owner', async () => {
    const { north, south } = given.server;
    await connect(south, '5001', 'ofSouth');
    expect(await receiverOf('5001')).toBe(south.tenantId);
    await connect(north, '5001', 'ofNorth');
    expect(await ownersOf(given.server, '5001')).toEqual([north.tenantId]);
    expect(await receiverOf('5001')).toBe(north.tenantId);
    await connect(south, '5001', 'ofSouth');
    expect(await receiverOf('5001')).toBe(south.tenantId);
  });

  test('stops what the first one would still send from it, and says why', async () => {
    const { north, south } = given.server;
    const whatsAppNumberId = await connect(south, '5002', 'ofSouth');
    const [draft, scheduled, running, over] = [
      await newCampaign(given.server, south, { whatsAppNumberId }),
      await newCampaign(given.server, south, {
        whatsAppNumberId,
        scheduledAt: '2999-01-01T00:00:00Z',
      }),
      await newCampaign(given.server, south, { whatsAppNumberId }),
      await newCampaign(given.server, south, { whatsAppNumberId }),
    ];
    for (const id of [scheduled, running]) await mutate(south, LAUNCH, { id });
    const { pool } = given.server.app.platform.database;
    await pool.query(
      `update campaign set status = 'COMPLETED', "completedAt" = now() where id = $1`,
      [uuidOf(over)],
    );
    await connect(north, '5002', 'ofNorth');
    const reason = expect.stringContaining('connected by another account');
    expect(await readCampaign(south, draft)).toMatchObject({
      status: 'DRAFT',
      statusReason: reason,
    });
    expect(await readCampaign(south, scheduled)).toMatchObject({
      status: 'DRAFT',
      statusReason: reason,
    });
    expect(await readCampaign(south, running)).toMatchObject({
      status: 'PAUSED',
      statusReason: reason,
    });
    expect(await readCampaign(south, over)).toMatchObject({
      status: 'COMPLETED',
      statusReason: null,
    });
    // Launched again, it is sent from another number of the tenant.
    await mutate(south, LAUNCH, { id: running });
    const { data } = await south.owner.run(
      'query ($id: ID!) { campaign(id: $id) { status statusReason whatsAppNumber { phoneNumberId } } }',
      { id: running },
    );
    expect(data.campaign).toEqual({
      status: 'RUNNING',
      statusReason: null,
      whatsAppNumber: { phoneNumberId: '2001' },
    });
  });

  test('has one tenant in the end, however many connect it at once', async () => {
    const { north, south } = given.server;
    for (const phoneNumberId of ['5003', '5004']) {
      const calls = Array.from({ length: 12 }, (_, index) =>
        index % 2 === 0
          ? connect(north, phoneNumberId, 'ofNorth')
          : connect(south, phoneNumberId, 'ofSouth'),
      );
      await Promise.all(calls);
      const owners = await ownersOf(given.server, phoneNumberId);
      expect(owners).toHaveLength(1);
      expect(await receiverOf(phoneNumberId)).toBe(owners[0]);
    }
  });
});

describe('a WhatsApp that does not answer as it should', () => {
  let server: TestServer;
  let answer: (response: ServerResponse) => void;
  const whatsApp = createServer((_request, response) => answer(response));

  beforeAll(async () => {
    whatsApp.listen(0, '127.0.0.1');
    await once(whatsApp, 'listening');
    const url = `http://127.0.0.1:${(whatsApp.address() as AddressInfo).port}/v24.0`;
    server = await startTestServer({
      worker: false,
      settings: { WHATSAPP_API_URL: url, DATABASE_POOL_SIZE: '2' },
    });
  });
  afterAll(async () => {
    whatsApp.closeAllConnections();
    whatsApp.close();
    await server.stop();
  });

  const json = (status: number, body: unknown) => (response: ServerResponse) =>
    void response.writeHead(status).end(JSON.stringify(body));
  const connecting = (tenant: TestTenant) =>
    tenant.owner.run(CONNECT, { input: input('7001', 'token') });

  test.each<[string, (response: ServerResponse) => void]>([
    ['ends the connection', (response) => void response.destroy()],
    ['shows a page of a proxy', (response) => void response.writeHead(502).end('<html>')],
    ['answers with what is no JSON', (response) => void response.writeHead(200).end('{"id":')],
    [
      'is over its limits',
      json(400, { error: { code: 4, message: '(#4) Application request limit reached' } }),
    ],
    [
      'is out of order',
      json(500, { error: { code: 2, message: 'Service temporarily unavailable' } }),
    ],
    ['never answers', () => undefined],
  ])('and %s is SERVICE_UNAVAILABLE; nothing is stored', async (_what, reply) => {
    answer = reply;
    const { data, errors } = await connecting(server.north);
    expect([data, errors?.map(({ extensions }) => extensions.code)]).toEqual([
      null,
      ['SERVICE_UNAVAILABLE'],
    ]);
    expect(await ownersOf(server, '7001')).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['another number', { id: '7002', display_phone_number: '+1' }],
    ['something that is no number', { id: '7001' }],
  ])('and shows %s proves nothing', async (_what, body) => {
    answer = json(200, body);
    expect((await connecting(server.north)).data.connectWhatsApp.userErrors).toMatchObject([
      { code: 'INVALID', field: ['phoneNumberId'] },
    ]);
    expect(await ownersOf(server, '7001')).toEqual([]);
  });

  test('and takes its time holds no connection to the database meanwhile', async () => {
    const waiting: ServerResponse[] = [];
    answer = (response) => void waiting.push(response);
    const calls = Array.from({ length: 5 }, () => connecting(server.north));
    await eventually('all ask WhatsApp at once', () => waiting.length === calls.length);
    // The pool has two connections.
    expect((await server.south.owner.run('{ contacts { totalCount } }')).errors).toBeUndefined();
    for (const response of waiting)
      json(200, { id: '7001', display_phone_number: '+1', verified_name: 'North' })(response);
    for (const { data } of await Promise.all(calls))
      expect(data.connectWhatsApp.userErrors).toEqual([]);
    expect(await ownersOf(server, '7001')).toEqual([server.north.tenantId]);
  });
});
