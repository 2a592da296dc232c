/**
 * A recipient is a person, whatever WhatsApp knows them by: the number that was dialled, its own
 * form of it, or the id of a user.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digits, userIdOf, waIdOf } from '../../src/sandbox/whatsapp-answers.ts';
import type { SandboxMessage } from '../../src/sandbox/whatsapp-events.ts';
import { eventually } from '../support/live.ts';
import {
  ADD,
  type CampaignServer,
  CREATE,
  figuresOf,
  LAUNCH,
  many,
  mutate,
  newPhone,
  queueOf,
  startCampaignServer,
  TEMPLATES,
  untilStatus,
} from './campaign-server.ts';
import { bodyOf, call, folded, sign } from './webhook-calls.ts';

const APP_SECRET = 'the secret of the app';
let campaigns: CampaignServer;
beforeAll(async () => {
  campaigns = await startCampaignServer({
    sandbox: { outcomes: { failed: 0, delivered: 0 }, duplicates: 0 },
  });
});
afterAll(() => campaigns.stop());

const CREATE_CONTACT =
  'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id phoneE164 } userErrors { code field message } } }';

/** Adds a contact over the API; answers its id and what its phone was understood as. */
async function newContact(phone: string, name = 'Ada'): Promise<{ id: string; phoneE164: string }> {
  return (await mutate(campaigns.server.north, CREATE_CONTACT, { name, phone })).contact;
}

/** Sends a campaign to contacts; answers its id and what the sandbox took, in their order. */
async function sendTo(contacts: readonly { id: string }[]) {
  const { server, sandbox } = campaigns;
  const { campaign } = await mutate(server.north, CREATE, {
    name: 'To people',
    templates: TEMPLATES,
    contactIds: contacts.map(({ id }) => id),
  });
  const before = sandbox.sent.length;
  await mutate(server.north, LAUNCH, { id: campaign.id });
  await eventually('the campaign is over', async () => {
    const { rows } = await server.app.platform.database.pool.query(
      `select count(*)::int as open from campaign where status = 'RUNNING'`,
    );
    return rows[0].open === 0;
  });
  await sandbox.flush();
  await folded(server);
  return { id: campaign.id as string, sent: sandbox.sent.slice(before) };
}

/** Calls the webhook for the number of the north. */
async function tell(value: object): Promise<void> {
  const body = JSON.stringify(bodyOf('1001', value));
  const headers = { 'x-hub-signature-256': sign(body, APP_SECRET) };
  expect(await call(campaigns.server.url, body, headers)).toBe(200);
  await folded(campaigns.server);
}

let ids = 0;
function text(from: object, body = 'Yes'): object {
  ids += 1;
  const timestamp = String(Math.floor(Date.now() / 1_000) + 1);
  return { id: `in.${ids}`, timestamp, type: 'text', text: { body }, ...from };
}

async function repliedIn(campaignId: string): Promise<number> {
  const { kept, counted } = await figuresOf(campaigns.server, campaigns.server.north, campaignId);
  expect(kept).toEqual(counted);
  return kept['replied'] ?? 0;
}

async function reasonsIn(campaignId: string): Promise<(string | null)[]> {
  return (await queueOf(campaigns.server, campaignId)).map(({ errorMessage }) => errorMessage);
}

const NONE_WANTED = 'The contact wants no campaign messages.';
const preference = (who: object, value = 'stop', inSeconds = 0) => ({
  user_preferences: [
    {
      ...who,
      category: 'marketing_messages',
      value,
      timestamp: String(Math.floor(Date.now() / 1_000) + inSeconds),
    },
  ],
});

describe('a phone', () => {
  test.each([
    ['+52 1 55 1234 5678', '+525512345678'],
    ['5215512345678', '+525512345678'],
    ['+52 55 1234 5678', '+525512345678'],
    ['+55 31 98888-0001', '+5531988880001'],
    ['553188880001', '+553188880001'],
    ['+54 9 11 2345 0002', '+5491123450002'],
    ['+44 20 7946 0958 / +1 650 253 0000', '+442079460958'],
    ['n/a / +1 650 253 0000', '+16502530000'],
    ['+44 20 7946 0958; +1 650 253 0000', '+442079460958'],
    ['650 253 0000 or 650 253 0001', '+16502530000'],
    ['555-0123', null],
    ['12 / 13', null],
  ])('"%s" is understood as %s', async (phone, expected) => {
    expect((await newContact(phone)).phoneE164).toBe(expected);
  });
});

