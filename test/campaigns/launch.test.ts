/** What a launch queues, and every state that a campaign can be in. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/live.ts';
import {
  ADD,
  addContacts,
  CANCEL,
  type CampaignServer,
  CREATE,
  figuresOf,
  LAUNCH,
  many,
  mutate,
  newCampaign,
  newPhone,
  PAUSE,
  queueOf,
  readCampaign,
  refused,
  setPace,
  startCampaignServer,
  TEMPLATES,
  UPDATE,
  untilStatus,
  uuidOf,
} from './campaign-server.ts';

/** Nothing is sent here, so that what a launch makes can be looked at; `sending` sends. */
let still: CampaignServer;
let sending: CampaignServer;
beforeAll(async () => {
  still = await startCampaignServer({ worker: false });
  sending = await startCampaignServer({
    sandbox: { messagesPerSecond: null },
    settings: { WHATSAPP_MESSAGES_PER_SECOND: '500' },
  });
});
afterAll(async () => {
  await still.stop();
  await sending.stop();
});

const soon = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();
const HOUR = 3_600_000;

/** Lets the time of a campaign's first start come now; resolves once its job has run. */
async function firstStart(id: string): Promise<void> {
  const { pool } = sending.server.app.platform.database;
  const { rows } = await pool.query(
    `update pgboss.job set start_after = now() where id = (
       select id from pgboss.job where name = 'campaign-starts' and data::text like '%' || $1 || '%' order by start_after limit 1) returning id`,
    [uuidOf(id)],
  );
  expect(rows).toHaveLength(1);
  await eventually(
    'the job has run',
    async () =>
      (
        await pool.query(`select from pgboss.job where id = $1 and state = 'completed'`, [
          rows[0].id,
        ])
      ).rowCount === 1,
  );
}

async function optOut({ server }: CampaignServer, phone: string): Promise<void> {
  await server.app.platform.database.pool.query(
    `insert into consent_word ("tenantId", identity, "optedOut", source, at) values ($1, $2, true, 'PREFERENCE', now())`,
    [server.north.tenantId, phone],
  );
}

