/** Contacts by what became of a campaign's message to them: for lists, and for follow-ups. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestTenant } from '../support/server.ts';
import { ADD, CREATE, mutate, refused, TEMPLATES } from './campaign-server.ts';
import {
  bodyOf,
  call,
  folded,
  reply,
  type SeededCampaign,
  seedCampaign,
  status,
  WHATSAPP_SETTINGS,
} from './webhook-calls.ts';

let server: TestServer;
let campaign: SeededCampaign;
/** Delivered, read, read and replied, failed, only sent, never answered by the provider. */
const NAMES = ['delivered', 'read', 'replied', 'failed', 'sent', 'sending'] as const;

beforeAll(async () => {
  server = await startTestServer({ settings: WHATSAPP_SETTINGS, worker: false });
  campaign = await seedCampaign(server, server.north, { messages: 5, sending: 1 });
  const [delivered, read, replied, failed] = campaign.messages.map((one) => one.whatsappMessageId);
  const from = campaign.messages[2]?.phone.slice(1);
  await tell({
    statuses: [
      status(delivered ?? '', 'delivered'),
      status(read ?? '', 'read'),
      status(replied ?? '', 'read'),
      status(failed ?? '', 'failed'),
    ],
    messages: [reply('in.1', from)],
  });
});
afterAll(() => server.stop());

async function tell(value: object): Promise<void> {
  expect(await call(server.url, bodyOf(campaign.phoneNumberId, value))).toBe(200);
  await folded(server);
}

const LIST = `query ($filter: ContactFilter) { contacts(first: 100, filter: $filter) { totalCount nodes { id } } }`;

/** Which of the campaign's contacts a filter finds, and how many others. */
async function found(filter: object, tenant: TestTenant = server.north) {
  const answer = await tenant.member.run(LIST, { filter });
  expect(answer.errors).toBeUndefined();
  const ids: string[] = answer.data.contacts.nodes.map((node: { id: string }) => node.id);
  expect(answer.data.contacts.totalCount).toBe(ids.length);
  const names = NAMES.filter((_, index) => ids.includes(contactId(index)));
  return { names, others: ids.length - names.length };
}

function contactId(index: number): string {
  return Buffer.from(`Contact:${campaign.messages[index]?.contactId}`).toString('base64');
}

const of = (more: object = {}) => ({ campaignId: campaign.id, ...more });

test.each<[object, readonly string[]]>([
  [{}, NAMES],
  [{ status: 'READ' }, ['read', 'replied']],
  [{ status: ['SENT', 'DELIVERED'] }, ['delivered', 'sent']],
  [{ status: 'FAILED' }, ['failed']],
  [{ status: 'QUEUED' }, ['sending']],
  [{ status: [] }, []],
  [{ replied: true }, ['replied']],
  [{ replied: false }, ['delivered', 'read', 'failed', 'sent']],
  [{ status: 'READ', replied: false }, ['read']],
])('%j finds these contacts, and its negation all others', async (outcome, expected) => {
  const all = await found({});
  expect(await found({ campaign: of(outcome) })).toEqual({ names: expected, others: 0 });
  const others = NAMES.filter((name) => !expected.includes(name));
  expect(await found({ notCampaign: of(outcome) })).toEqual({ names: others, others: all.others });
  expect(await found({ campaign: of(), notCampaign: of(outcome) })).toEqual({
    names: others,
    others: 0,
  });
});

test('a list shows what has become of a message since it was read last', async () => {
  const before = await found({ campaign: of({ status: 'SENT' }) });
  expect(before.names).toEqual(['sent']);
  const id = campaign.messages[4]?.whatsappMessageId ?? '';
  await tell({ statuses: [status(id, 'failed')] });
  expect((await found({ campaign: of({ status: 'SENT' }) })).names).toEqual([]);
  await tell({ statuses: [status(id, 'delivered')] });
  expect((await found({ campaign: of({ status: 'DELIVERED' }) })).names).toEqual([
    'delivered',
    'sent',
  ]);
});

test('another tenant learns nothing of a campaign', async () => {
  expect(await found({ campaign: of() }, server.south)).toEqual({ names: [], others: 0 });
  const all = await found({}, server.south);
  expect(await found({ notCampaign: of() }, server.south)).toEqual(all);
});

test('a follow-up goes to those who did not read, and to nobody by a campaign that is not there', async () => {
  const contactFilter = { campaign: of(), notCampaign: of({ status: 'READ' }) };
  const made = await mutate(server.north, CREATE, {
    name: 'Again',
    templates: TEMPLATES,
    contactFilter,
  });
  expect(made.campaign.contactCount).toBe(4);
  // A draft has contacts, before it has messages.
  const draft = { campaignId: made.campaign.id };
  expect((await found({ campaign: draft })).names).toHaveLength(4);
  expect((await found({ campaign: { ...draft, status: 'QUEUED' } })).names).toEqual([]);

  const absent = Buffer.from('Campaign:00000000-0000-4000-8000-000000000000').toString('base64');
  expect(
    await refused(server.north, ADD, {
      campaignId: made.campaign.id,
      contactFilter: { notCampaign: { campaignId: absent } },
    }),
  ).toMatchObject([{ code: 'NOT_FOUND', field: ['contactFilter', 'notCampaign', 'campaignId'] }]);
});
