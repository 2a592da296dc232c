/** Sending through a WhatsApp that answers in every way the real one does. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SEND_CAMPAIGN } from '../../src/campaigns/sending/job.ts';
import { settleMessages } from '../../src/campaigns/sending/settle.ts';
import { eventually, subscribe } from '../support/live.ts';
import { startTestServer } from '../support/server.ts';
import {
  type CampaignServer,
  connect,
  figuresOf,
  LAUNCH,
  many,
  mutate,
  newCampaign,
  newPhone,
  PAUSE,
  queueOf,
  readCampaign,
  setPace,
  startCampaignServer,
  untilStatus,
  uuidOf,
  whatsAppSettings,
} from './campaign-server.ts';

let given: CampaignServer;
beforeAll(async () => {
  given = await startCampaignServer({
    sandbox: { messagesPerSecond: null, speed: 100 },
    settings: { WHATSAPP_MESSAGES_PER_SECOND: '400' },
  });
});
afterEach(async () => {
  given.sandbox.setFaults();
  // Whatever a test has made of the number, the next one begins with a free one.
  await setPace(given.server, null);
});
afterAll(() => given.stop());

const digits = (phone: string | null) => (phone ?? '').slice(1);
/** How often the sandbox took a message to each phone of a campaign. */
async function timesSent(id: string): Promise<number[]> {
  const { server, sandbox } = given;
  return (await queueOf(server, id)).map(
    ({ phone }) => sandbox.sent.filter(({ to }) => to === digits(phone)).length,
  );
}

async function launched(input: Parameters<typeof newCampaign>[2] = {}): Promise<string> {
  const { server } = given;
  const id = await newCampaign(server, server.north, input);
  await mutate(server.north, LAUNCH, { id });
  return id;
}

async function settledFigures(id: string): Promise<Record<string, number>> {
  await given.sandbox.idle();
  return eventually('kept and counted figures agree', async () => {
    const { kept, counted } = await figuresOf(given.server, given.server.north, id);
    const { rowCount } = await given.server.app.platform.database.pool.query(
      'select from webhook_inbox',
    );
    return rowCount === 0 && JSON.stringify(kept) === JSON.stringify(counted) ? kept : null;
  });
}

