/** The templates that WhatsApp has for a number, and campaigns that are checked against them. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SANDBOX_ACCOUNT_ID } from '../../src/sandbox/whatsapp-events.ts';
import { body, sandboxTemplate, USUAL_TEMPLATES } from '../../src/sandbox/whatsapp-templates.ts';
import {
  type CampaignServer,
  CREATE,
  LAUNCH,
  mutate,
  newCampaign,
  queueOf,
  refused,
  setPace,
  startCampaignServer,
  untilStatus,
} from './campaign-server.ts';
import { call, sign } from './webhook-calls.ts';

let given: CampaignServer;
beforeAll(async () => {
  given = await startCampaignServer({
    sandbox: { outcomes: { failed: 0, delivered: 0 }, templates: USUAL_TEMPLATES },
  });
});
afterAll(() => given.stop());
beforeEach(async () => {
  given.sandbox.setTemplates(USUAL_TEMPLATES);
  await forget();
});

/** Makes every list old enough to be asked for again. */
async function forget(): Promise<void> {
  await given.server.app.platform.database.pool.query(
    `update whatsapp_number set "templatesListedAt" = "templatesListedAt" - interval '1 day'`,
  );
}

/** WhatsApp reports something of a template. */
async function notice(field: string, value: object): Promise<void> {
  const time = Math.floor(Date.now() / 1_000);
  const text = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: SANDBOX_ACCOUNT_ID, time, changes: [{ field, value }] }],
  });
  const headers = { 'x-hub-signature-256': sign(text, 'the secret of the app') };
  expect(await call(given.server.url, text, headers)).toBe(200);
}

const LIST = `query ($status: String, $first: Int, $after: String) {
  whatsAppTemplates(status: $status, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes {
      name language status statusReason category quality hasNamedVariables
      components { type format text variables buttons { index type text url takes } }
    }
  }
}`;
const REFRESH =
  'mutation ($input: RefreshWhatsAppTemplatesInput!) { refreshWhatsAppTemplates(input: $input) { number { id templatesListedAt } userErrors { code field message } } }';
const NUMBERS = '{ whatsAppNumbers { id } }';

async function listed(variables: object = {}, tenant = given.server.north): Promise<any> {
  const { data, errors } = await tenant.owner.run(LIST, variables);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.whatsAppTemplates;
}

async function numberId(): Promise<string> {
  return (await given.server.north.owner.run(NUMBERS)).data.whatsAppNumbers[0].id;
}

describe('the list', () => {
  test('has what WhatsApp says of each template', async () => {
    const { nodes, totalCount } = await listed({ first: 40 });
    expect(totalCount).toBe(USUAL_TEMPLATES.length);
    const named = (name: string) => nodes.find((one: any) => one.name === name);
    expect(named('summer_sale')).toMatchObject({ status: 'PAUSED', quality: 'RED' });
    expect(named('loyalty_club')).toMatchObject({
      status: 'REJECTED',
      statusReason: 'TAG_CONTENT_MISMATCH',
    });
    expect(named('order_update')).toMatchObject({
      category: 'UTILITY',
      hasNamedVariables: true,
      components: [
        { type: 'HEADER', format: 'TEXT', variables: ['order_id'] },
        { type: 'BODY', variables: ['first_name', 'order_id', 'city'] },
      ],
    });
    expect(named('new_arrivals')).toMatchObject({
      language: 'en_US',
      status: 'APPROVED',
      category: 'MARKETING',
      hasNamedVariables: false,
      components: [
        { type: 'HEADER', format: 'IMAGE', text: null },
        { type: 'BODY', variables: ['1'] },
        { type: 'FOOTER' },
        {
          type: 'BUTTONS',
          buttons: [
            { index: 0, type: 'URL', url: 'https://shop.example/new/{{1}}', takes: 'urlSuffix' },
            { index: 1, type: 'QUICK_REPLY', text: 'Stop promotions', takes: 'payload' },
          ],
        },
      ],
    });
  });

  test('has pages, and can be limited to a status', async () => {
    const first = await listed({ first: 3 });
    const next = await listed({ first: 3, after: first.pageInfo.endCursor });
    const names = [...first.nodes, ...next.nodes].map(
      ({ name, language }: any) => `${name} ${language}`,
    );
    expect(names).toEqual(
      USUAL_TEMPLATES.map(({ name, language }) => `${name} ${language}`)
        .sort()
        .slice(0, 6),
    );
    expect((await listed({ status: 'PAUSED' })).nodes).toMatchObject([{ name: 'summer_sale' }]);
  });

  test('is read again on demand, and after WhatsApp has reported a change', async () => {
    const { server, sandbox } = given;
    await listed();
    const changed = [sandboxTemplate('brand_new', [body('Hello')])];
    sandbox.setTemplates(changed);
    const id = await numberId();
    expect((await mutate(server.north, REFRESH, { whatsAppNumberId: id })).number.id).toBe(id);
    expect((await listed()).nodes).toMatchObject([{ name: 'brand_new' }]);
    sandbox.setTemplates([
      sandboxTemplate('brand_new', [body('Hello {{1}}')], { quality_score: { score: 'YELLOW' } }),
    ]);
    expect((await listed()).nodes[0].components).toMatchObject([{ text: 'Hello' }]);
    await notice('message_template_quality_update', {
      message_template_name: 'brand_new',
      message_template_language: 'en_US',
      new_quality_score: 'YELLOW',
    });
    expect((await listed()).nodes).toMatchObject([
      { quality: 'YELLOW', components: [{ text: 'Hello {{1}}' }] },
    ]);
  });

  test('has all pages of a large account', async () => {
    given.sandbox.setTemplates(
      Array.from({ length: 600 }, (_, index) => sandboxTemplate(`t_${index}`, [body('x')])),
    );
    await mutate(given.server.north, REFRESH, { whatsAppNumberId: await numberId() });
    expect((await listed()).totalCount).toBe(600);
  });

  test("is each tenant's own, and members' only", async () => {
    const { server } = given;
    await listed({}, server.south);
    const id = await numberId();
    expect(await refused(server.south, REFRESH, { whatsAppNumberId: id })).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
    const answer = await server.south.owner.run(
      'query ($id: ID) { whatsAppTemplates(whatsAppNumberId: $id) { totalCount } }',
      { id },
    );
    expect(answer.data.whatsAppTemplates.totalCount).toBe(0);
  });
});

