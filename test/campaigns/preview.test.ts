/** What is known of a campaign before its launch: messages as contacts get them, and the audience. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { USUAL_TEMPLATES } from '../../src/sandbox/whatsapp-templates.ts';
import type { TestTenant } from '../support/server.ts';
import {
  addContacts,
  type CampaignServer,
  figuresOf,
  LAUNCH,
  many,
  mutate,
  newCampaign,
  newPhone,
  queueOf,
  refused,
  startCampaignServer,
  untilStatus,
  uuidOf,
} from './campaign-server.ts';
import { folded } from './webhook-calls.ts';

let given: CampaignServer;
beforeAll(async () => {
  given = await startCampaignServer({
    sandbox: { outcomes: { failed: 0 }, templates: USUAL_TEMPLATES },
  });
});
afterAll(() => given.stop());

const VOUCHER = {
  templateName: 'voucher',
  parameters: ['7'],
  components: {
    header: { text: { text: '{{ contact.firstName }}' } },
    buttons: [{ index: 0, code: 'SPRING' }],
  },
};
const ARRIVALS = {
  templateName: 'new_arrivals',
  parameters: ['{{ contact.jobTitle }}'],
  components: {
    header: { image: { link: 'https://files.example/a.png' } },
    buttons: [{ index: 0, urlSuffix: 'for/{{ contact.firstName | downcase }}' }],
  },
};

const PREVIEW = `query ($campaignId: ID, $input: CampaignPreviewInput, $contactId: ID!) {
  previewCampaignMessage(campaignId: $campaignId, input: $input, contactId: $contactId) {
    templateName language problem headerText mediaKind media { link mediaId filename }
    body footer parameters buttons { type text url code payload }
  }
}`;
async function preview(variables: object, tenant = given.server.north): Promise<any> {
  return tenant.owner.run(PREVIEW, variables as never);
}

const contact = async (change: object = {}) =>
  (
    await addContacts(given.server, given.server.north, [
      { name: 'Ada Lovelace', jobTitle: 'Countess', ...change },
    ])
  )[0] as string;

describe('a preview', () => {
  test('shows each template as the contact would get it', async () => {
    const { server } = given;
    const campaignId = await newCampaign(server, server.north, { templates: [VOUCHER, ARRIVALS] });
    const expected = [
      {
        templateName: 'voucher',
        language: 'en_US',
        problem: null,
        headerText: 'A gift for Ada',
        mediaKind: null,
        media: null,
        body: 'Use your code within 7 days.',
        footer: null,
        parameters: ['7'],
        buttons: [
          { type: 'COPY_CODE', text: 'Copy offer code', url: null, code: 'SPRING', payload: null },
          { type: 'PHONE_NUMBER', text: 'Call us', url: null, code: null, payload: null },
        ],
      },
      {
        templateName: 'new_arrivals',
        language: 'en_US',
        problem: null,
        headerText: null,
        mediaKind: 'IMAGE',
        media: { link: 'https://files.example/a.png', mediaId: null, filename: null },
        body: 'Hi Countess, this is new in our studio.',
        footer: 'Reply STOP to get no more offers.',
        parameters: ['Countess'],
        buttons: [
          {
            type: 'URL',
            text: 'Have a look',
            url: 'https://shop.example/new/for/ada',
            code: null,
            payload: null,
          },
          { type: 'QUICK_REPLY', text: 'Stop promotions', url: null, code: null, payload: null },
        ],
      },
    ];
    const contactId = await contact();
    const saved = await preview({ campaignId, contactId });
    expect(saved.data?.previewCampaignMessage).toEqual(expected);
    const input = { templates: [VOUCHER, ARRIVALS] };
    const unsaved = await preview({ input, contactId });
    expect(unsaved.data?.previewCampaignMessage).toEqual(expected);
  });

  test('says why the contact would get none', async () => {
    const problem = async (contactId: string) =>
      (await preview({ input: { templates: [ARRIVALS] }, contactId })).data
        .previewCampaignMessage[0].problem;
    expect(await problem(await contact({ phone: null }))).toContain('no phone number');
    expect(await problem(await contact({ jobTitle: null }))).toBe(
      'Parameter 1 of the template is empty for this contact.',
    );
  });

  test('is in the first language that can be sent', async () => {
    const { server } = given;
    const winter = {
      templateName: 'winter_check_in',
      language: 'fr',
      fallbackLanguages: ['de'],
      parameters: ['{{ contact.firstName }}'],
    };
    const contactId = await contact();
    const { data } = await preview({ input: { templates: [winter] }, contactId });
    expect(data.previewCampaignMessage).toMatchObject([
      {
        language: 'de',
        body: 'Hallo Ada, wie läuft Ihr Training? Diese Woche haben wir Zeit für ein Gespräch.',
      },
    ]);
    await mutate(server.north, USER, { id: await ownerOf(server.north), phone: newPhone() });
    const campaignId = await newCampaign(server, server.north, { templates: [winter] });
    await mutate(server.north, TEST, { campaignId, contactId });
    expect(given.sandbox.sent.at(-1)).toMatchObject({
      template: 'winter_check_in',
      language: 'de',
    });
  });

  test('is of one campaign or input, and of the own tenant', async () => {
    const { server } = given;
    const contactId = await contact();
    const campaignId = await newCampaign(server, server.north, { contacts: 0 });
    const code = async (variables: object, tenant = server.north) =>
      (await preview(variables, tenant)).errors[0].extensions.code;
    expect(await code({ contactId })).toBe('BAD_USER_INPUT');
    expect(await code({ contactId, campaignId, input: { templates: [VOUCHER] } })).toBe(
      'BAD_USER_INPUT',
    );
    expect(await code({ contactId, input: { templates: [] } })).toBe('BAD_USER_INPUT');
    expect(await code({ contactId, campaignId }, server.south)).toBe('NOT_FOUND');
    const templates = [VOUCHER];
    expect(await code({ contactId, input: { templates } }, server.south)).toBe('NOT_FOUND');
    const { data } = await server.south.owner.run('{ whatsAppNumbers { id } }');
    const foreign = { templates, whatsAppNumberId: data.whatsAppNumbers[0].id };
    expect(await code({ contactId, input: foreign })).toBe('NOT_FOUND');
  });
});

const TEST =
  'mutation ($input: SendTestMessageInput!) { sendTestMessage(input: $input) { whatsappMessageId phone userErrors { code field message } } }';
const USER =
  'mutation ($input: UpdateUserInput!) { updateUser(input: $input) { user { id phone } userErrors { code field message } } }';

const ownerOf = async ({ owner }: TestTenant): Promise<string> =>
  (await owner.run('{ viewer { user { id } } }')).data.viewer.user.id;

describe('a test message', () => {
  test('goes to the phone of a user, outside all figures', async () => {
    const { server, sandbox } = given;
    const { north } = server;
    const contactId = await contact();
    const campaignId = await newCampaign(server, north, { templates: [VOUCHER, ARRIVALS] });
    const input = { campaignId, contactId, templateName: 'new_arrivals' };
    const id = await ownerOf(north);
    await mutate(north, USER, { id, phone: null });
    expect(await refused(north, TEST, input)).toMatchObject([
      { code: 'INVALID', field: ['userId'] },
    ]);
    expect(await refused(north, USER, { id, phone: '0650 555' })).toMatchObject([
      { code: 'INVALID', field: ['phone'] },
    ]);
    const phone = newPhone();
    await mutate(north, USER, { id, phone });
    const sent = await mutate(north, TEST, input);
    expect(sent.phone).toBe(phone);
    expect(sandbox.sent.at(-1)).toMatchObject({
      id: sent.whatsappMessageId,
      to: phone.slice(1),
      template: 'new_arrivals',
      parameters: ['Countess'],
    });
    await sandbox.idle();
    await folded(server);
    const zero = { total: 0, sent: 0, delivered: 0, read: 0, replied: 0, failed: 0 };
    expect(await figuresOf(server, north, campaignId)).toEqual({ kept: zero, counted: zero });
    for (const [change, field] of [
      [{ templateName: 'none' }, 'templateName'],
      [{ userId: server.south.owner.id }, 'userId'],
      [{ contactId: Buffer.from(`Contact:${uuidOf(campaignId)}`).toString('base64') }, 'contactId'],
    ] as const)
      expect((await refused(north, TEST, { ...input, ...change }))[0]?.field).toEqual([field]);
    expect(await refused(server.south, TEST, input)).toMatchObject([
      { code: 'NOT_FOUND', field: ['campaignId'] },
    ]);
    sandbox.setFaults({ code: 131042, times: 1 });
    expect((await refused(north, TEST, input))[0]?.message).toContain('131042');
  });
});

const AUDIENCE =
  'query ($id: ID!) { campaign(id: $id) { audience { total sendable templates { templateName total sendable } leftOut { reason count } } } }';
const CONSENT =
  'mutation ($input: SetMarketingConsentInput!) { setMarketingConsent(input: $input) { userErrors { code field message } } }';

describe('an audience', () => {
  const read = async (id: string) =>
    (await given.server.north.owner.run(AUDIENCE, { id })).data.campaign.audience;

  test('is before the launch what the launch makes of it', async () => {
    const { server } = given;
    const phone = newPhone();
    const templates = [
      { templateName: 'spring_offer', weight: 2 },
      { templateName: 'autumn_offer', weight: 1 },
    ];
    const id = await newCampaign(server, server.north, {
      templates,
      contacts: [...many(5, () => ({})), { phone: null }, { phone }, { phone }, { phone: '123' }],
    });
    expect(await read(id)).toMatchObject({
      total: 9,
      sendable: 6,
      templates: [
        { templateName: 'spring_offer', total: 6 },
        { templateName: 'autumn_offer', total: 3 },
      ],
      leftOut: [
        { reason: 'NO_PHONE', count: 2 },
        { reason: 'SAME_PHONE', count: 1 },
      ],
    });
    const { rows } = await server.app.platform.database.pool.query(
      `select c.id from campaign_contact cc join contact c on c.id = cc."contactId" where cc."campaignId" = $1 and c."phoneE164" <> $2 and c."phoneE164" like '+%' limit 1`,
      [uuidOf(id), phone],
    );
    await mutate(server.north, CONSENT, {
      contactId: Buffer.from(`Contact:${rows[0].id}`).toString('base64'),
      state: 'OPTED_OUT',
    });
    const before = await read(id);
    expect(before).toMatchObject({ total: 9, sendable: 5 });
    expect(before.leftOut).toContainEqual({ reason: 'OPTED_OUT', count: 1 });
    await mutate(server.north, LAUNCH, { id });
    await untilStatus(server.north, id, 'COMPLETED');
    expect(await read(id)).toBeNull();
    const queue = await queueOf(server, id);
    for (const { templateName, total, sendable } of before.templates) {
      const ofTemplate = queue.filter((row) => row.templateName === templateName);
      expect(ofTemplate).toHaveLength(total);
      expect(ofTemplate.filter((row) => row.errorMessage === null)).toHaveLength(sendable);
    }
  });

  test('without contacts is empty', async () => {
    const id = await newCampaign(given.server, given.server.north, { contacts: 0 });
    expect(await read(id)).toEqual({ total: 0, sendable: 0, templates: [], leftOut: [] });
  });
});
