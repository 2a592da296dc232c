/** Who wants campaign messages: what people say, wherever they say it, and what the API makes of it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { digits, userIdOf, waIdOf } from '../../src/sandbox/whatsapp-answers.ts';
import { eventually } from '../support/live.ts';
import type { TestTenant } from '../support/server.ts';
import {
  type CampaignServer,
  CREATE,
  figuresOf,
  LAUNCH,
  mutate,
  newPhone,
  queueOf,
  refused,
  startCampaignServer,
  TEMPLATES,
} from './campaign-server.ts';
import { bodyOf, call, folded, sign, status } from './webhook-calls.ts';

let campaigns: CampaignServer;
let north: TestTenant;
beforeAll(async () => {
  campaigns = await startCampaignServer({
    sandbox: { outcomes: { failed: 0, delivered: 0 }, duplicates: 0 },
  });
  north = campaigns.server.north;
});
afterEach(() => campaigns.sandbox.setFaults());
afterAll(() => campaigns.stop());

const CREATE_CONTACT =
  'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { code field message } } }';
const CONSENT = '{ state source at note }';
const SET = `mutation ($input: SetMarketingConsentInput!) { setMarketingConsent(input: $input) { contact { marketingConsent ${CONSENT} } userErrors { code field message } } }`;
const SETTINGS = `mutation ($input: UpdateCampaignSettingsInput!) { updateCampaignSettings(input: $input) { settings { stopWords startWords } userErrors { code field message } } }`;
const LEFT_OUT = 'The contact wants no campaign messages.';

async function read(tenant: TestTenant, query: string, variables: object = {}): Promise<any> {
  const { data, errors } = await tenant.owner.run(query, variables as never);
  if (errors) throw new Error(JSON.stringify([query, errors]));
  return data;
}

async function newContact(phone: string | null, tenant = north): Promise<string> {
  return (await mutate(tenant, CREATE_CONTACT, { name: 'Ada', phone })).contact.id;
}

async function consentOf(id: string, tenant = north): Promise<any> {
  const query = `query ($id: ID!) { contact(id: $id) { marketingConsent ${CONSENT} } }`;
  return (await read(tenant, query, { id })).contact.marketingConsent;
}

/** Calls the webhook for a number, of the north unless said otherwise. */
async function tell(value: object, phoneNumberId = '1001'): Promise<void> {
  const body = JSON.stringify(bodyOf(phoneNumberId, value));
  const headers = { 'x-hub-signature-256': sign(body, 'the secret of the app') };
  expect(await call(campaigns.server.url, body, headers)).toBe(200);
  await folded(campaigns.server);
}

/** A draft to contacts; answers its id. */
async function draftTo(contactIds: string[], language = 'en_US'): Promise<string> {
  const templates = TEMPLATES.map((template) => ({ ...template, language }));
  const input = { name: 'To people', templates, contactIds };
  return (await mutate(north, CREATE, input)).campaign.id;
}

/** Sends a campaign and answers why each message failed. */
async function sendTo(contactIds: string[]): Promise<{ id: string; reasons: (string | null)[] }> {
  const { server, sandbox } = campaigns;
  const id = await draftTo(contactIds);
  await mutate(north, LAUNCH, { id });
  await eventually('the campaign is over', async () => {
    const { rows } = await server.app.platform.database.pool.query(
      `select count(*)::int as open from campaign where status = 'RUNNING'`,
    );
    return rows[0].open === 0;
  });
  await sandbox.idle();
  await folded(server);
  return { id, reasons: (await queueOf(server, id)).map(({ errorMessage }) => errorMessage) };
}

const now = () => Math.floor(Date.now() / 1_000);
let ids = 0;
/** A message from somebody, as WhatsApp sends it. */
function message(from: object, content: object, at = now()): object {
  ids += 1;
  return { messages: [{ id: `in.consent.${ids}`, timestamp: String(at), ...from, ...content }] };
}
const text = (body: string) => ({ type: 'text', text: { body } });
const button = (title: string, payload: string) => ({
  type: 'button',
  button: { text: title, payload },
});
const quickReply = (title: string, id: string) => ({
  type: 'interactive',
  interactive: { type: 'button_reply', button_reply: { id, title } },
});
const preference = (who: object, value: string, at = now()) => ({
  user_preferences: [{ ...who, category: 'marketing_messages', value, timestamp: String(at) }],
});