describe('people whom WhatsApp knows by another number', () => {
  test('have replied when they answer from there', async () => {
    const phones = ['+525512340001', '+5531988880001', '+541123450002'];
    const contacts = await Promise.all(phones.map((phone) => newContact(phone)));
    const { id, sent } = await sendTo(contacts);
    expect(sent.map(({ to }) => waIdOf(to)).sort()).toEqual([
      '5215512340001',
      '5491123450002',
      '553188880001',
    ]);
    await tell({ messages: sent.map(({ to }) => text({ from: waIdOf(to) })) });
    expect(await repliedIn(id)).toBe(3);
  });

  test('have replied when their answer comes before anything is known of them', async () => {
    const phone = '+525512340011';
    await tell({ messages: [text({ from_user_id: 'US.early', timestamp: '4102444800' })] });
    const soon = String(Math.floor(Date.now() / 1_000) + 600);
    await tell({ messages: [text({ from_user_id: 'US.early', timestamp: soon })] });
    const { id } = await sendTo([await newContact(phone)]);
    expect(await repliedIn(id)).toBe(0);
    await tell({
      messages: [
        { ...text({ from: waIdOf(phone), from_user_id: 'US.early' }), type: 'request_welcome' },
      ],
    });
    expect(await repliedIn(id)).toBe(1);
  });

  test('get one message, though two contacts have their numbers', async () => {
    const [dialled, other] = [await newContact('+525512340021'), await newContact('+541123450021')];
    await sendTo([dialled, other]);
    // The provider says that both are one.
    await tell({
      messages: [
        text({ from: waIdOf('+525512340021'), from_user_id: 'US.one' }),
        text({ from: waIdOf('+541123450021'), from_user_id: 'US.one' }),
      ],
    });
    const { id, sent } = await sendTo([dialled, other]);
    expect(sent).toHaveLength(1);
    expect((await reasonsIn(id)).sort()).toEqual([
      'Another contact in the campaign is the same person on WhatsApp.',
      null,
    ]);
  });

  test('count once as having replied when they turn out to be one person', async () => {
    const [one, other] = [newPhone(), newPhone()];
    const { id } = await sendTo([await newContact(one), await newContact(other)]);
    await tell({ messages: [text({ from: digits(one) }), text({ from: digits(other) })] });
    expect(await repliedIn(id)).toBe(2);
    await tell({ messages: [text({ from: digits(one), from_user_id: userIdOf(other) })] });
    expect(await repliedIn(id)).toBe(1);
  });
});

describe('a stop', () => {
  test.each<[string, (phone: string) => object]>([
    ['by the wa_id', (phone) => ({ wa_id: waIdOf(phone) })],
    ['by the user id alone', (phone) => ({ user_id: userIdOf(phone) })],
    ['by both', (phone) => ({ wa_id: waIdOf(phone), user_id: userIdOf(phone) })],
  ])('%s keeps the contact out of later campaigns', async (_what, who) => {
    ids += 1;
    const phone = `+5255123401${String(ids).padStart(2, '0')}`;
    const contact = await newContact(phone);
    await sendTo([contact]);
    await tell(preference(who(phone)));
    expect(await reasonsIn((await sendTo([contact])).id)).toEqual([NONE_WANTED]);
    await tell(preference({ user_id: userIdOf(phone) }, 'resume', 5));
    expect(await reasonsIn((await sendTo([contact])).id)).toEqual([null]);
  });

  test('by a user id that nobody knows yet applies once it is linked', async () => {
    const phone = newPhone();
    const contact = await newContact(phone);
    await tell(preference({ user_id: 'US.77' }));
    const { sent } = await sendTo([contact]);
    expect(sent).toHaveLength(1);
    const [message] = sent as [SandboxMessage];
    await tell({
      statuses: [
        {
          id: message.id,
          status: 'delivered',
          timestamp: String(Math.floor(Date.now() / 1_000)),
          recipient_user_id: 'US.77',
        },
      ],
    });
    expect(await reasonsIn((await sendTo([contact])).id)).toEqual([NONE_WANTED]);
  });

  test('is taken from whoever stands beside it, too', async () => {
    const phone = newPhone();
    const contact = await newContact(phone);
    await tell({
      contacts: [{ profile: { name: 'Ada' }, wa_id: digits(phone), user_id: 'US.beside' }],
      ...preference({ user_id: 'US.beside' }),
    });
    expect(await reasonsIn((await sendTo([contact])).id)).toEqual([NONE_WANTED]);
  });
});