describe('a campaign', () => {
  test('sends each contact its message once, and is COMPLETED', async () => {
    const { server, sandbox } = given;
    const before = sandbox.sent.length;
    const id = await launched({ contacts: 60 });
    expect(await untilStatus(server.north, id, 'COMPLETED')).toMatchObject({
      statusReason: null,
      completedAt: expect.any(String),
    });
    expect(await timesSent(id)).toEqual(many(60, () => 1));
    const queue = await queueOf(server, id);
    const sent = sandbox.sent.slice(before);
    expect(new Map(queue.map((row) => [row.id, row.whatsappMessageId]))).toEqual(
      new Map(sent.map((message) => [message.callbackData, message.id])),
    );
    expect(
      queue.every(({ attempts, errorMessage }) => attempts === 1 && errorMessage === null),
    ).toBe(true);
    expect(await settledFigures(id)).toMatchObject({ total: 60, sent: 60 });
  });

  test('tells by its statistics how it goes, to the end', async () => {
    const { server } = given;
    const id = await newCampaign(server, server.north, { contacts: 100 });
    const query =
      'subscription ($id: ID!) { campaignStats(campaignId: $id) { status statusReason version } }';
    const { events, stop } = subscribe(server.url, server.north.owner, { id, query });
    const states = () => events.map(({ data }) => data.campaignStats);
    await eventually('DRAFT', () => states().at(-1)?.status === 'DRAFT');
    await setPace(server, 2);
    await mutate(server.north, LAUNCH, { id });
    await eventually('RUNNING', () => states().at(-1)?.status === 'RUNNING');
    await mutate(server.north, PAUSE, { id });
    await eventually('PAUSED', () => states().at(-1)?.status === 'PAUSED');
    await setPace(server, null);
    await mutate(server.north, LAUNCH, { id });
    await eventually('COMPLETED', () => states().at(-1)?.status === 'COMPLETED');
    stop();
    const versions = states().map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].toSorted((one, other) => one - other));
  });

  test('fills the parameters for each contact', async () => {
    const { server, sandbox } = given;
    const phones = [newPhone(), newPhone()];
    const contacts = [
      { name: 'Ada  Lovelace', phone: phones[0], jobTitle: 'Analyst' },
      { name: 'Grace\nHopper', phone: phones[1] },
    ];
    const parameters = [
      '{{ contact.firstName }}',
      "{{ contact.jobTitle | default: 'friend' | upcase }} of {{ organization.name | default: 'nobody' }}",
    ];
    const id = await launched({
      contacts,
      templates: [{ templateName: 'offer', language: 'de', parameters }],
    });
    await untilStatus(server.north, id, 'COMPLETED');
    const sentTo = (phone: string | undefined) =>
      sandbox.sent.find(({ to }) => to === digits(phone ?? ''));
    expect(sentTo(phones[0])).toMatchObject({
      template: 'offer',
      language: 'de',
      parameters: ['Ada', 'ANALYST of nobody'],
    });
    expect(sentTo(phones[1])).toMatchObject({ parameters: ['Grace', 'FRIEND of nobody'] });
  });

  test('fails the messages whose parameters are empty for a contact, and sends the others', async () => {
    const { server } = given;
    const contacts = [{ jobTitle: 'Baker' }, { jobTitle: null }];
    const id = await launched({
      contacts,
      templates: [{ templateName: 'offer', parameters: ['{{ contact.jobTitle }}'] }],
    });
    await untilStatus(server.north, id, 'COMPLETED');
    expect(
      (await queueOf(server, id)).map(({ status, errorMessage }) => [status, errorMessage]),
    ).toEqual([
      ['SENT', null],
      ['FAILED', 'Parameter 1 of the template is empty for this contact.'],
    ]);
  });

  test('of which every message is refused is FAILED', async () => {
    const { server, sandbox } = given;
    sandbox.setFaults({ code: 131026 });
    const id = await launched();
    expect(await untilStatus(server.north, id, 'FAILED')).toMatchObject({
      statusReason: expect.stringContaining('failed before'),
    });
    expect((await queueOf(server, id)).map(({ errorMessage }) => errorMessage)).toEqual(
      many(3, () => expect.stringContaining('131026')),
    );
    expect(await settledFigures(id)).toMatchObject({ total: 3, sent: 0, failed: 3 });
  });
});