describe('a launch', () => {
  test('queues one message for each contact', async () => {
    const { server } = still;
    const id = await newCampaign(server, server.north, { contacts: 20 });
    const { campaign } = await mutate(server.north, LAUNCH, { id });
    const queue = await queueOf(server, id);
    expect(campaign).toMatchObject({
      status: 'RUNNING',
      contactCount: 20,
      startedAt: expect.any(String),
      completedAt: null,
    });
    expect(new Set(queue.map(({ contactId }) => contactId)).size).toBe(20);
    expect(new Set(queue.map(({ status }) => status))).toEqual(new Set(['QUEUED']));
    expect((await figuresOf(server, server.north, id)).kept).toMatchObject({
      total: 20,
      failed: 0,
    });
  });

  test('fails, with its reason, what can not be sent', async () => {
    const { server } = still;
    const [taken, optedOut] = [newPhone(), newPhone()];
    await optOut(still, optedOut);
    const contacts = [
      { name: 'fine' },
      { name: 'none', phone: null },
      { name: 'first', phone: taken },
      { name: 'second', phone: taken },
      { name: 'out', phone: optedOut },
      { name: 'short', phone: '+12' },
      { name: 'local', phone: '0650555' },
    ];
    const id = await newCampaign(server, server.north, { contacts });
    await mutate(server.north, LAUNCH, { id });
    const { rows: names } = await server.app.platform.database.pool.query(
      'select id, name from contact',
    );
    const nameOf = new Map(names.map((row) => [row.id, row.name]));
    const byName = Object.fromEntries(
      (await queueOf(server, id)).map((row) => [
        nameOf.get(row.contactId),
        `${row.status} ${row.errorMessage ?? ''}`.trim(),
      ]),
    );
    expect(byName).toEqual({
      fine: 'QUEUED',
      none: expect.stringMatching(/^FAILED .*no phone number/),
      short: expect.stringMatching(/^FAILED .*no phone number/),
      local: expect.stringMatching(/^FAILED .*no phone number/),
      first: 'QUEUED',
      second: expect.stringMatching(/^FAILED .*same phone number/),
      out: expect.stringMatching(/^FAILED .*wants no campaign messages/),
    });
    const { kept, counted } = await figuresOf(server, server.north, id);
    expect(kept).toEqual(counted);
    expect(kept).toMatchObject({ total: 7, failed: 5 });
  });

  test('lets those who want messages again have them', async () => {
    const { server } = still;
    const phone = newPhone();
    await optOut(still, phone);
    await server.app.platform.database.pool.query(
      'update consent_word set "optedOut" = false where identity = $1',
      [phone],
    );
    const id = await newCampaign(server, server.north, { contacts: [{ phone }] });
    await mutate(server.north, LAUNCH, { id });
    expect((await queueOf(server, id)).map(({ status }) => status)).toEqual(['QUEUED']);
  });

  test.each([
    [[1], 10],
    [[1, 1], 11],
    [[2, 1], 100],
    [[3, 2, 2], 50],
    [[100, 1], 7],
    [[1, 1, 1, 1, 1, 1, 1], 23],
    [[9_999, 10_000], 3],
  ])(
    'shares contacts over weights %j within 1 of the exact share of %i',
    async (weights, contacts) => {
      const { server } = still;
      const templates = weights.map((weight, index) => ({ templateName: `t${index}`, weight }));
      const id = await newCampaign(server, server.north, { contacts, templates });
      await mutate(server.north, LAUNCH, { id });
      const counts = Map.groupBy(await queueOf(server, id), ({ templateName }) => templateName);
      const whole = weights.reduce((sum, weight) => sum + weight);
      const off = weights.map((weight, index) =>
        Math.abs((counts.get(`t${index}`)?.length ?? 0) - (contacts * weight) / whole),
      );
      expect(Math.max(...off)).toBeLessThan(1);
    },
  );

  test('shares the templates out among old and new contacts alike', async () => {
    const { server } = still;
    const id = await newCampaign(server, server.north, {
      contacts: 200,
      templates: [{ templateName: 'a' }, { templateName: 'b' }],
    });
    await mutate(server.north, LAUNCH, { id });
    const older = (await queueOf(server, id))
      .slice(0, 100)
      .filter(({ templateName }) => templateName === 'a').length;
    expect(older).toBeGreaterThan(25);
    expect(older).toBeLessThan(75);
  });

  test('of many contacts is a handful of statements', async () => {
    const { server } = still;
    const id = await newCampaign(server, server.north, { contacts: 3_000 });
    const answer = await server.north.owner.run(
      LAUNCH,
      { input: { id } },
      { 'x-performance': '1' },
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.extensions?.performance?.sqlStatements).toBeLessThanOrEqual(12);
    expect(await queueOf(server, id)).toHaveLength(3_000);
  });

  test('is refused without contacts', async () => {
    const { server } = still;
    const id = await newCampaign(server, server.north, { contacts: 0 });
    expect(await refused(server.north, LAUNCH, { id })).toMatchObject([
      { code: 'INVALID', field: ['id'] },
    ]);
    expect((await readCampaign(server.north, id)).status).toBe('DRAFT');
  });

  test('is refused without a number to send from', async () => {
    const { server, stop } = await startCampaignServer({ worker: false });
    try {
      const [number] = (await server.north.owner.run('{ whatsAppNumbers { id } }')).data
        .whatsAppNumbers;
      const disconnect =
        'mutation ($input: DeleteInput!) { disconnectWhatsApp(input: $input) { userErrors { message } } }';
      await mutate(server.north, disconnect, { id: number.id });
      const id = await newCampaign(server, server.north);
      expect(await refused(server.north, LAUNCH, { id })).toMatchObject([
        { code: 'INVALID', field: ['id'], message: expect.stringContaining('WhatsApp number') },
      ]);
    } finally {
      await stop();
    }
  });

  test('of which no message can be sent fails the campaign at once', async () => {
    const { server } = still;
    const id = await newCampaign(server, server.north, {
      contacts: [{ phone: null }, { phone: null }],
    });
    const { campaign } = await mutate(server.north, LAUNCH, { id });
    expect(campaign).toMatchObject({
      status: 'FAILED',
      statusReason: expect.stringContaining('failed before'),
      completedAt: expect.any(String),
    });
  });

  test('happens once, however many ask for it at once', async () => {
    const { server } = still;
    const id = await newCampaign(server, server.north, { contacts: 5 });
    const answers = await Promise.all(many(6, () => refused(server.north, LAUNCH, { id })));
    expect(answers.filter((errors) => errors.length === 0)).toHaveLength(1);
    expect(answers.flat().every(({ code }) => code === 'CONFLICT')).toBe(true);
    expect(await queueOf(server, id)).toHaveLength(5);
  });
});

