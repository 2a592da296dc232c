/** Campaigns that are copied, deleted, or changed up to their last message. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CampaignServer,
  figuresOf,
  LAUNCH,
  mutate,
  newCampaign,
  PAUSE,
  queueOf,
  readCampaign,
  refused,
  setPace,
  startCampaignServer,
  untilStatus,
} from './campaign-server.ts';
import { folded } from './webhook-calls.ts';

let given: CampaignServer;
beforeAll(async () => {
  given = await startCampaignServer({ sandbox: { outcomes: { failed: 0, delivered: 0 } } });
});
afterAll(() => given.stop());

const CAMPAIGN = '{ campaign { id status contactCount } userErrors { code field message } }';
const DUPLICATE = `mutation ($input: DuplicateCampaignInput!) { duplicateCampaign(input: $input) ${CAMPAIGN} }`;
const REMOVE = `mutation ($input: RemoveCampaignContactInput!) { removeCampaignContact(input: $input) ${CAMPAIGN} }`;
const REPLACE = `mutation ($input: ReplaceCampaignTemplateInput!) { replaceCampaignTemplate(input: $input) ${CAMPAIGN} }`;
const DELETE =
  'mutation ($input: DeleteInput!) { deleteCampaign(input: $input) { deletedId userErrors { code field message } } }';

async function templatesOf(id: string): Promise<unknown> {
  const { data } = await given.server.north.owner.run(
    'query ($id: ID!) { campaign(id: $id) { templates { templateName language weight parameters } } }',
    { id },
  );
  return data.campaign.templates;
}

/** A campaign that was launched and paused before anything was sent. */
async function paused(contacts: number): Promise<string> {
  const { server } = given;
  await server.app.platform.database.pool.query(
    `update whatsapp_number set "nextSendAt" = now() + interval '1 hour'`,
  );
  const id = await newCampaign(server, server.north, { contacts });
  await mutate(server.north, LAUNCH, { id });
  await mutate(server.north, PAUSE, { id });
  await setPace(server, null);
  return id;
}

async function figures(id: string): Promise<Record<string, number>> {
  await given.sandbox.idle();
  await folded(given.server);
  const { kept, counted } = await figuresOf(given.server, given.server.north, id);
  expect(kept).toEqual(counted);
  return kept;
}

test('a copy is a draft with the same templates and contacts', async () => {
  const { north, south } = given.server;
  const id = await paused(5);
  const { campaign } = await mutate(north, DUPLICATE, { id, name: 'Again' });
  expect(campaign).toMatchObject({ status: 'DRAFT', contactCount: 5 });
  expect(await templatesOf(campaign.id)).toEqual(await templatesOf(id));
  const empty = await mutate(north, DUPLICATE, { id, name: 'Others', withContacts: false });
  expect(empty.campaign.contactCount).toBe(0);
  expect(await refused(south, DUPLICATE, { id, name: 'Mine' })).toMatchObject([
    { code: 'NOT_FOUND', field: ['id'] },
  ]);
  await mutate(north, LAUNCH, { id: campaign.id });
  await untilStatus(north, campaign.id, 'COMPLETED');
  expect(await figures(campaign.id)).toMatchObject({ total: 5, sent: 5 });
});

test('a campaign is deleted only if it was never started', async () => {
  const { server } = given;
  const draft = await newCampaign(server, server.north, { contacts: 2 });
  expect(await refused(server.south, DELETE, { id: draft })).toMatchObject([{ code: 'NOT_FOUND' }]);
  await mutate(server.north, DELETE, { id: draft });
  expect(await readCampaign(server.north, draft)).toBeNull();
  expect(await refused(server.north, DELETE, { id: await paused(1) })).toMatchObject([
    { code: 'CONFLICT', field: ['id'] },
  ]);
});

test('a contact is left out before the launch, and after it until the message is sent', async () => {
  const { server } = given;
  const id = await paused(3);
  const contacts = (await queueOf(server, id)).map(({ contactId }) =>
    Buffer.from(`Contact:${contactId}`).toString('base64'),
  );
  const draft = (await mutate(server.north, DUPLICATE, { id, name: 'Draft' })).campaign.id;
  const contactId = contacts[0] as string;
  const removed = await mutate(server.north, REMOVE, { campaignId: draft, contactId });
  expect(removed.campaign.contactCount).toBe(2);
  expect(await refused(server.north, REMOVE, { campaignId: draft, contactId })).toMatchObject([
    { code: 'NOT_FOUND', field: ['contactId'] },
  ]);
  const left = await mutate(server.north, REMOVE, { campaignId: id, contactId });
  expect(left.campaign.contactCount).toBe(3);
  expect(await refused(server.north, REMOVE, { campaignId: id, contactId })).toMatchObject([
    { code: 'CONFLICT', field: ['contactId'] },
  ]);
  await mutate(server.north, LAUNCH, { id });
  await untilStatus(server.north, id, 'COMPLETED');
  expect(await figures(id)).toMatchObject({ total: 3, sent: 2, failed: 1 });
  expect((await queueOf(server, id))[0]).toMatchObject({
    status: 'FAILED',
    errorMessage: 'The contact was removed from the campaign.',
  });
});

test('a paused campaign sends another template, or other parameters, from then on', async () => {
  const { server, sandbox } = given;
  const id = await paused(4);
  const replace = (templateName: string, template: object) => ({
    campaignId: id,
    templateName,
    template,
  });
  await mutate(
    server.north,
    REPLACE,
    replace('spring_offer', { templateName: 'spring_offer', parameters: ['{{ contact.name }}!'] }),
  );
  expect(await templatesOf(id)).toMatchObject([
    { templateName: 'spring_offer', parameters: ['{{ contact.name }}!'] },
  ]);
  await mutate(
    server.north,
    REPLACE,
    replace('spring_offer', { templateName: 'summer_offer', language: 'de', parameters: ['Hi'] }),
  );
  expect(await figures(id)).toMatchObject({ total: 4, sent: 0 });
  for (const [name, code] of [
    ['absent', 'NOT_FOUND'],
    ['spring_offer', 'TAKEN'],
  ] as const)
    expect(
      await refused(server.north, REPLACE, replace(name, { templateName: 'summer_offer' })),
    ).toMatchObject([{ code }]);
  const before = sandbox.sent.length;
  await mutate(server.north, LAUNCH, { id });
  expect(await refused(server.north, REPLACE, replace('x', { templateName: 'y' }))).toMatchObject([
    { code: 'CONFLICT', field: ['campaignId'] },
  ]);
  await untilStatus(server.north, id, 'COMPLETED');
  expect(await figures(id)).toMatchObject({ total: 4, sent: 4 });
  for (const message of sandbox.sent.slice(before))
    expect(message).toMatchObject({
      template: 'summer_offer',
      language: 'de',
      parameters: ['Hi'],
    });
});