describe('an error of WhatsApp', () => {
  test.each([131026, 131047, 131049, 131050])('%i is final for its message alone', async (code) => {
    const { server, sandbox } = given;
    const phone = newPhone();
    sandbox.setFaults({ code, to: digits(phone) });
    const id = await launched({ contacts: [{ phone }, {}] });
    await untilStatus(server.north, id, 'COMPLETED');
    expect((await queueOf(server, id)).map(({ status, attempts }) => [status, attempts])).toEqual([
      ['FAILED', 1],
      ['SENT', 1],
    ]);
  });

  test.each([1, 2, 131000, 131016, 131057])('%i is tried again after a while', async (code) => {
    const { server, sandbox } = given;
    const phone = newPhone();
    sandbox.setFaults({ code, to: digits(phone), times: 1 });
    const id = await launched({ contacts: [{ phone }, {}] });
    await untilStatus(server.north, id, 'COMPLETED');
    expect((await queueOf(server, id)).map(({ status, attempts }) => [status, attempts])).toEqual([
      ['SENT', 2],
      ['SENT', 1],
    ]);
    expect(await timesSent(id)).toEqual([1, 1]);
  });

  test.each([4, 80007])('%i lets the number wait, and costs no attempt', async (code) => {
    const { server, sandbox } = given;
    sandbox.setFaults({ code, times: 2 });
    const id = await launched();
    await untilStatus(server.north, id, 'COMPLETED');
    expect(await timesSent(id)).toEqual([1, 1, 1]);
    expect((await queueOf(server, id)).map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  });

  test('130429 lets the number wait and slows it down, and each message goes out once', async () => {
    const { server, sandbox } = given;
    sandbox.setFaults({ code: 130429, times: 3 });
    const id = await launched({ contacts: 40 });
    await untilStatus(server.north, id, 'COMPLETED');
    expect(await timesSent(id)).toEqual(many(40, () => 1));
    const { rows } = await server.app.platform.database.pool.query(
      `select "messagesPerSecond" from whatsapp_number where "phoneNumberId" = '1001'`,
    );
    expect(rows[0].messagesPerSecond).toBeLessThan(400);
  });

  test('131056 lets its recipient wait 4 s, and the others go on', async () => {
    const { server, sandbox } = given;
    const phone = newPhone();
    sandbox.setFaults({ code: 131056, to: digits(phone), times: 1 });
    const startedAt = Date.now();
    const id = await launched({ contacts: [{ phone }, ...many(20, () => ({}))] });
    const waiting = await eventually('it waits alone', async () => {
      const queue = await queueOf(server, id);
      return queue.filter(({ status }) => status === 'SENT').length === 20 && queue[0];
    });
    expect(waiting).toMatchObject({
      status: 'QUEUED',
      attempts: 1,
      errorMessage: expect.stringContaining('131056'),
    });
    await untilStatus(server.north, id, 'COMPLETED');
    const times = sandbox.sent.filter(({ to }) => to === digits(phone));
    expect(times).toHaveLength(1);
    expect((times[0]?.at ?? 0) - startedAt).toBeGreaterThanOrEqual(4_000);
  });

  test.each([
    [131048, 'the WhatsApp number +1 555 078 1001'],
    [132000, 'the template spring_offer'],
    [132001, 'the template spring_offer'],
    [132012, 'the template spring_offer'],
    [132015, 'the template spring_offer'],
    [132016, 'the template spring_offer'],
    [190, 'access token of the WhatsApp number +1 555 078 1001'],
    [100, 'the template spring_offer'],
    [131008, 'the template spring_offer'],
    [132007, 'the template spring_offer'],
    [134101, 'the template spring_offer'],
    [131037, 'the WhatsApp number +1 555 078 1001'],
    [131055, 'the account of the WhatsApp number +1 555 078 1001'],
    [134011, 'the account of the WhatsApp number +1 555 078 1001'],
  ])(
    '%i pauses the campaign, naming what to mend, and the next launch sends what was refused',
    async (code, reason) => {
      const { server, sandbox } = given;
      const phone = newPhone();
      sandbox.setFaults({ code, to: digits(phone) });
      const id = await launched({ contacts: [{ phone }, ...many(5, () => ({}))] });
      const paused = await untilStatus(server.north, id, 'PAUSED');
      expect(paused.statusReason).toContain(reason);
      await eventually('what was in hand is settled', async () =>
        (await queueOf(server, id)).every(({ status }) => status !== 'SENDING'),
      );
      expect((await queueOf(server, id))[0]).toMatchObject({ status: 'QUEUED', attempts: 0 });
      sandbox.setFaults();
      expect((await mutate(server.north, LAUNCH, { id })).campaign).toMatchObject({
        status: 'RUNNING',
        statusReason: null,
      });
      await untilStatus(server.north, id, 'COMPLETED');
      expect(await timesSent(id)).toEqual(many(6, () => 1));
    },
  );

  test('that meets every message at first keeps none of them from being sent, whichever job ends before', async () => {
    const { server, sandbox } = given;
    for (const contacts of [1, 2, 5]) {
      sandbox.setFaults({ code: 131016, times: contacts });
      const id = await launched({ contacts });
      await untilStatus(server.north, id, 'COMPLETED');
      expect(await timesSent(id)).toEqual(many(contacts, () => 1));
    }
  });

  test('that passes and comes again lets a message fail in the end', async () => {
    const { server, sandbox } = given;
    const phone = newPhone();
    sandbox.setFaults({ code: 131000, to: digits(phone) });
    const id = await launched({ contacts: [{ phone }, {}] });
    await eventually('it was tried', async () => (await queueOf(server, id))[0]?.attempts === 1);
    await server.app.platform.database.pool.query(
      'update send_queue set attempts = 7, "nextAttemptAt" = null where "campaignId" = $1 and phone = $2',
      [uuidOf(id), phone],
    );
    await untilStatus(server.north, id, 'COMPLETED');
    expect((await queueOf(server, id))[0]).toMatchObject({
      status: 'FAILED',
      attempts: 8,
      errorMessage: expect.stringContaining('131000'),
    });
  });
});

describe('an error that may be the recipient’s own', () => {
  test.each([131009, 132005, 999_999])('%i fails its message alone', async (code) => {
    const { server, sandbox } = given;
    const phone = newPhone();
    sandbox.setFaults({ code, to: digits(phone) });
    const id = await launched({ contacts: [{ phone }, {}] });
    await untilStatus(server.north, id, 'COMPLETED');
    expect((await queueOf(server, id)).map(({ status }) => status)).toEqual(['FAILED', 'SENT']);
  });

  test.each([131009, 999_999])('%i pauses the campaign when it meets all', async (code) => {
    const { server, sandbox } = given;
    sandbox.setFaults({ code, status: 400 });
    const id = await launched({ contacts: 600 });
    const paused = await untilStatus(server.north, id, 'PAUSED');
    expect(paused.statusReason).toContain('every message for a while');
    expect(paused.statusReason).toContain(String(code));
    await settleRest(id);
    const states = (await queueOf(server, id)).map(({ status }) => status);
    const failed = states.filter((status) => status === 'FAILED').length;
    expect(failed).toBeGreaterThanOrEqual(9);
    expect(failed).toBeLessThan(300);
    sandbox.setFaults();
    await mutate(server.north, LAUNCH, { id });
    await untilStatus(server.north, id, 'COMPLETED');
  });
});

/** Settles what got no answer within the client's ten seconds, which happens on a busy machine. */
async function settleRest(id: string): Promise<void> {
  const { server } = given;
  const { pool } = server.app.platform.database;
  await eventually('no job sends', async () => {
    const active = `select from pgboss.job where name = $1 and state = 'active'`;
    return (await pool.query(active, [SEND_CAMPAIGN.name])).rowCount === 0;
  });
  await pool.query(
    `update send_queue set "sendingAt" = now() - interval '11 minutes' where "campaignId" = $1 and status = 'SENDING'`,
    [uuidOf(id)],
  );
  await settleMessages(server.app.platform, new AbortController().signal);
  await eventually('nothing is in hand', async () =>
    (await queueOf(server, id)).every(({ status }) => status !== 'SENDING'),
  );
}

describe('a message of which nobody knows whether it was sent', () => {
  const pool = () => given.server.app.platform.database.pool;

  test.each(['lost', 'nonsense', 'html'] as const)('(%s) is never sent again', async (action) => {
    const { server, sandbox } = given;
    const phone = newPhone();
    sandbox.setFaults({ action, to: digits(phone) });
    sandbox.hold();
    const id = await launched({ contacts: [{ phone }, {}] });
    await eventually(
      'the other is sent',
      async () => (await queueOf(server, id))[1]?.status === 'SENT',
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await queueOf(server, id))[0]).toMatchObject({ status: 'SENDING', attempts: 1 });
    expect((await readCampaign(server.north, id)).status).toBe('RUNNING');
    const messages = (
      await server.north.owner.run(
        'query ($id: ID!) { campaign(id: $id) { messages { nodes { phone status } } } }',
        { id },
      )
    ).data.campaign.messages;
    expect(messages.nodes.find((node: any) => node.phone === phone).status).toBe('QUEUED');
    await pool().query(
      `update send_queue set "sendingAt" = now() - interval '11 minutes' where "campaignId" = $1 and status = 'SENDING'`,
      [uuidOf(id)],
    );
    await settleMessages(server.app.platform, new AbortController().signal);
    expect((await queueOf(server, id))[0]).toMatchObject({
      status: 'FAILED',
      errorMessage: expect.stringContaining('unknown'),
    });
    expect((await readCampaign(server.north, id)).status).toBe('COMPLETED');
    expect((await timesSent(id))[0]).toBeLessThanOrEqual(1);
    await sandbox.flush();
    // Where it was sent after all, its first event says so.
    await eventually(
      'an event settles it',
      async () =>
        (await queueOf(server, id))[0]?.status === (action === 'html' ? 'FAILED' : 'SENT'),
    );
    const figures = await settledFigures(id);
    expect(figures).toMatchObject({ total: 2, sent: action === 'html' ? 1 : 2 });
  });

  test('is settled by its first event', async () => {
    const { server, sandbox } = given;
    const phone = newPhone();
    sandbox.setFaults({ action: 'lost', to: digits(phone) });
    const id = await launched({ contacts: [{ phone }, {}] });
    await eventually(
      'it is settled',
      async () => (await queueOf(server, id))[0]?.status === 'SENT',
    );
    expect(await timesSent(id)).toEqual([1, 1]);
    expect((await queueOf(server, id))[0]?.whatsappMessageId).toBe(
      sandbox.sent.find(({ to }) => to === digits(phone))?.id,
    );
    await settleMessages(server.app.platform, new AbortController().signal);
    expect((await readCampaign(server.north, id)).status).toBe('COMPLETED');
  });

  test('is not given up before 10 minutes are over', async () => {
    const { server, sandbox } = given;
    const phone = newPhone();
    sandbox.setFaults({ action: 'html', to: digits(phone) });
    const id = await launched({ contacts: [{ phone }] });
    await eventually(
      'it is in hand',
      async () => (await queueOf(server, id))[0]?.status === 'SENDING',
    );
    await pool().query(
      `update send_queue set "sendingAt" = now() - interval '9 minutes' where "campaignId" = $1`,
      [uuidOf(id)],
    );
    await settleMessages(server.app.platform, new AbortController().signal);
    expect((await queueOf(server, id))[0]?.status).toBe('SENDING');
  });
});