describe('a scheduled campaign', () => {
  test('waits for its time, and starts within 5 s of it', async () => {
    const { server } = sending;
    const scheduledAt = soon(2_500);
    const id = await newCampaign(server, server.north, { scheduledAt });
    expect((await mutate(server.north, LAUNCH, { id })).campaign).toMatchObject({
      status: 'SCHEDULED',
      scheduledAt,
      startedAt: null,
    });
    expect(await queueOf(server, id)).toEqual([]);
    const { startedAt } = await untilStatus(server.north, id, 'COMPLETED');
    const late = Date.parse(startedAt) - Date.parse(scheduledAt);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(5_000);
  });

  test('takes more contacts until then', async () => {
    const { server } = sending;
    const id = await newCampaign(server, server.north, { scheduledAt: soon(2_000), contacts: 1 });
    await mutate(server.north, LAUNCH, { id });
    const contactIds = await addContacts(server, server.north, [{}, {}]);
    expect(
      (await mutate(server.north, ADD, { campaignId: id, contactIds })).campaign.contactCount,
    ).toBe(3);
    await untilStatus(server.north, id, 'COMPLETED');
    expect(await queueOf(server, id)).toHaveLength(3);
  });

  test('that is put off does not start at its first time', async () => {
    const { server } = sending;
    const id = await newCampaign(server, server.north, { scheduledAt: soon(HOUR) });
    await mutate(server.north, LAUNCH, { id });
    await mutate(server.north, UPDATE, { id, scheduledAt: soon(2 * HOUR) });
    await firstStart(id);
    expect((await readCampaign(server.north, id)).status).toBe('SCHEDULED');
  });

  test('that is brought forward starts then', async () => {
    const { server } = sending;
    const id = await newCampaign(server, server.north, { scheduledAt: soon(HOUR) });
    await mutate(server.north, LAUNCH, { id });
    await mutate(server.north, UPDATE, { id, scheduledAt: soon(500) });
    await untilStatus(server.north, id, 'COMPLETED');
  });

  test('without its time is a draft again', async () => {
    const { server } = still;
    const id = await newCampaign(server, server.north, { scheduledAt: soon(HOUR) });
    await mutate(server.north, LAUNCH, { id });
    expect((await mutate(server.north, UPDATE, { id, scheduledAt: null })).campaign).toMatchObject({
      status: 'DRAFT',
      scheduledAt: null,
    });
  });

  test('that is cancelled never starts', async () => {
    const { server } = sending;
    const id = await newCampaign(server, server.north, { scheduledAt: soon(HOUR) });
    await mutate(server.north, LAUNCH, { id });
    expect((await mutate(server.north, CANCEL, { id })).campaign.status).toBe('CANCELLED');
    await firstStart(id);
    expect(await queueOf(server, id)).toEqual([]);
  });

  test('whose time is past starts at once', async () => {
    const { server } = still;
    const id = await newCampaign(server, server.north, { scheduledAt: soon(-HOUR) });
    expect((await mutate(server.north, LAUNCH, { id })).campaign.status).toBe('RUNNING');
  });
});

