/**
 * The webhook: who is let in, what is refused, and what each event does, whatever else is wrong
 * with a call.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { startTestServer, type TestServer, type TestTenant } from '../support/server.ts';
import {
  APP_SECRET,
  bodyOf,
  call,
  folded,
  keptAndCounted,
  reply,
  SENT_SECOND,
  type Seed,
  type SeededCampaign,
  seedCampaign,
  sign,
  status,
  storeSent,
  VERIFY_TOKEN,
  WHATSAPP_SETTINGS,
} from './webhook-calls.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ settings: WHATSAPP_SETTINGS, worker: false });
});
afterAll(() => server.stop());

const STATS = `query ($id: ID!) { campaign(id: $id) { stats { version source totals { total sent delivered read replied failed deliveryRate readRate replyRate } templates { templateName counts { total sent delivered read replied failed } } }
  messages(first: 50) { nodes { id phone templateName status errorMessage sentAt deliveredAt readAt repliedAt } } } }`;

/**
 * What the API says of a campaign, once all is folded; its kept counters are what the raw rows
 * count to.
 */
async function read(campaign: SeededCampaign, tenant: TestTenant = server.north) {
  await folded(server);
  const { kept, counted } = await keptAndCounted(server, tenant, campaign.campaignId);
  expect(kept).toEqual(counted);
  const answer = await tenant.member.run(STATS, { id: campaign.id });
  expect(answer.errors).toBeUndefined();
  const { stats, messages } = answer.data.campaign;
  return { stats, totals: stats.totals, messages: messages.nodes as any[] };
}

async function seeded(seed: Partial<Seed> = {}) {
  const campaign = await seedCampaign(server, server.north, { messages: 2, ...seed });
  const [first, second] = campaign.messages.map((message) => message.whatsappMessageId);
  const events = (value: Parameters<typeof bodyOf>[1], phoneNumberId = campaign.phoneNumberId) =>
    call(server.url, bodyOf(phoneNumberId, value));
  return { campaign, first: first ?? '', second: second ?? '', events };
}

/** Rows of every table that a call may fill. */
async function stored(): Promise<number> {
  const tables = ['webhook_inbox', 'message_status_log', 'message', 'consent_word'];
  const { rows } = await server.app.platform.database.pool.query(
    `select ${tables.map((table) => `(select count(*) from ${table})`).join(' + ')} as count`,
  );
  return rows[0].count;
}