describe('somebody who has a new number', () => {
  const NOTIFICATIONS = '{ notifications(first: 5) { nodes { title body subject { id } } } }';

  test.each<[string, (from: string, to: string) => object]>([
    ['wa_id', (_from, to) => ({ type: 'user_changed_number', wa_id: to })],
    ['new_wa_id', (from, to) => ({ type: 'user_changed_number', wa_id: from, new_wa_id: to })],
    [
      'wa_id and customer',
      (from, to) => ({ type: 'customer_changed_number', customer: from, wa_id: to }),
    ],
  ])('as told by %s is written to there, and has not replied by it', async (_what, system) => {
    const { server } = campaigns;
    const [from, to] = [newPhone(), newPhone()];
    const contact = await newContact(from, `Ada ${from}`);
    const first = await sendTo([contact]);
    const notice = {
      ...text({ from: digits(from) }),
      type: 'system',
      text: undefined,
      system: { body: 'User Ada changed', ...system(digits(from), digits(to)) },
    };
    await tell({ messages: [notice] });
    await tell({ messages: [notice] });
    expect(await repliedIn(first.id)).toBe(0);
    const read = async () => {
      const answer = await server.north.owner.run(NOTIFICATIONS);
      return answer.data.notifications.nodes.filter((node: any) => node.title.includes(from));
    };
    await eventually('the owner is told', async () => (await read()).length > 0);
    expect(await read()).toEqual([
      {
        title: `Ada ${from} has a new phone number`,
        body: expect.stringContaining(`now uses ${to} instead of ${from}`),
        subject: { id: contact.id },
      },
    ]);
    // The contact itself is not changed.
    const stored = await server.north.owner.run('query ($id: ID!) { contact(id: $id) { phone } }', {
      id: contact.id,
    });
    expect(stored.data.contact.phone).toBe(from);
    const second = await sendTo([contact]);
    expect(second.sent.map((message) => message.to)).toEqual([digits(to)]);
    await tell({ messages: [text({ from: digits(to) })] });
    expect([await repliedIn(first.id), await repliedIn(second.id)]).toEqual([1, 1]);
  });

  test('is kept out of campaigns by what the old one said', async () => {
    const [from, to] = [newPhone(), newPhone()];
    const contact = await newContact(to);
    await tell(preference({ wa_id: digits(from) }));
    await tell({
      messages: [
        {
          ...text({ from: digits(from) }),
          type: 'system',
          system: { type: 'user_changed_number', wa_id: digits(to) },
        },
      ],
    });
    expect(await reasonsIn((await sendTo([contact])).id)).toEqual([NONE_WANTED]);
  });

  test('and a new user id alone is still known', async () => {
    const phone = newPhone();
    const contact = await newContact(phone);
    await sendTo([contact]);
    await tell({
      messages: [
        {
          ...text({ from_user_id: userIdOf(phone) }),
          type: 'system',
          system: {
            type: 'user_changed_user_id',
            user_id: 'US.88',
            previous_user_id: userIdOf(phone),
          },
        },
      ],
    });
    await tell(preference({ user_id: 'US.88' }));
    expect(await reasonsIn((await sendTo([contact])).id)).toEqual([NONE_WANTED]);
  });
});

test('what is learned in one tenant means nothing in another', async () => {
  const { server } = campaigns;
  const phone = newPhone();
  await tell(preference({ wa_id: digits(phone) }));
  const { contact } = await mutate(server.south, CREATE_CONTACT, { name: 'Ada', phone });
  const { campaign } = await mutate(server.south, CREATE, {
    name: 'South',
    templates: TEMPLATES,
  });
  await mutate(server.south, ADD, { campaignId: campaign.id, contactIds: [contact.id] });
  await mutate(server.south, LAUNCH, { id: campaign.id });
  await untilStatus(server.south, campaign.id, 'COMPLETED');
});

test('many people are linked by one call', async () => {
  const contacts = await Promise.all(
    many(20, () => newPhone()).map(async (phone) => ({ phone, ...(await newContact(phone)) })),
  );
  const { id } = await sendTo(contacts);
  await tell({
    messages: contacts.map(({ phone }) => text({ from_user_id: userIdOf(phone) })),
  });
  expect(await repliedIn(id)).toBe(20);
});