const MEDIA = { header: { image: { link: 'https://files.example/a.png' } } };
const BUTTON = { buttons: [{ index: 0, urlSuffix: 'spring' }] };
const create = (...templates: object[]) =>
  refused(given.server.north, CREATE, { name: 'A campaign', templates });

test.each([
  [{ templateName: 'spring_offer' }],
  [{ templateName: 'winter_check_in', language: 'de', parameters: ['x'] }],
  [
    {
      templateName: 'winter_check_in',
      language: 'fr',
      fallbackLanguages: ['de'],
      parameters: ['x'],
    },
  ],
  [{ templateName: 'new_arrivals', parameters: ['x'], components: { ...MEDIA, ...BUTTON } }],
  [
    {
      templateName: 'order_update',
      components: {
        header: { text: { name: 'order_id', text: '7' } },
        body: ['city', 'first_name', 'order_id'].map((name) => ({ name, text: 'x' })),
      },
    },
  ],
  [
    {
      templateName: 'voucher',
      parameters: ['7'],
      components: { header: { text: { text: 'x' } }, buttons: [{ index: 0, code: 'SPRING' }] },
    },
  ],
])('%j fits', async (template) => {
  expect(await create(template)).toEqual([]);
});

const wrong: [object, string, string][] = [
  [{ templateName: 'none' }, 'templateName', 'has no template none'],
  [{ templateName: 'winter_check_in', language: 'fr' }, 'language', 'it is in de, en_US'],
  [{ templateName: 'summer_sale', parameters: ['x'] }, 'templateName', 'has it as PAUSED'],
  [{ templateName: 'loyalty_club' }, 'templateName', 'REJECTED (TAG_CONTENT_MISMATCH)'],
  [{ templateName: 'winter_check_in' }, 'parameters', 'expects 1, for {{1}}; found 0'],
  [{ templateName: 'spring_offer', parameters: ['x'] }, 'parameters', 'expects no parameters'],
  [
    { templateName: 'winter_check_in', components: { body: [{ name: 'a', text: 'x' }] } },
    'components.body',
    'has no names of variables',
  ],
  [
    { templateName: 'autumn_offer_video', components: MEDIA },
    'components.header',
    'needs components.header.video',
  ],
  [
    { templateName: 'spring_offer', components: MEDIA },
    'components.header',
    'nothing in its header',
  ],
  [
    { templateName: 'invoice_ready', parameters: ['x'] },
    'components.header',
    'needs components.header.document',
  ],
  [
    { templateName: 'new_arrivals', parameters: ['x'], components: MEDIA },
    'components.buttons',
    'needs urlSuffix for its button 0, "Have a look"',
  ],
  [
    {
      templateName: 'winter_check_in',
      parameters: ['x'],
      components: { buttons: [{ index: 0, code: 'x' }] },
    },
    'components.buttons.0',
    'button 0 takes payload',
  ],
  [
    {
      templateName: 'winter_check_in',
      parameters: ['x'],
      components: { buttons: [{ index: 4, payload: 'x' }] },
    },
    'components.buttons.0',
    'does not exist: there is 1',
  ],
  [
    {
      templateName: 'order_update',
      components: {
        header: { text: { name: 'order_id', text: '7' } },
        body: [
          { name: 'first_name', text: 'x' },
          { name: 'town', text: 'x' },
        ],
      },
    },
    'components.body',
    'order_id, city missing; town unknown',
  ],
  [
    {
      templateName: 'order_update',
      parameters: ['x', 'y', 'z'],
      components: { header: { text: { name: 'order_id', text: '7' } } },
    },
    'components.body',
    'needs the variables {{first_name}}, {{order_id}}, {{city}} by name',
  ],
];
test.each(wrong)('%j is INVALID', async (template, field, message) => {
  expect(await create({ templateName: 'autumn_offer' }, template)).toEqual([
    {
      code: 'INVALID',
      field: ['templates', '1', ...field.split('.')],
      message: expect.stringContaining(message),
    },
  ]);
});

