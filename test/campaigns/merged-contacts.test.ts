/** What becomes of campaigns and messages when their contacts are merged. */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digits } from '../../src/sandbox/whatsapp-answers.ts';
import { eventually } from '../support/live.ts';
import {
  addContacts,
  type CampaignServer,
  CREATE,
  figuresOf,
  LAUNCH,
  mutate,
  newPhone,
  queueOf,
  readCampaign,
  startCampaignServer,
  TEMPLATES,
  untilStatus,
  uuidOf,
} from './campaign-server.ts';
import { bodyOf, call, folded, sign } from './webhook-calls.ts';

const APP_SECRET = 'the secret of the app';
const MERGE =
  'mutation ($input: MergeContactsInput!) { mergeContacts(input: $input) { contact { id addedToCampaign } moved { what count } userErrors { code field message } } }';

let still: CampaignServer;
let sending: CampaignServer;
beforeAll(async () => {
  still = await startCampaignServer({ worker: false });
  sending = await startCampaignServer({
    sandbox: { outcomes: { failed: 0, delivered: 1, read: 0 }, duplicates: 0 },
  });
});
afterAll(async () => {
  await still.stop();
  await sending.stop();
});

const launched = async ({ server }: CampaignServer, contactIds: string[]): Promise<string> => {
  const { campaign } = await mutate(server.north, CREATE, {
    name: 'To people',
    templates: TEMPLATES,
    contactIds,
  });
  await mutate(server.north, LAUNCH, { id: campaign.id });
  return campaign.id;
};

test('one message of each campaign goes to a merged contact, and the figures stay right', async () => {
  const { server } = still;
  const [target, source, other] = await addContacts(server, server.north, [{}, {}, {}]);
  const both = await launched(still, [target!, source!, other!]);
  const one = await launched(still, [source!, other!]);
  const { contact, moved } = await mutate(server.north, MERGE, {
    sourceIds: [source],
    targetId: target,
  });
  expect(contact).toEqual({ id: target, addedToCampaign: true });
  expect(moved).toEqual([
    { what: 'campaigns', count: 2 },
    { what: 'campaign messages', count: 2 },
  ]);
  const states = async (id: string) =>
    (await queueOf(server, id)).map(({ contactId, status }) => [contactId, status]);
  expect(await states(both)).toEqual([
    [uuidOf(target!), 'QUEUED'],
    [uuidOf(target!), 'FAILED'],
    [uuidOf(other!), 'QUEUED'],
  ]);
  expect(await states(one)).toEqual([
    [uuidOf(target!), 'QUEUED'],
    [uuidOf(other!), 'QUEUED'],
  ]);
  for (const [id, contactCount, failed] of [
    [both, 2, 1],
    [one, 2, 0],
  ] as const) {
    expect((await readCampaign(server.north, id)).contactCount).toBe(contactCount);
    const { kept, counted } = await figuresOf(server, server.north, id);
    expect(kept).toEqual(counted);
    expect(kept['failed']).toBe(failed);
  }
});

test('who replied from both numbers has replied once, and what they wrote is the contact’s', async () => {
  const { server } = sending;
  const phones = [newPhone(), newPhone()];
  const [target, source] = await addContacts(
    server,
    server.north,
    phones.map((phone) => ({ phone })),
  );
  const id = await launched(sending, [target!, source!]);
  await untilStatus(server.north, id, 'COMPLETED');
  await sending.sandbox.flush();
  const body = JSON.stringify(
    bodyOf('1001', {
      messages: phones.map((phone, index) => ({
        id: `in.${index}`,
        timestamp: String(Math.floor(Date.now() / 1_000) + 1),
        type: 'text',
        text: { body: `Reply ${index}` },
        from: digits(phone),
      })),
    }),
  );
  const headers = { 'x-hub-signature-256': sign(body, APP_SECRET) };
  expect(await call(server.url, body, headers)).toBe(200);
  await folded(server);
  // Kept and counted are read one after the other, and may differ while a job is at work.
  const bothSay = async (replied: number) => {
    const { kept, counted } = await figuresOf(server, server.north, id);
    return kept['replied'] === replied && isDeepStrictEqual(kept, counted);
  };
  await eventually('two have replied', () => bothSay(2));
  await mutate(server.north, MERGE, { sourceIds: [source], targetId: target });
  await eventually('the numbers are one person’s', () => bothSay(1));
  const { data } = await server.north.owner.run(
    'query ($id: ID!) { contact(id: $id) { messages { nodes { text } } } }',
    { id: target },
  );
  expect(data.contact.messages.nodes.map(({ text }: { text: string }) => text).sort()).toEqual([
    'Reply 0',
    'Reply 1',
  ]);
});