describe('somebody opts out', () => {
  test.each<[string, string, (phone: string) => object]>([
    ['PREFERENCE', 'by a setting', (phone) => preference({ wa_id: waIdOf(phone) }, 'stop')],
    ['KEYWORD', 'by a word', (phone) => message({ from: waIdOf(phone) }, text(' *Stop!* '))],
    [
      'KEYWORD',
      'by a word, known by the user id alone',
      (phone) => message({ from_user_id: userIdOf(phone) }, text('UNSUBSCRIBE')),
    ],
    [
      'BUTTON',
      'by the title of a button',
      (phone) => message({ from: waIdOf(phone) }, button('Stop promotions', 'b2')),
    ],
    [
      'BUTTON',
      'by the payload of a button',
      (phone) => message({ from: waIdOf(phone) }, button('No, thanks', 'STOP_PROMOTIONS')),
    ],
    [
      'BUTTON',
      'by a quick reply',
      (phone) => message({ from: waIdOf(phone) }, quickReply('Unsubscribe', '2')),
    ],
    [
      'BUTTON',
      'by the id of a quick reply',
      (phone) => message({ from: waIdOf(phone) }, quickReply('Enough', 'stop')),
    ],
  ])('%s %s, and in again by a word', async (source, _how, said) => {
    ids += 1;
    const phone = `+5255123402${String(ids).padStart(2, '0')}`;
    const contact = await newContact(phone);
    const { id } = await sendTo([contact]);
    expect(await consentOf(contact)).toEqual({
      state: 'UNKNOWN',
      source: null,
      at: null,
      note: null,
    });
    await tell(said(phone));
    expect(await consentOf(contact)).toEqual({
      state: 'OPTED_OUT',
      source,
      at: expect.any(String),
      note: null,
    });
    expect((await sendTo([contact])).reasons).toEqual([LEFT_OUT]);
    const { kept, counted } = await figuresOf(campaigns.server, north, id);
    expect(kept).toEqual(counted);
    expect(kept['replied']).toBe(source === 'PREFERENCE' ? 0 : 1);
    await tell(message({ from: waIdOf(phone) }, text('start'), now() + 2));
    expect(await consentOf(contact)).toMatchObject({ state: 'OPTED_IN', source: 'KEYWORD' });
    expect((await sendTo([contact])).reasons).toEqual([null]);
  });

  test.each([
    ['in the answer', { code: 131050 }],
    ['by a status', { failsWith: 131050 }],
  ])('in WhatsApp, which refuses the message %s', async (_where, fault) => {
    const contact = await newContact(newPhone());
    campaigns.sandbox.setFaults(fault);
    await sendTo([contact]);
    campaigns.sandbox.setFaults();
    expect(await consentOf(contact)).toMatchObject({ state: 'OPTED_OUT', source: 'ERROR' });
    expect((await sendTo([contact])).reasons).toEqual([LEFT_OUT]);
  });

  test('and the newest word counts, in whatever order they come', async () => {
    const phone = newPhone();
    const contact = await newContact(phone);
    const from = { from: digits(phone) };
    await tell(message(from, text('start'), now() - 10));
    await tell(message(from, text('stop'), now() - 30));
    expect(await consentOf(contact)).toMatchObject({ state: 'OPTED_IN' });
    await tell(message(from, text('stop'), now() - 5));
    await tell(preference({ wa_id: digits(phone) }, 'resume', now() - 20));
    expect(await consentOf(contact)).toMatchObject({ state: 'OPTED_OUT', source: 'KEYWORD' });
  });

  test('before it is known who they are', async () => {
    const phone = newPhone();
    const contact = await newContact(phone);
    await tell(message({ from_user_id: 'US.consent' }, text('Stop')));
    expect(await consentOf(contact)).toMatchObject({ state: 'UNKNOWN' });
    await tell({
      statuses: [
        status('wamid.elsewhere', 'delivered', {
          recipient_id: digits(phone),
          recipient_user_id: 'US.consent',
        }),
      ],
    });
    expect(await consentOf(contact)).toMatchObject({ state: 'OPTED_OUT', source: 'KEYWORD' });
  });

  test('by nothing that only contains such a word, or that nobody wrote', async () => {
    const phone = newPhone();
    const contact = await newContact(phone);
    const from = { from: digits(phone) };
    await tell(message(from, text('Do not stop sending these')));
    await tell(message(from, { type: 'image', image: { caption: 'Stop' } }));
    await tell(message(from, { type: 'reaction', reaction: { message_id: 'x', emoji: '🛑' } }));
    await tell(message(from, { type: 'system', system: { body: 'stop' } }));
    expect(await consentOf(contact)).toMatchObject({ state: 'UNKNOWN' });
  });
});