test('everything that is missing is told at once, of each template', async () => {
  const errors = await create({ templateName: 'new_arrivals' }, { templateName: 'voucher' });
  expect(errors.map(({ field }) => field.slice(1).join('.'))).toEqual([
    '0.components.header',
    '0.parameters',
    '0.components.buttons',
    '1.components.header',
    '1.parameters',
    '1.components.buttons',
  ]);
});

test('a launch is refused for what has changed since, and a new template counts at once', async () => {
  const { server, sandbox } = given;
  const templates = [{ templateName: 'winter_check_in', parameters: ['x'] }];
  const id = await newCampaign(server, server.north, { templates });
  sandbox.setTemplates([
    sandboxTemplate('winter_check_in', [body('Hi {{1}} {{2}}')]),
    sandboxTemplate('just_approved', [body('Hi')]),
  ]);
  await forget();
  expect(await refused(server.north, LAUNCH, { id })).toEqual([
    {
      code: 'INVALID',
      field: ['id'],
      message: 'The template winter_check_in (en_US) expects 2, for {{1}}, {{2}}; found 1.',
    },
  ]);
  const replace =
    'mutation ($input: ReplaceCampaignTemplateInput!) { replaceCampaignTemplate(input: $input) { userErrors { code field message } } }';
  const input = { campaignId: id, templateName: 'winter_check_in' };
  expect(
    await refused(server.north, replace, { ...input, template: { templateName: 'none' } }),
  ).toMatchObject([{ code: 'INVALID', field: ['template', 'templateName'] }]);
  await mutate(server.north, replace, { ...input, template: { templateName: 'just_approved' } });
  await mutate(server.north, LAUNCH, { id });
  await untilStatus(server.north, id, 'COMPLETED');
});

test('a campaign whose language is paused goes on in the next one', async () => {
  const { server, sandbox } = given;
  const templates = [
    { templateName: 'winter_check_in', fallbackLanguages: ['fr', 'de'], parameters: ['x'] },
  ];
  const id = await newCampaign(server, server.north, { templates, contacts: 600 });
  await setPace(server, 1);
  await mutate(server.north, LAUNCH, { id });
  sandbox.setTemplates(
    USUAL_TEMPLATES.map((one) =>
      one.name === 'winter_check_in' && one.language === 'en_US'
        ? { ...one, status: 'PAUSED' }
        : one,
    ),
  );
  await notice('message_template_status_update', {
    event: 'PAUSED',
    message_template_name: 'winter_check_in',
    message_template_language: 'en_US',
  });
  await untilStatus(server.north, id, 'PAUSED');
  await setPace(server, null);
  await mutate(server.north, LAUNCH, { id });
  await untilStatus(server.north, id, 'COMPLETED');
  const ids = (await queueOf(server, id)).map((row) => row.id);
  const languages = sandbox.sent
    .filter(({ callbackData }) => ids.includes(callbackData ?? ''))
    .map(({ language }) => language);
  expect(languages).toHaveLength(600);
  expect(languages.at(-1)).toBe('de');
});

test('where WhatsApp lists nothing, campaigns are made unchecked', async () => {
  const { server } = given;
  const { pool } = server.app.platform.database;
  await pool.query('update whatsapp_number set "templatesListedAt" = null');
  await pool.query('delete from whatsapp_template');
  await given.sandbox.close();
  expect(await create({ templateName: 'anything' })).toEqual([]);
  const { errors } = await server.south.owner.run(LIST);
  expect(errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
});
