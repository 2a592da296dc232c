/** What people reply can be read: by the message that they reply to, and by contact. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, subscribe } from '../support/live.ts';
import { startTestServer, type TestServer, type TestTenant } from '../support/server.ts';
import {
  bodyOf,
  call,
  folded,
  reply,
  SENT_SECOND,
  type SeededCampaign,
  seedCampaign,
  WHATSAPP_SETTINGS,
} from './webhook-calls.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ settings: WHATSAPP_SETTINGS, worker: false });
});
afterAll(() => server.stop());

const READ = `query ($id: ID!, $first: Int, $after: String) { campaign(id: $id) { messages { nodes { id
  replies(first: $first, after: $after) { totalCount nodes { id type text at } pageInfo { endCursor hasNextPage } }
  contact { id messages(first: $first) { totalCount nodes { type text at } } } } } } }`;

async function read(
  { id }: SeededCampaign,
  page: { first?: number; after?: string } = {},
  tenant: TestTenant = server.north,
): Promise<any[]> {
  await folded(server);
  const answer = await tenant.member.run(READ, { id, ...page });
  expect(answer.errors).toBeUndefined();
  return answer.data.campaign?.messages.nodes ?? [];
}

async function seeded() {
  const campaign = await seedCampaign(server, server.north, { messages: 2 });
  const [first] = campaign.messages;
  const from = first?.phone.slice(1);
  const id = first?.whatsappMessageId ?? '';
  const tell = (...messages: object[]) =>
    call(server.url, bodyOf(campaign.phoneNumberId, { messages }));
  return { campaign, from, id, tell };
}

describe('a reply', () => {
  test.each<[string, object, string | null]>([
    ['text', { text: { body: 'Yes please' } }, 'Yes please'],
    ['button', { button: { text: 'Stop it', payload: 'p' } }, 'Stop it'],
    ['interactive', { interactive: { type: 'x', button_reply: { id: '1', title: 'One' } } }, 'One'],
    ['interactive', { interactive: { type: 'x', list_reply: { id: '2', title: 'Two' } } }, 'Two'],
    ['image', { image: { id: 'media', caption: 'Look' } }, 'Look'],
    ['audio', { audio: { id: 'media' } }, null],
    ['reaction', { reaction: { message_id: '', emoji: '👍' } }, '👍'],
    ['text', { text: { body: 'x'.repeat(5_000) } }, 'x'.repeat(4_096)],
    ['text', { text: { body: 'a\u0000b\ud800' } }, 'ab\ufffd'],
    ['text', { text: { body: { not: 'text' } } }, null],
  ])('of kind %s with %j reads as %s', async (type, content, expected) => {
    const { campaign, from, id, tell } = await seeded();
    const reaction = type === 'reaction' ? { reaction: { message_id: id, emoji: '👍' } } : {};
    await tell(reply(`in.${id}`, from, { text: undefined, type, ...content, ...reaction }));
    const [first, second] = await read(campaign);
    const at = new Date((SENT_SECOND + 60) * 1_000).toISOString();
    expect(first.replies.nodes).toEqual([{ id: expect.any(String), type, text: expected, at }]);
    expect(first.contact.messages.nodes).toEqual([{ type, text: expected, at }]);
    expect([second.replies.nodes, second.contact.messages.nodes]).toEqual([[], []]);
  });
});

test('replies come newest first, in pages, and with their number', async () => {
  const { campaign, from, id, tell } = await seeded();
  const words = ['one', 'two', 'three', 'four', 'five'];
  await tell(
    ...words.map((body, index) =>
      reply(`in.${id}.${index}`, from, {
        at: SENT_SECOND + index,
        text: { body },
        ...(index % 2 === 0 ? { quotes: id } : {}),
      }),
    ),
    reply(`in.${id}.before`, from, { at: SENT_SECOND - 60, text: { body: 'before' } }),
  );
  const [page] = await read(campaign, { first: 3 });
  expect(page.replies.totalCount).toBe(5);
  expect(page.replies.nodes.map((one: any) => one.text)).toEqual(['five', 'four', 'three']);
  expect(page.contact.messages.totalCount).toBe(6);
  const [rest] = await read(campaign, { first: 3, after: page.replies.pageInfo.endCursor });
  expect(rest.replies.nodes.map((one: any) => one.text)).toEqual(['two', 'one']);
  expect(rest.replies.pageInfo.hasNextPage).toBe(false);
});

test('a contact’s messages are those of the person, from whatever WhatsApp knows them by', async () => {
  const { campaign, from, id, tell } = await seeded();
  await tell(reply(`in.${id}.id`, undefined, { from_user_id: `US.${id.length}`, quotes: id }));
  await tell(
    reply(`in.${id}.later`, undefined, { from_user_id: `US.${id.length}`, at: SENT_SECOND + 90 }),
    reply(`in.${id}.phone`, from, { at: SENT_SECOND + 99 }),
  );
  const [first] = await read(campaign);
  expect(first.replies.totalCount).toBe(3);
  expect(first.contact.messages.totalCount).toBe(3);
});

test('a received message is a node of its tenant, and closed to portal users', async () => {
  const { campaign, from, id, tell } = await seeded();
  await tell(reply(`in.${id}`, from));
  const [first] = await read(campaign);
  const NODE = 'query ($id: ID!) { node(id: $id) { id ... on ReceivedMessage { text } } }';
  const node = { id: first.replies.nodes[0].id };
  const run = async (who: TestTenant['owner']) => (await who.run(NODE, node)).data?.node;
  expect(await run(server.north.owner)).toEqual({ ...node, text: 'Yes' });
  expect(await run(server.south.owner)).toBeNull();
  const outgoing = Buffer.from(`ReceivedMessage:${campaign.messages[0]?.sendId}`).toString(
    'base64',
  );
  expect((await server.north.owner.run(NODE, { id: outgoing })).data?.node).toBeNull();
});

describe('a subscriber to the replies of a campaign', () => {
  const ADDED =
    'subscription ($id: ID!) { campaignReplyAdded(campaignId: $id) { number message { id phone repliedAt } reply { text } } }';
  const watch = (id: string, user = server.north.member) => {
    const subscriber = subscribe(server.url, user, { id, query: ADDED });
    const told = () => subscriber.events.map((event) => event.data?.campaignReplyAdded);
    return { ...subscriber, told, texts: () => told().map((one) => one?.reply?.text) };
  };
  const says = (id: string, from: string | undefined, body: string, more: object = {}) =>
    reply(id, from, { text: { body }, ...more });

  test('gets the newest one first, then each further one, with its message', async () => {
    const { campaign, from, id, tell } = await seeded();
    await tell(
      says(`in.${id}.1`, from, 'one'),
      says(`in.${id}.2`, from, 'two', { at: SENT_SECOND + 61 }),
    );
    await folded(server);
    const subscriber = watch(campaign.id);
    await eventually('the newest', () => subscriber.events.length > 0);
    await tell(says(`in.${id}.3`, campaign.messages[1]?.phone.slice(1), 'three'));
    await folded(server);
    // It moves no figure: the person has replied before. And it is older than those before.
    await tell(says(`in.${id}.4`, from, 'four', { at: SENT_SECOND + 1, quotes: id }));
    await eventually('all', () => subscriber.events.length === 3);
    expect(subscriber.texts()).toEqual(['two', 'three', 'four']);
    expect(subscriber.told().map(({ number }) => number)).toEqual([2, 3, 4]);
    const [two, three] = subscriber.told();
    expect(two.message.phone).toBe(`+${from}`);
    expect(three.message).toMatchObject({
      phone: campaign.messages[1]?.phone,
      repliedAt: new Date((SENT_SECOND + 60) * 1_000).toISOString(),
    });
    subscriber.stop();
  });

  test('misses none of many and gets each once, whatever is sent twice or is no reply', async () => {
    const { campaign, from, id, tell } = await seeded();
    const subscribers = [watch(campaign.id), watch(campaign.id)];
    await tell(says(`in.${id}.first`, from, 'first'));
    await eventually('the first', () => subscribers.every(({ events }) => events.length === 1));
    const texts = Array.from({ length: 150 }, (_, index) => `reply ${index}`);
    await Promise.all(
      texts.map((text, index) =>
        tell(
          says(`in.${id}.${index % 140}`, from, texts[index % 140] ?? text),
          reply(`in.${id}.none.${index}`, from, { type: 'unsupported', text: undefined }),
          says(`in.${id}.before.${index}`, from, 'before', { at: SENT_SECOND - 5 }),
        ),
      ),
    );
    await tell(says(`in.${id}.last`, from, 'last'));
    await eventually('all', () => subscribers.every(({ events }) => events.length >= 142));
    for (const { texts: told, told: rows } of subscribers) {
      expect(told().toSorted()).toEqual(['first', 'last', ...texts.slice(0, 140)].toSorted());
      expect(rows().map(({ number }) => number)).toEqual(told().map((_, index) => index + 1));
    }
    for (const { stop } of subscribers) stop();
  });

  test('gets a reply once it is known whose it is', async () => {
    const { campaign, from, id, tell } = await seeded();
    const subscriber = watch(campaign.id);
    await tell(says(`in.${id}.id`, undefined, 'who am I', { from_user_id: `US.x${id.length}` }));
    await folded(server);
    await tell(says(`in.${id}.both`, from, 'it is me', { from_user_id: `US.x${id.length}` }));
    await eventually('both', () => subscriber.events.length === 2);
    expect(subscriber.texts().toSorted()).toEqual(['it is me', 'who am I']);
    subscriber.stop();
  });

  test('of another tenant is NOT_FOUND', async () => {
    const { campaign } = await seeded();
    const subscriber = watch(campaign.id, server.south.owner);
    await eventually('the error', () => subscriber.events.length > 0);
    expect(subscriber.events[0].errors[0].extensions.code).toBe('NOT_FOUND');
    subscriber.stop();
  });
});