describe('what a state forbids is a CONFLICT', () => {
  const contact = async () => (await addContacts(still.server, still.server.north, [{}]))[0];
  const conflict = [{ code: 'CONFLICT', field: ['id'] }];
  const into: Record<string, (id: string) => Promise<void>> = {
    DRAFT: async () => undefined,
    SCHEDULED: async (id) => {
      await mutate(still.server.north, UPDATE, { id, scheduledAt: soon(HOUR) });
      await mutate(still.server.north, LAUNCH, { id });
    },
    RUNNING: async (id) => void (await mutate(still.server.north, LAUNCH, { id })),
    PAUSED: async (id) => {
      await mutate(still.server.north, LAUNCH, { id });
      await mutate(still.server.north, PAUSE, { id });
    },
    CANCELLED: async (id) => void (await mutate(still.server.north, CANCEL, { id })),
    COMPLETED: async (id) =>
      void (await still.server.app.platform.database.pool.query(
        `update campaign set status = 'COMPLETED', "completedAt" = now() where id = $1`,
        [uuidOf(id)],
      )),
  };
  const allowed: Record<string, string[]> = {
    DRAFT: ['update', 'add', 'launch', 'cancel'],
    SCHEDULED: ['update', 'add', 'cancel'],
    RUNNING: ['pause', 'cancel'],
    PAUSED: ['launch', 'cancel'],
    CANCELLED: [],
    COMPLETED: [],
  };

  test.each(
    Object.keys(allowed).flatMap((status) =>
      ['update', 'add', 'launch', 'pause', 'cancel'].map((what) => [status, what] as const),
    ),
  )('%s: %s', async (status, what) => {
    const { server } = still;
    const id = await newCampaign(server, server.north, { contacts: 2 });
    await into[status]?.(id);
    expect((await readCampaign(server.north, id)).status).toBe(status);
    const errors = {
      update: () => refused(server.north, UPDATE, { id, name: 'New name' }),
      add: async () =>
        refused(server.north, ADD, { campaignId: id, contactIds: [await contact()] }),
      launch: () => refused(server.north, LAUNCH, { id }),
      pause: () => refused(server.north, PAUSE, { id }),
      cancel: () => refused(server.north, CANCEL, { id }),
    }[what];
    expect(await errors?.()).toMatchObject(allowed[status]?.includes(what) ? [] : conflict);
  });
});

describe('a cancelled campaign', () => {
  test('has failed what was not sent', async () => {
    const { server } = still;
    const id = await newCampaign(server, server.north, { contacts: 4 });
    await mutate(server.north, LAUNCH, { id });
    expect((await mutate(server.north, CANCEL, { id })).campaign).toMatchObject({
      status: 'CANCELLED',
      completedAt: expect.any(String),
    });
    expect(
      (await queueOf(server, id)).map(({ status, errorMessage }) => [status, errorMessage]),
    ).toEqual(many(4, () => ['FAILED', 'cancelled']));
    const { kept, counted } = await figuresOf(server, server.north, id);
    expect(kept).toEqual(counted);
    expect(kept).toMatchObject({ total: 4, failed: 4 });
  });

  test('sends nothing more', async () => {
    const { server, sandbox } = sending;
    const id = await newCampaign(server, server.south, { contacts: 150 });
    const before = sandbox.sent.length;
    await setPace(server, 5);
    await mutate(server.south, LAUNCH, { id });
    await eventually('some are sent', () => sandbox.sent.length > before + 3);
    await mutate(server.south, CANCEL, { id });
    await eventually('nothing is in hand', async () =>
      (await queueOf(server, id)).every(({ status }) => status === 'SENT' || status === 'FAILED'),
    );
    await setPace(server, null);
    const sent = (await queueOf(server, id)).filter(({ status }) => status === 'SENT').length;
    expect(sent).toBe(sandbox.sent.length - before);
    expect(sent).toBeLessThan(150);
    await sandbox.idle();
    await eventually('the figures are right', async () => {
      const { kept, counted } = await figuresOf(server, server.south, id);
      return (
        kept['delivered'] === counted['delivered'] &&
        kept['failed'] === counted['failed'] &&
        kept['total'] === 150
      );
    });
    expect((await readCampaign(server.south, id)).status).toBe('CANCELLED');
  });
});

test('a campaign is made with the first number of the tenant, unless another one is given', async () => {
  const { server } = still;
  const query = `mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { campaign { id status whatsAppNumber { phoneNumberId } } userErrors { code field message } } }`;
  expect(
    (await mutate(server.north, query, { name: 'x', templates: TEMPLATES })).campaign,
  ).toMatchObject({
    status: 'DRAFT',
    whatsAppNumber: { phoneNumberId: '1001' },
  });
  const [foreign] = (await server.south.owner.run('{ whatsAppNumbers { id } }')).data
    .whatsAppNumbers;
  expect(
    await refused(server.north, CREATE, {
      name: 'x',
      templates: TEMPLATES,
      whatsAppNumberId: foreign.id,
    }),
  ).toMatchObject([{ code: 'NOT_FOUND', field: ['whatsAppNumberId'] }]);
});
