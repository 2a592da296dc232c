/** Figures of all campaigns, by when their messages were sent. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestTenant } from '../support/server.ts';
import {
  bodyOf,
  call,
  type Event,
  folded,
  reply,
  type SeededCampaign,
  seedCampaign,
  sendingFigures,
  status,
  WHATSAPP_SETTINGS,
} from './webhook-calls.ts';

let server: TestServer;
let campaigns: SeededCampaign[];
beforeAll(async () => {
  server = await startTestServer({ settings: WHATSAPP_SETTINGS, worker: false });
  campaigns = [
    await seedCampaign(server, server.north, { messages: 30, templates: 2 }),
    await seedCampaign(server, server.north, { messages: 10 }),
  ];
  const [first, second] = campaigns;
  const id = (campaign: SeededCampaign | undefined, at: number) =>
    campaign?.messages[at]?.whatsappMessageId ?? '';
  await tell(first, {
    statuses: [
      status(id(first, 0), 'read'),
      status(id(first, 1), 'delivered'),
      status(id(first, 2), 'failed'),
    ],
    messages: [reply('in.first', first?.messages[0]?.phone.slice(1))],
  });
  await tell(second, {
    statuses: [
      status(id(second, 0), 'failed', { errors: [{ code: 131049, title: 'Held back' }] }),
      status(id(second, 1), 'failed', { errors: [{ code: 999_999, title: 'New' }] }),
      status(id(second, 2), 'failed'),
      // It arrived after all.
      status(id(second, 3), 'failed'),
      status(id(second, 3), 'delivered'),
    ],
  });
});
afterAll(() => server.stop());

async function tell(campaign: SeededCampaign | undefined, event: Event): Promise<void> {
  expect(await call(server.url, bodyOf(campaign?.phoneNumberId ?? '', event))).toBe(200);
  await folded(server);
}

const COUNTS = 'counts { sent delivered read replied failed }';
const READ = `query ($from: DateTime, $to: DateTime) { campaignAnalytics(from: $from, to: $to) { timeZone
  totals { sent delivered read replied failed deliveryRate readRate replyRate }
  byDay { day ${COUNTS} } byHour { weekday hour ${COUNTS} } bestHours { weekday hour }
  byTemplate { templateName ${COUNTS} } byNumber { phoneNumberId displayPhoneNumber ${COUNTS} } byError { code meaning messages } } }`;
/** Messages were sent on Monday, 2026-06-15 at 12:00 UTC. */
const JUNE = { from: '2026-06-01T00:00:00Z', to: '2026-07-01T00:00:00Z' };

async function read(range: object = JUNE, tenant: TestTenant = server.north): Promise<any> {
  const answer = await tenant.member.run(READ, range);
  expect(answer.errors).toBeUndefined();
  return answer.data.campaignAnalytics;
}

async function moveTo(timeZone: string) {
  const change = `mutation ($input: UpdateTenantInput!) { updateTenant(input: $input) { userErrors { code field } } }`;
  const answer = await server.north.owner.run(change, { input: { timeZone } });
  return answer.data.updateTenant.userErrors;
}

const ALL = { sent: 40, delivered: 3, read: 1, replied: 1, failed: 4 };

test('totals and rates are over all campaigns', async () => {
  expect((await read()).totals).toEqual({
    ...ALL,
    deliveryRate: 3 / 40,
    readRate: 1 / 40,
    replyRate: 1 / 3,
  });
});

test('a template counts over all campaigns, and so does a number', async () => {
  const { byTemplate, byNumber } = await read();
  expect(byTemplate).toEqual([
    { templateName: 'template_1', counts: { ...ALL, sent: 25, delivered: 2 } },
    {
      templateName: 'template_2',
      counts: { sent: 15, delivered: 1, read: 0, replied: 0, failed: 0 },
    },
  ]);
  expect(
    byNumber.map((one: any) => [one.phoneNumberId, one.displayPhoneNumber, one.counts]),
  ).toEqual([
    [campaigns[0]?.phoneNumberId, 'x', { sent: 30, delivered: 2, read: 1, replied: 1, failed: 1 }],
    [campaigns[1]?.phoneNumberId, 'x', { sent: 10, delivered: 1, read: 0, replied: 0, failed: 3 }],
  ]);
});