describe('the words', () => {
  beforeEach(() => mutate(north, SETTINGS, { stopWords: [], startWords: [] }));

  test('are those of the languages that templates have', async () => {
    const [one, two] = [newPhone(), newPhone()];
    const [before, after] = [await newContact(one), await newContact(two)];
    await tell(message({ from: digits(one) }, text('Désabonner')));
    expect(await consentOf(before)).toMatchObject({ state: 'UNKNOWN' });
    await draftTo([after], 'fr');
    await tell(message({ from: digits(two) }, text('Desabonner')));
    expect(await consentOf(after)).toMatchObject({ state: 'OPTED_OUT' });
    const { campaignSettings } = await read(north, '{ campaignSettings { stopWords } }');
    expect(campaignSettings.stopWords).toEqual(expect.arrayContaining(['stop', 'désabonner']));
    expect(campaignSettings.stopWords).not.toContain('abmelden');
  });

  test('are what the tenant sets', async () => {
    const phone = newPhone();
    const contact = await newContact(phone);
    const { settings } = await mutate(north, SETTINGS, { stopWords: ['Basta'] });
    expect(settings.stopWords).toEqual(['Basta']);
    await tell(message({ from: digits(phone) }, text('stop')));
    expect(await consentOf(contact)).toMatchObject({ state: 'UNKNOWN' });
    await tell(message({ from: digits(phone) }, text('BASTA')));
    expect(await consentOf(contact)).toMatchObject({ state: 'OPTED_OUT' });
    expect((await mutate(north, SETTINGS, {})).settings.stopWords).toEqual(['Basta']);
    const restored = await mutate(north, SETTINGS, { stopWords: [] });
    expect(restored.settings.stopWords).toContain('stop');
  });

  test('are of letters, and never mean both', async () => {
    expect(await refused(north, SETTINGS, { stopWords: ['fine', '!!'] })).toMatchObject([
      { code: 'INVALID', field: ['stopWords', '1'] },
    ]);
    expect(
      await refused(north, SETTINGS, { stopWords: ['Up'], startWords: ['on', 'ÜP'] }),
    ).toMatchObject([{ code: 'INVALID', field: ['startWords'] }]);
  });
});

describe('setMarketingConsent', () => {
  test('is newer than all that was said before, and older than what is said later', async () => {
    const phone = newPhone();
    const contact = await newContact(phone);
    await tell(preference({ wa_id: digits(phone) }, 'resume', now() + 3_600));
    const set = await mutate(north, SET, {
      contactId: contact,
      state: 'OPTED_OUT',
      note: 'Asked on the phone',
    });
    expect(set.contact.marketingConsent).toMatchObject({
      state: 'OPTED_OUT',
      source: 'USER',
      note: 'Asked on the phone',
    });
    expect((await sendTo([contact])).reasons).toEqual([LEFT_OUT]);
    await tell(preference({ wa_id: digits(phone) }, 'resume', now() + 7_200));
    expect(await consentOf(contact)).toMatchObject({ state: 'OPTED_IN', source: 'PREFERENCE' });
  });

  test('holds for a contact without a number, once it has one', async () => {
    const contact = await newContact(null);
    await mutate(north, SET, { contactId: contact, state: 'OPTED_OUT' });
    const update =
      'mutation ($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { message } } }';
    await mutate(north, update, { id: contact, phone: newPhone() });
    expect((await sendTo([contact])).reasons).toEqual([LEFT_OUT]);
  });

  test('holds for the number when the contact is deleted and added again', async () => {
    const phone = newPhone();
    const contact = await newContact(phone);
    await mutate(north, SET, { contactId: contact, state: 'OPTED_OUT' });
    await mutate(
      north,
      'mutation ($input: DeleteInput!) { deleteContact(input: $input) { userErrors { message } } }',
      { id: contact },
    );
    expect(await consentOf(await newContact(phone))).toMatchObject({ state: 'OPTED_OUT' });
  });

  test('knows no contacts of other tenants, and changes nothing for them', async () => {
    const { south } = campaigns.server;
    const phone = newPhone();
    const [mine, theirs] = [await newContact(phone), await newContact(phone, south)];
    expect(await refused(south, SET, { contactId: mine, state: 'OPTED_OUT' })).toMatchObject([
      { code: 'NOT_FOUND', field: ['contactId'] },
    ]);
    await mutate(north, SET, { contactId: mine, state: 'OPTED_OUT' });
    expect(await consentOf(theirs, south)).toMatchObject({ state: 'UNKNOWN' });
  });
});

