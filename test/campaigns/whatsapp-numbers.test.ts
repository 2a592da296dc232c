/** Connecting WhatsApp numbers: whose they are, and that their tokens stay secret. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../support/server.ts';
import {
  CANCEL,
  type CampaignServer,
  connect,
  LAUNCH,
  mutate,
  newCampaign,
  PAUSE,
  refused,
  startCampaignServer,
  uuidOf,
} from './campaign-server.ts';

let given: CampaignServer;
beforeAll(async () => {
  const accounts = {
    EAAsecretToken: ['3001'],
    EAAfirst: ['3002'],
    EAAsecond: ['3002'],
    EAAx: ['3003', '40-SCHEDULED', '40-RUNNING', '40-PAUSED'],
    EAAy: ['3003'],
  };
  given = await startCampaignServer({ worker: false, sandbox: { accounts } });
});
afterAll(() => given.stop());

const CONNECT =
  'mutation ($input: ConnectWhatsAppInput!) { connectWhatsApp(input: $input) { number { id phoneNumberId displayPhoneNumber connectedAt } userErrors { code field message } } }';
const DISCONNECT =
  'mutation ($input: DeleteInput!) { disconnectWhatsApp(input: $input) { deletedId userErrors { code field message } } }';
const NUMBER = {
  phoneNumberId: '3001',
  displayPhoneNumber: '+1 555 078 3001',
  accessToken: 'EAAsecretToken',
};

async function listed(tenant = given.server.north): Promise<string[]> {
  return (await tenant.owner.run('{ whatsAppNumbers { phoneNumberId } }')).data.whatsAppNumbers.map(
    (number: any) => number.phoneNumberId,
  );
}

describe('a number', () => {
  test('is connected with its token sealed', async () => {
    const { server } = given;
    const { number } = await mutate(server.north, CONNECT, NUMBER);
    expect(number).toMatchObject({
      phoneNumberId: '3001',
      displayPhoneNumber: '+1 555 078 3001',
      connectedAt: expect.any(String),
    });
    expect(await listed()).toEqual(['1001', '3001']);
    expect(await listed(server.south)).toEqual(['2001']);
    const { rows } = await server.app.platform.database.pool.query(
      'select * from whatsapp_number where "phoneNumberId" = $1',
      ['3001'],
    );
    expect(JSON.stringify(rows)).not.toContain('secretToken');
    expect(rows[0].accessToken).toMatch(/^v1\./);
    expect(
      (
        await server.north.owner.run(
          'query ($id: ID!) { node(id: $id) { ... on WhatsAppNumber { phoneNumberId } } }',
          { id: number.id },
        )
      ).data.node,
    ).toEqual({
      phoneNumberId: '3001',
    });
  });

  test('that the tenant has already gets the new token, and keeps its id', async () => {
    const { server } = given;
    const first = await connect(server.north, '3002', 'EAAfirst');
    const second = await connect(server.north, '3002', 'EAAsecond');
    expect(second).toBe(first);
  });

  test('is disconnected, and free for another tenant then', async () => {
    const { server } = given;
    const id = await connect(server.north, '3003', 'EAAx');
    expect((await mutate(server.north, DISCONNECT, { id })).deletedId).toBe(id);
    expect(await listed()).not.toContain('3003');
    await connect(server.south, '3003', 'EAAy');
    expect(await refused(server.north, DISCONNECT, { id })).toMatchObject([
      { code: 'NOT_FOUND', field: ['id'] },
    ]);
  });

  test.each([
    [
      'SCHEDULED',
      async (id: string) =>
        void (await given.server.app.platform.database.pool.query(
          `update campaign set status = 'SCHEDULED' where id = $1`,
          [uuidOf(id)],
        )),
    ],
    ['RUNNING', async (id: string) => void (await mutate(given.server.north, LAUNCH, { id }))],
    [
      'PAUSED',
      async (id: string) => {
        await mutate(given.server.north, LAUNCH, { id });
        await mutate(given.server.north, PAUSE, { id });
      },
    ],
  ])('that a %s campaign sends from is not disconnected', async (status, prepare) => {
    const { server } = given;
    const whatsAppNumberId = await connect(server.north, `40-${status}`, 'EAAx');
    const campaign = await newCampaign(server, server.north, { whatsAppNumberId });
    await prepare(campaign);
    expect(await refused(server.north, DISCONNECT, { id: whatsAppNumberId })).toMatchObject([
      { code: 'CONFLICT', field: ['id'] },
    ]);
    await mutate(server.north, CANCEL, { id: campaign });
    await mutate(server.north, DISCONNECT, { id: whatsAppNumberId });
    const answer = await server.north.owner.run(
      'query ($id: ID!) { campaign(id: $id) { status whatsAppNumber { id } } }',
      { id: campaign },
    );
    expect(answer.data.campaign).toEqual({ status: 'CANCELLED', whatsAppNumber: null });
  });

  test.each([
    [{ phoneNumberId: '' }, 'phoneNumberId'],
    [{ phoneNumberId: '../other' }, 'phoneNumberId'],
    [{ phoneNumberId: '..' }, 'phoneNumberId'],
    [{ phoneNumberId: '1 2' }, 'phoneNumberId'],
    [{ displayPhoneNumber: ' ' }, 'displayPhoneNumber'],
    [{ displayPhoneNumber: 'x'.repeat(51) }, 'displayPhoneNumber'],
    [{ accessToken: '' }, 'accessToken'],
    [{ accessToken: 'with space' }, 'accessToken'],
    [{ accessToken: 'line\r\nHost: other' }, 'accessToken'],
    [{ accessToken: 'x'.repeat(2_001) }, 'accessToken'],
  ])('of %j is INVALID', async (change, field) => {
    expect(await refused(given.server.north, CONNECT, { ...NUMBER, ...change })).toMatchObject([
      { code: 'INVALID', field: [field] },
    ]);
  });

  test('is the affair of owners', async () => {
    const { server } = given;
    const answer = await server.north.member.run(CONNECT, { input: NUMBER });
    expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(
      (await server.north.member.run('{ whatsAppNumbers { phoneNumberId } }')).errors,
    ).toBeUndefined();
  });
});

test('without an ENCRYPTION_KEY no number is connected, and the answer names the setting', async () => {
  const bare = await startTestServer({ worker: false, settings: { ENCRYPTION_KEY: '' } });
  try {
    expect(await refused(bare.north, CONNECT, NUMBER)).toMatchObject([
      {
        code: 'UNSUPPORTED',
        field: ['accessToken'],
        message: expect.stringContaining('ENCRYPTION_KEY'),
      },
    ]);
  } finally {
    await bare.stop();
  }
});