test('errors are told by their code, with what it means', async () => {
  expect((await read()).byError).toEqual([
    { code: 131026, meaning: expect.stringContaining('cannot be reached'), messages: 2 },
    { code: 131049, meaning: expect.stringContaining('held the message back'), messages: 1 },
    { code: 999_999, meaning: null, messages: 1 },
  ]);
});

describe('days and hours', () => {
  test.each([
    ['UTC', '2026-06-15', 1, 12],
    ['Europe/Berlin', '2026-06-15', 1, 14],
    ['Asia/Kolkata', '2026-06-15', 1, 17],
    ['Pacific/Auckland', '2026-06-16', 2, 0],
    ['America/Los_Angeles', '2026-06-15', 1, 5],
  ])('are those of %s', async (timeZone, day, weekday, hour) => {
    expect(await moveTo(timeZone)).toEqual([]);
    expect(await read()).toMatchObject({
      timeZone,
      byDay: [{ day, counts: ALL }],
      byHour: [{ weekday, hour, counts: ALL }],
      bestHours: [{ weekday, hour }],
    });
    await moveTo('UTC');
  });

  test('a time zone that does not exist is refused', async () => {
    expect(await moveTo('Europe/Atlantis')).toMatchObject([
      { code: 'INVALID', field: ['timeZone'] },
    ]);
    expect(await moveTo('+02:00')).toMatchObject([{ code: 'INVALID', field: ['timeZone'] }]);
  });
});

describe('a range', () => {
  test.each([
    ['the half-hour itself', '2026-06-15T12:00:00Z', '2026-06-15T12:30:00Z', 40],
    ['part of a half-hour, which counts whole', '2026-06-15T12:10:00Z', '2026-06-15T12:20:00Z', 40],
    ['the half-hour before', '2026-06-15T11:30:00Z', '2026-06-15T12:00:00Z', 0],
    ['the half-hour after', '2026-06-15T12:30:00Z', '2026-06-15T13:00:00Z', 0],
    ['a day in UTC', '2026-06-15T00:00:00Z', '2026-06-16T00:00:00Z', 40],
    ['parts of two days', '2026-06-14T13:00:00Z', '2026-06-15T13:00:00Z', 40],
    ['parts of days around one that counts', '2026-06-14T13:00:00Z', '2026-06-16T01:00:00Z', 40],
    ['days after it', '2026-06-15T13:00:00Z', '2026-06-20T13:00:00Z', 0],
    ['nothing', '2026-06-15T12:00:00Z', '2026-06-15T12:00:00Z', 0],
  ])('of %s', async (_what, from, to, sent) => {
    const { totals, byTemplate, byNumber, byError } = await read({ from, to });
    expect(totals.sent).toBe(sent);
    const sum = byTemplate.reduce((all: number, one: any) => all + one.counts.sent, 0);
    expect([sum, byNumber.length, byError.length]).toEqual(sent ? [40, 2, 3] : [0, 0, 0]);
  });

  test('is the last 30 days by default, and at most a year', async () => {
    expect((await read({})).timeZone).toBe('UTC');
    for (const range of [
      { from: '2025-01-01T00:00:00Z', to: '2026-06-01T00:00:00Z' },
      { from: '2026-06-02T00:00:00Z', to: '2026-06-01T00:00:00Z' },
    ]) {
      const answer = await server.north.member.run(READ, range);
      expect(answer.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    }
  });
});

test('another tenant sees nothing of it', async () => {
  const { totals, byDay, byTemplate } = await read(JUNE, server.south);
  expect([totals.sent, byDay, byTemplate]).toEqual([0, [], []]);
});

test('what WhatsApp refuses counts by its code, until it is sent again', async () => {
  const { app, north } = server;
  const seeded = await seedCampaign(server, north, { messages: 0, sending: 2 });
  const { pool } = app.platform.database;
  await pool.query(
    `update send_queue set status = 'FAILED', "refusedAt" = "sendingAt", "sendingAt" = null, "errorMessage" = '(#131042) Pay' where "campaignId" = $1`,
    [seeded.campaignId],
  );
  const pay = async () =>
    (await read()).byError.filter(({ code }: { code: number }) => code === 131042);
  expect(await pay()).toMatchObject([{ messages: 2 }]);
  await pool.query('select "retryMessages"($1, $2, true, true, null, 2)', [
    north.tenantId,
    seeded.campaignId,
  ]);
  expect(await pay()).toEqual([]);
  const { kept, counted } = await sendingFigures(server, north);
  expect(kept).toEqual(counted);
});