describe('who opted out', () => {
  const OPT_OUTS =
    'query ($first: Int, $after: String) { optOuts(first: $first, after: $after) { totalCount nodes { id identity source note contact { id } } pageInfo { hasNextPage endCursor } } }';

  test('is listed, the newest first and each person once', async () => {
    const { south } = campaigns.server;
    const [known, stranger, back] = [newPhone(), newPhone(), newPhone()];
    const contact = await newContact(known, south);
    const without = await newContact(null, south);
    for (const [index, phone] of [known, stranger, back, known].entries())
      await tell(message({ from: digits(phone) }, text('stop'), now() - 60 + index), '2001');
    await tell(message({ from: digits(back) }, text('start'), now() - 50), '2001');
    await mutate(south, SET, { contactId: without, state: 'OPTED_OUT', note: 'By letter' });
    const { optOuts } = await read(south, OPT_OUTS);
    expect(optOuts.totalCount).toBe(3);
    expect(optOuts.nodes).toMatchObject([
      { identity: null, source: 'USER', note: 'By letter', contact: { id: without } },
      { identity: known, source: 'KEYWORD', note: null, contact: { id: contact } },
      { identity: stranger, contact: null },
    ]);
    const { endCursor } = (await read(south, OPT_OUTS, { first: 1 })).optOuts.pageInfo;
    const rest = (await read(south, OPT_OUTS, { first: 5, after: endCursor })).optOuts;
    expect(rest.nodes).toEqual(optOuts.nodes.slice(1));
    const node = await read(south, 'query ($id: ID!) { node(id: $id) { id } }', {
      id: optOuts.nodes[1].id,
    });
    expect(node.node.id).toBe(optOuts.nodes[1].id);
  });

  test('can be filtered by, and is counted in a campaign before and after its launch', async () => {
    const phones = [newPhone(), newPhone(), newPhone()];
    const contacts = await Promise.all(phones.map((phone) => newContact(phone)));
    const [out, into, silent] = contacts as [string, string, string];
    await tell(message({ from: digits(phones[1] as string) }, text('start')));
    const id = await draftTo(contacts);
    const count = async () =>
      (await read(north, 'query ($id: ID!) { campaign(id: $id) { optedOutCount } }', { id }))
        .campaign.optedOutCount;
    expect(await count()).toBe(0);
    await tell(message({ from: digits(phones[0] as string) }, text('stop')));
    expect(await count()).toBe(1);
    const listed = async (states: string) => {
      const query = `{ contacts(first: 500, filter: { marketingConsent: ${states} }) { nodes { id } } }`;
      const found = (await read(north, query)).contacts.nodes.map((node: any) => node.id);
      return contacts.filter((contact) => found.includes(contact));
    };
    expect(await listed('[OPTED_OUT]')).toEqual([out]);
    expect(await listed('[OPTED_IN]')).toEqual([into]);
    expect(await listed('[UNKNOWN]')).toEqual([silent]);
    expect(await listed('[UNKNOWN, OPTED_IN]')).toEqual([into, silent]);
    expect(await listed('[]')).toEqual([]);
    await mutate(north, LAUNCH, { id });
    await mutate(north, SET, { contactId: out, state: 'OPTED_IN' });
    expect(await count()).toBe(1);
    expect(await listed('[OPTED_OUT]')).toEqual([]);
  });
});