describe('the handshake', () => {
  const get = (token: string) =>
    fetch(
      `${server.url}/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${encodeURIComponent(token)}`,
    );

  test('answers the bare challenge to the right token', async () => {
    const response = await get(VERIFY_TOKEN);
    expect([response.status, await response.text()]).toEqual([200, '1158201444']);
  });

  test.each(['wrong', '', `${VERIFY_TOKEN}x`])('refuses the token "%s"', async (token) => {
    expect((await get(token)).status).toBe(403);
  });

  test('refuses what is no handshake', async () => {
    expect((await fetch(`${server.url}/webhooks/whatsapp`)).status).toBe(403);
  });

  test('the path serves GET and POST only', async () => {
    const response = await fetch(`${server.url}/webhooks/whatsapp`, { method: 'PUT' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });
});

describe('a call that is not signed by the app', () => {
  test.each<[string, (right: string) => string | undefined]>([
    ['without a signature', () => undefined],
    ['with an empty one', () => ''],
    ['with a truncated one', (right) => right.slice(0, -2)],
    ['with a longer one', (right) => `${right}00`],
    ['without its prefix', (right) => right.slice('sha256='.length)],
    ['with another hash', (right) => right.replace('sha256', 'sha1')],
    ['with that of another secret', () => sign('x', 'another secret')],
    ['with that of another body', () => sign('{}')],
    ['with one that is no hex', () => `sha256=${'z'.repeat(64)}`],
  ])('%s is 401 and stores nothing', async (_what, signature) => {
    const { campaign, first } = await seeded();
    await folded(server);
    const before = await stored();
    const body = JSON.stringify(
      bodyOf(campaign.phoneNumberId, { statuses: [status(first, 'read')] }),
    );
    const given = signature(sign(body));
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      ...(given === undefined ? {} : { 'x-hub-signature-256': given }),
    };
    const response = await fetch(`${server.url}/webhooks/whatsapp`, {
      method: 'POST',
      body,
      headers,
    });
    expect(response.status).toBe(401);
    await folded(server);
    expect(await stored()).toBe(before);
  });

  test('is 401 also where it is malformed or empty', async () => {
    const answer = await send(server.url, {
      path: '/webhooks/whatsapp',
      method: 'POST',
      body: '{' as never,
    });
    expect(answer.status).toBe(401);
    expect((await fetch(`${server.url}/webhooks/whatsapp`, { method: 'POST' })).status).toBe(401);
  });
});

describe('a signed call', () => {
  test('is signed over its bytes: one with escaped characters is taken as it is', async () => {
    const { campaign, first } = await seeded();
    const body = JSON.stringify(
      bodyOf(campaign.phoneNumberId, { statuses: [status(first, 'read', { note: 'ä/é' })] }),
    ).replace('ä/é', '\\u00e4\\/\\u00e9');
    expect(await call(server.url, body)).toBe(200);
    expect((await read(campaign)).totals.read).toBe(1);
  });

  test('is taken whatever its content type says', async () => {
    const { campaign, first } = await seeded();
    expect(
      await call(
        server.url,
        bodyOf(campaign.phoneNumberId, { statuses: [status(first, 'read')] }),
        { 'content-type': 'text/plain' },
      ),
    ).toBe(200);
    expect((await read(campaign)).totals.read).toBe(1);
  });

  test.each(['', '{', '[]', '"x"', 'null', '{"entry":[', Buffer.from([0x7b, 0xff, 0x7d])])(
    'that is no JSON object (%s) is 400',
    async (body) => {
      expect(await call(server.url, body)).toBe(400);
    },
  );

  test.each<[string, unknown]>([
    ['nothing', {}],
    ['entries that are no list', { entry: 'x' }],
    [
      'null in every place',
      {
        entry: [
          null,
          { changes: [null, { value: null }, { value: { statuses: [null], messages: null } }] },
        ],
      },
    ],
    [
      'keys of prototypes',
      JSON.parse('{"__proto__":{"x":1},"constructor":{"prototype":{}},"entry":[]}'),
    ],
    ['another field', bodyOf('x', { statuses: [] }, 'account_alerts')],
  ])('with %s is 200', async (_what, body) => {
    expect(await call(server.url, body as object)).toBe(200);
  });

  test('may nest as deep as it likes', async () => {
    expect(await call(server.url, `{"entry":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).toBe(
      200,
    );
  });

  test('of 3 MB with 1,000 events is taken, one of more than 4 MiB is 413', async () => {
    const { campaign, first } = await seeded();
    const padding = 'x'.repeat(3_000);
    const statuses = Array.from({ length: 1_000 }, (_, index) =>
      status(index === 999 ? first : `wamid.padded.${index}`, 'delivered', { padding }),
    );
    expect(await call(server.url, bodyOf(campaign.phoneNumberId, { statuses }))).toBe(200);
    expect((await read(campaign)).totals.delivered).toBe(1);
    expect(await call(server.url, JSON.stringify({ padding: 'x'.repeat(4 * 1_048_576) }))).toBe(
      413,
    );
  });

  test('for a number that nobody has connected is 200 and stores nothing', async () => {
    const { first } = await seeded();
    await folded(server);
    const before = await stored();
    expect(
      await call(
        server.url,
        bodyOf('of nobody', {
          statuses: [status(first, 'read')],
          messages: [reply('in.nobody', '16505551234')],
        }),
      ),
    ).toBe(200);
    await folded(server);
    expect(await stored()).toBe(before);
  });

  test.each<[string, object]>([
    ['without an id', { id: undefined }],
    ['with a number as its id', { id: 7 }],
    ['with NUL in its id', { id: 'wamid.\u0000' }],
    ['with half a character in its id', { id: 'wamid.\ud800' }],
    ['with an id of 10,000 characters', { id: 'x'.repeat(10_000) }],
    ['of an unheard of status', { status: 'warmed' }],
    ['with NUL in its error', { status: 'failed', errors: [{ title: 'a\u0000b\ud800' }] }],
    ['with errors that are none', { status: 'failed', errors: 'x' }],
    ['with a callback that is no id', { biz_opaque_callback_data: { a: 1 } }],
  ])('with one event %s does not lose the others', async (_what, wrong) => {
    const { campaign, first, second, events } = await seeded();
    expect(
      await events({
        statuses: [
          status(first, 'read'),
          { ...status('wamid.else', 'sent'), ...wrong },
          status(second, 'delivered'),
        ],
      }),
    ).toBe(200);
    expect((await read(campaign)).totals).toMatchObject({ delivered: 2, read: 1 });
  });
});

describe('statuses', () => {
  test('all of a call count, not only the first', async () => {
    const { campaign, first, second, events } = await seeded({ templates: 2 });
    await events({
      statuses: [
        status(first, 'sent'),
        status(first, 'delivered'),
        status(second, 'delivered'),
        status(second, 'read'),
      ],
    });
    const { stats } = await read(campaign);
    expect(stats.totals).toEqual({
      total: 2,
      sent: 2,
      delivered: 2,
      read: 1,
      replied: 0,
      failed: 0,
      deliveryRate: 1,
      readRate: 0.5,
      replyRate: 0,
    });
    expect(
      stats.templates.map((one: any) => [one.templateName, one.counts.delivered, one.counts.read]),
    ).toEqual([
      ['template_1', 1, 0],
      ['template_2', 1, 1],
    ]);
  });

  test('a late `sent` undoes nothing', async () => {
    const { campaign, first, events } = await seeded();
    await events({ statuses: [status(first, 'delivered')] });
    await read(campaign);
    await events({ statuses: [status(first, 'sent', { timestamp: String(SENT_SECOND + 99) })] });
    const { messages, totals } = await read(campaign);
    expect([messages[0].status, totals.delivered]).toEqual(['DELIVERED', 1]);
  });

  test('the same event a thousand times, in calls at once, counts once', async () => {
    const { campaign, first, events } = await seeded();
    const statuses = Array.from({ length: 50 }, () => status(first, 'delivered'));
    expect(await Promise.all(Array.from({ length: 20 }, () => events({ statuses })))).toEqual(
      Array.from({ length: 20 }, () => 200),
    );
    expect((await read(campaign)).totals.delivered).toBe(1);
    const { rows } = await server.app.platform.database.pool.query(
      'select count(*)::int as count from message_status_log where "whatsappMessageId" = $1',
      [first],
    );
    expect(rows[0].count).toBe(1);
  });

  test('`failed` after `read` changes nothing, `failed` before it is undone by it', async () => {
    const { campaign, first, second, events } = await seeded();
    await events({ statuses: [status(first, 'read'), status(second, 'failed')] });
    expect((await read(campaign)).totals).toMatchObject({ failed: 1, read: 1 });
    await events({ statuses: [status(first, 'failed'), status(second, 'read')] });
    expect((await read(campaign)).totals).toMatchObject({ failed: 0, delivered: 2, read: 2 });
  });

  test('a failure says why', async () => {
    const { campaign, first, events } = await seeded();
    await events({ statuses: [status(first, 'failed')] });
    const { messages } = await read(campaign);
    expect(messages[0]).toMatchObject({
      status: 'FAILED',
      errorMessage: 'Message undeliverable: Not on WhatsApp (131026)',
    });
  });

  test('read alone sets both moments, and `played` is read', async () => {
    const { campaign, first, second, events } = await seeded();
    await events({ statuses: [status(first, 'read'), status(second, 'played')] });
    const { messages, totals } = await read(campaign);
    const moment = new Date((SENT_SECOND + 5) * 1_000).toISOString();
    for (const message of messages)
      expect(message).toMatchObject({ status: 'READ', deliveredAt: moment, readAt: moment });
    expect(totals).toMatchObject({ delivered: 2, read: 2 });
  });

  test('moments are the earliest of their kind', async () => {
    const { campaign, first, events } = await seeded();
    const at = (seconds: number) => ({ timestamp: String(SENT_SECOND + seconds) });
    await events({
      statuses: [
        status(first, 'read', at(1)),
        status(first, 'delivered', at(9)),
        status(first, 'delivered', at(7)),
        status(first, 'read', at(3)),
      ],
    });
    const { messages } = await read(campaign);
    const iso = (seconds: number) => new Date((SENT_SECOND + seconds) * 1_000).toISOString();
    expect(messages[0]).toMatchObject({ deliveredAt: iso(7), readAt: iso(1) });
  });

  test.each([0, '0', '4102444800', '99999999999999999999', -5, 'soon', null, 1.5, undefined])(
    'with the timestamp %s count',
    async (timestamp) => {
      const { campaign, first, events } = await seeded();
      expect(await events({ statuses: [status(first, 'delivered', { timestamp })] })).toBe(200);
      const { totals, messages } = await read(campaign);
      expect(totals.delivered).toBe(1);
      expect(Date.parse(messages[0].deliveredAt)).not.toBeNaN();
    },
  );

  test('of a message that another tenant has change nothing there', async () => {
    const north = await seeded();
    const south = await seedCampaign(server, server.south, { messages: 1 });
    await call(
      server.url,
      bodyOf(south.phoneNumberId, {
        statuses: [
          status(north.first, 'read', {
            biz_opaque_callback_data: north.campaign.messages[0]?.sendId,
          }),
        ],
      }),
    );
    expect((await read(north.campaign)).totals.read).toBe(0);
    expect((await read(south, server.south)).totals.read).toBe(0);
  });
});

describe('statuses of messages that are not known yet', () => {
  test('settle a row whose sender died, by what was sent along', async () => {
    const { campaign, events } = await seeded({ messages: 0, sending: 1 });
    const [message] = campaign.messages;
    expect((await read(campaign)).messages[0].status).toBe('QUEUED');
    await events({
      statuses: [
        status('wamid.of-the-dead', 'delivered', { biz_opaque_callback_data: message?.sendId }),
      ],
    });
    const { messages, totals } = await read(campaign);
    expect(messages[0]).toMatchObject({ status: 'DELIVERED', sentAt: '2026-06-15T12:00:00.500Z' });
    expect(totals).toMatchObject({ total: 1, sent: 1, delivered: 1 });
  });

  test('wait for the id where nothing was sent along', async () => {
    const { campaign, events } = await seeded({ messages: 0, sending: 1 });
    const [message] = campaign.messages;
    await events({
      statuses: [status(message?.whatsappMessageId ?? '', 'read')],
      messages: [reply('in.early', message?.phone.slice(1))],
    });
    expect((await read(campaign)).totals).toMatchObject({ sent: 0, read: 0, replied: 0 });
    await storeSent(server, server.north, campaign);
    expect((await read(campaign)).totals).toMatchObject({ sent: 1, read: 1, replied: 1 });
  });

  test('and the sender’s own answer may come after them', async () => {
    const { campaign, events } = await seeded({ messages: 0, sending: 1 });
    const [message] = campaign.messages;
    await events({
      statuses: [
        status(message?.whatsappMessageId ?? '', 'delivered', {
          biz_opaque_callback_data: message?.sendId,
        }),
      ],
    });
    expect((await read(campaign)).totals).toMatchObject({ sent: 1, delivered: 1 });
    await storeSent(server, server.north, campaign);
    expect((await read(campaign)).totals).toMatchObject({ sent: 1, delivered: 1 });
  });

  test('settle a row that was given up as unknown, too', async () => {
    const { campaign, events } = await seeded({ messages: 0, sending: 1 });
    const [message] = campaign.messages;
    const { pool } = server.app.platform.database;
    await pool.query(
      `update send_queue set status = 'FAILED', "errorMessage" = 'unknown' where id = $1`,
      [message?.sendId],
    );
    await pool.query('select "recountCampaign"($1, $2)', [
      server.north.tenantId,
      campaign.campaignId,
    ]);
    expect((await read(campaign)).totals).toMatchObject({ sent: 0, failed: 1 });
    await events({
      statuses: [status('wamid.late', 'read', { biz_opaque_callback_data: message?.sendId })],
    });
    expect((await read(campaign)).totals).toMatchObject({ sent: 1, failed: 0, read: 1 });
  });
});

describe('replies', () => {
  const DAY = 86_400;
  const phones = (campaign: SeededCampaign) =>
    campaign.messages.map((message) => message.phone.slice(1));

  test('that quote a message count for it', async () => {
    const { campaign, first, events } = await seeded();
    await events({ messages: [reply(`in.${first}`, phones(campaign)[0], { quotes: first })] });
    const { messages, totals } = await read(campaign);
    expect(totals.replied).toBe(1);
    expect(messages.map((message) => message.repliedAt)).toEqual([
      new Date((SENT_SECOND + 60) * 1_000).toISOString(),
      null,
    ]);
  });

  test('from somebody known by a user name only count for the message that they quote', async () => {
    const { campaign, first, events } = await seeded();
    await events({
      messages: [
        reply(`in.${first}`, undefined, { quotes: first, from_user_id: 'US.1349', type: 'button' }),
      ],
    });
    expect((await read(campaign)).totals.replied).toBe(1);
  });

  test('that quote nothing count for all messages to that phone in the 30 days before', async () => {
    const one = await seeded();
    const [message] = one.campaign.messages;
    const firstPhone = Number(message?.phone.slice(1));
    const other = await seeded({ phoneNumberId: one.campaign.phoneNumberId, firstPhone });
    await one.events({
      messages: [reply(`in.${one.first}`, String(firstPhone), { at: SENT_SECOND + 30 * DAY })],
    });
    expect((await read(one.campaign)).totals.replied).toBe(1);
    expect((await read(other.campaign)).totals.replied).toBe(1);
  });

  test.each<[string, number, number]>([
    ['in the second of sending', 0, 1],
    ['in the second before', -1, 0],
    ['a second after the 30 days', 30 * DAY + 1, 0],
    ['of 1970', -SENT_SECOND, 0],
    ['of 2100', 4_102_444_800 - SENT_SECOND, 0],
  ])('%s: %i s after the message', async (_what, seconds, expected) => {
    const { campaign, first, events } = await seeded();
    await events({
      messages: [reply(`in.${first}`, phones(campaign)[0], { at: SENT_SECOND + seconds })],
    });
    expect((await read(campaign)).totals.replied).toBe(expected);
  });

  test('of one phone count once, however many and however often', async () => {
    const { campaign, first, events } = await seeded();
    const messages = [1, 2, 3, 3].map((id) =>
      reply(`in.${first}.${id}`, phones(campaign)[0], { at: SENT_SECOND + id }),
    );
    await Promise.all([events({ messages }), events({ messages: messages.toReversed() })]);
    expect((await read(campaign)).totals.replied).toBe(1);
  });

  test('to another number of the tenant do not count, nor do those of people who were never written to', async () => {
    const { campaign, first, events } = await seeded();
    const other = await seeded();
    await events(
      {
        messages: [
          reply(`in.${first}.a`, phones(campaign)[0]),
          reply(`in.${first}.b`, undefined, { quotes: first }),
        ],
      },
      other.campaign.phoneNumberId,
    );
    await events({ messages: [reply(`in.${first}.c`, '19999999999'), reply(`in.${first}.d`, '')] });
    expect((await read(campaign)).totals.replied).toBe(0);
  });
});

describe('preferences', () => {
  const optOut = async (phone: string) =>
    (
      await server.app.platform.database.pool.query(
        'select "optedOut" from consent_word where identity = $1 order by at desc, "optedOut" desc limit 1',
        [phone],
      )
    ).rows[0]?.optedOut;
  const preference = (phone: string, value: string, timestamp: number) => ({
    wa_id: phone,
    category: 'marketing_messages',
    value,
    timestamp,
  });

  test('the newest word of a phone holds, whatever came last', async () => {
    const { events } = await seeded();
    await events({
      user_preferences: [
        preference('16505550001', 'resume', 20),
        preference('16505550002', 'stop', 20),
      ],
    });
    await events({
      user_preferences: [
        preference('16505550001', 'stop', 10),
        preference('16505550002', 'resume', 30),
        preference('16505550003', 'hm', 1),
      ],
    });
    await folded(server);
    expect([
      await optOut('+16505550001'),
      await optOut('+16505550002'),
      await optOut('+16505550003'),
    ]).toEqual([false, false, undefined]);
  });

  test('a stop in the same second as a resume holds', async () => {
    const { events } = await seeded();
    await events({ user_preferences: [preference('16505550004', 'stop', 20)] });
    await events({
      user_preferences: [preference('16505550004', 'resume', 20), { category: 'x', value: 'stop' }],
    });
    await folded(server);
    expect(await optOut('+16505550004')).toBe(true);
  });
});

test('what is taken is counted by kind', async () => {
  const { first, events } = await seeded();
  await events({ statuses: [status(first, 'sent')] });
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(/sheaf_webhook_events_total\{kind="status"\} [1-9]/);
});

test('without an app secret every call is refused', async () => {
  const other = await startTestServer({ worker: false });
  try {
    expect(await call(other.url, '{}', { 'x-hub-signature-256': sign('{}', APP_SECRET) })).toBe(
      401,
    );
    expect(
      (
        await fetch(
          `${other.url}/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token=`,
        )
      ).status,
    ).toBe(403);
  } finally {
    await other.stop();
  }
});

describe('what is no answer', () => {
  test.each<[string, object]>([
    ['a system message', { type: 'system', system: { type: 'customer_identity_changed' } }],
    ['a welcome request', { type: 'request_welcome' }],
    ['an unsupported message', { type: 'unsupported', errors: [{ code: 131051 }] }],
    ['a reaction taken back', { type: 'reaction', reaction: { message_id: 'x' } }],
    [
      'a reaction with an empty emoji',
      { type: 'reaction', reaction: { message_id: 'x', emoji: '' } },
    ],
  ])('%s is no reply', async (_what, more) => {
    const { campaign, first, events } = await seeded();
    const from = campaign.messages[0]?.phone.slice(1);
    await events({ messages: [reply(`in.${first}`, from, { text: undefined, ...more })] });
    expect((await read(campaign)).totals.replied).toBe(0);
  });

  test('but a reaction with an emoji is one, to the message that it names and no other', async () => {
    const one = await seeded();
    const firstPhone = Number(one.campaign.messages[0]?.phone.slice(1));
    const other = await seeded({ phoneNumberId: one.campaign.phoneNumberId, firstPhone });
    await one.events({
      messages: [
        reply(`in.${one.first}`, String(firstPhone), {
          type: 'reaction',
          text: undefined,
          reaction: { message_id: one.first, emoji: '👍' },
        }),
      ],
    });
    expect((await read(one.campaign)).totals.replied).toBe(1);
    expect((await read(other.campaign)).totals.replied).toBe(0);
  });
});