/**
 * How many messages of a campaign were taken in hand so far, those that are being taken now
 * included.
 */
async function begunAtMost(id: string): Promise<number> {
  // Messages are taken in hand under the lock of their number.
  await given.server.app.platform.database.pool.query('select from whatsapp_number for update');
  return (await queueOf(given.server, id)).filter(({ status }) => status !== 'QUEUED').length;
}

describe('a pause', () => {
  test('stops sending all but what is in hand, and a launch goes on where it stopped', async () => {
    const { server, sandbox } = given;
    const before = sandbox.sent.length;
    await setPace(server, 5);
    const id = await launched({ contacts: 150 });
    await eventually('some are sent', () => sandbox.sent.length > before + 5);
    await mutate(server.north, PAUSE, { id });
    const begun = await begunAtMost(id);
    await eventually('nothing is in hand', async () =>
      (await queueOf(server, id)).every(({ status }) => status !== 'SENDING'),
    );
    const sent = sandbox.sent.length;
    expect(sent - before).toBeLessThanOrEqual(begun);
    expect(begun).toBeLessThan(100);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(sandbox.sent.length).toBe(sent);
    expect(await readCampaign(server.north, id)).toMatchObject({
      status: 'PAUSED',
      statusReason: null,
    });
    await setPace(server, null);
    await mutate(server.north, LAUNCH, { id });
    await untilStatus(server.north, id, 'COMPLETED');
    expect(await timesSent(id)).toEqual(many(150, () => 1));
  });

  test('gives who says stop meanwhile no message', async () => {
    const { server, sandbox } = given;
    await setPace(server, 5);
    const id = await launched({ contacts: 150 });
    const before = sandbox.sent.length;
    await eventually('some are sent', () => sandbox.sent.length > before);
    await mutate(server.north, PAUSE, { id });
    await eventually('nothing is in hand', async () =>
      (await queueOf(server, id)).every(({ status }) => status !== 'SENDING'),
    );
    const { phone } =
      (await queueOf(server, id)).findLast(({ status }) => status === 'QUEUED') ?? {};
    const { pool } = server.app.platform.database;
    await pool.query(
      `insert into consent_word ("tenantId", identity, "optedOut", source, at) values ($1, $2, true, 'PREFERENCE', now())`,
      [server.north.tenantId, phone],
    );
    await setPace(server, null);
    await mutate(server.north, LAUNCH, { id });
    await untilStatus(server.north, id, 'COMPLETED');
    const unsent = (await queueOf(server, id)).filter(({ status }) => status === 'FAILED');
    expect(unsent).toMatchObject([
      { phone, errorMessage: 'The contact wants no campaign messages.' },
    ]);
    expect(sandbox.sent.filter(({ to }) => to === digits(phone ?? null))).toEqual([]);
  });

  test('and a launch, again and again, send each message once', async () => {
    const { server } = given;
    await setPace(server, 10);
    const id = await launched({ contacts: 300 });
    for (let round = 0; round < 5; round += 1) {
      await mutate(server.north, PAUSE, { id });
      await mutate(server.north, LAUNCH, { id });
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    await setPace(server, null);
    await untilStatus(server.north, id, 'COMPLETED');
    expect(await timesSent(id)).toEqual(many(300, () => 1));
  });
});

describe('several workers', () => {
  test('send the messages of one campaign once each, no faster than the number may', async () => {
    const limit = 40;
    const alone = await startCampaignServer({
      // It would refuse what comes together after a machine stood still.
      sandbox: { messagesPerSecond: null },
      settings: { WHATSAPP_MESSAGES_PER_SECOND: String(limit) },
    });
    const others = await Promise.all(
      many(2, () =>
        startTestServer({
          shareWith: alone.server,
          settings: {
            ...whatsAppSettings(alone.sandbox),
            WHATSAPP_MESSAGES_PER_SECOND: String(limit),
          },
        }),
      ),
    );
    try {
      const ids = await Promise.all(
        many(2, () => newCampaign(alone.server, alone.server.north, { contacts: 70 })),
      );
      for (const id of ids) await mutate(alone.server.north, LAUNCH, { id });
      for (const id of ids) await untilStatus(alone.server.north, id, 'COMPLETED');
      const { sent, answers } = alone.sandbox;
      expect(new Set(sent.map(({ to }) => to)).size).toBe(140);
      expect(sent).toHaveLength(140);
      expect(new Set(answers)).toEqual(new Set([200]));
      // By the clock of the database, for requests may be on their way for long. Claims are up to a
      // second ahead of the number's rate.
      const { rows } = await alone.server.app.platform.database.pool.query(
        'select extract(epoch from max("sendingAt") - min("sendingAt"))::float8 as seconds from send_queue',
      );
      expect(rows[0].seconds).toBeGreaterThanOrEqual((140 - limit) / limit);
    } finally {
      for (const other of others) await other.stop();
      await alone.stop();
    }
  });
});

test('a number whose token can not be opened pauses the campaign, naming the setting', async () => {
  const { server } = given;
  await server.app.platform.database.pool.query(
    `update whatsapp_number set "accessToken" = 'v1.a.b.c' where "phoneNumberId" = '2001'`,
  );
  const id = await newCampaign(server, server.south);
  await mutate(server.south, LAUNCH, { id });
  expect((await untilStatus(server.south, id, 'PAUSED')).statusReason).toContain('access token');
  await connect(server.south, '2001', given.sandbox.accessToken);
  await mutate(server.south, LAUNCH, { id });
  await untilStatus(server.south, id, 'COMPLETED');
});
