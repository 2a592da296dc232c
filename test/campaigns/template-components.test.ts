/** What fills a template: its header, body and buttons, as it is given and as it goes out. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type CampaignServer,
  CREATE,
  LAUNCH,
  mutate,
  newCampaign,
  queueOf,
  refused,
  startCampaignServer,
  untilStatus,
} from './campaign-server.ts';

let given: CampaignServer;
beforeAll(async () => {
  given = await startCampaignServer({ sandbox: { outcomes: { failed: 0, delivered: 0 } } });
});
afterAll(() => given.stop());

const CONTACT = { name: 'Ada Lovelace', jobTitle: 'Countess' };

/** Launches a campaign of one template to one contact; answers what went out. */
async function sent(template: object): Promise<any> {
  const { server, sandbox } = given;
  const id = await newCampaign(server, server.north, {
    contacts: [CONTACT],
    templates: [{ templateName: 'offer', ...template }],
  });
  await mutate(server.north, LAUNCH, { id });
  await untilStatus(server.north, id, 'COMPLETED');
  const [row] = await queueOf(server, id);
  return sandbox.sent.find(({ callbackData }) => callbackData === row?.id)?.components;
}

const LINK = 'https://files.example/spring.png';

test.each([
  [
    { components: { header: { image: { link: LINK } } } },
    [{ type: 'header', parameters: [{ type: 'image', image: { link: LINK } }] }],
  ],
  [
    { components: { header: { video: { mediaId: '1013859600285441' } } } },
    [{ type: 'header', parameters: [{ type: 'video', video: { id: '1013859600285441' } }] }],
  ],
  [
    {
      components: {
        header: {
          document: {
            link: 'https://files.example/{{ contact.lastName | url_encode }}.pdf',
            filename: '{{ contact.name }}.pdf',
          },
        },
      },
    },
    [
      {
        type: 'header',
        parameters: [
          {
            type: 'document',
            document: {
              link: 'https://files.example/Lovelace.pdf',
              filename: 'Ada Lovelace.pdf',
            },
          },
        ],
      },
    ],
  ],
  [
    {
      parameters: ['{{ contact.firstName }}', 'plain'],
      components: { header: { text: { text: '{{ contact.jobTitle }}' } } },
    },
    [
      { type: 'header', parameters: [{ type: 'text', text: 'Countess' }] },
      {
        type: 'body',
        parameters: [
          { type: 'text', text: 'Ada' },
          { type: 'text', text: 'plain' },
        ],
      },
    ],
  ],
  [
    {
      components: {
        header: { text: { name: 'order_id', text: '7' } },
        body: [{ name: 'first_name', text: '{{ contact.firstName }}' }],
      },
    },
    [
      { type: 'header', parameters: [{ type: 'text', parameter_name: 'order_id', text: '7' }] },
      { type: 'body', parameters: [{ type: 'text', parameter_name: 'first_name', text: 'Ada' }] },
    ],
  ],
  [
    {
      components: {
        buttons: [
          { index: 0, urlSuffix: '{{ contact.firstName | downcase }}' },
          { index: 1, code: 'SPRING25' },
          { index: 2, payload: 'STOP' },
        ],
      },
    },
    [
      { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: 'ada' }] },
      {
        type: 'button',
        sub_type: 'copy_code',
        index: '1',
        parameters: [{ type: 'coupon_code', coupon_code: 'SPRING25' }],
      },
      {
        type: 'button',
        sub_type: 'quick_reply',
        index: '2',
        parameters: [{ type: 'payload', payload: 'STOP' }],
      },
    ],
  ],
  [{}, []],
])('%j goes out as the Cloud API takes it', async (template, components) => {
  expect(await sent(template)).toEqual(components);
});

test('components come back as they were given, in copies too', async () => {
  const { north } = given.server;
  const components = { body: [{ name: 'a', text: 'A' }], buttons: [{ index: 1, payload: 'x' }] };
  const template = { templateName: 'offer', fallbackLanguages: ['de'], components };
  const id = await newCampaign(given.server, north, { contacts: 0, templates: [template] });
  const duplicate =
    'mutation ($input: DuplicateCampaignInput!) { duplicateCampaign(input: $input) { campaign { id } userErrors { code field message } } }';
  const copy = await mutate(north, duplicate, { id, name: 'Again' });
  for (const one of [id, copy.campaign.id]) {
    const answer = await north.owner.run(
      'query ($id: ID!) { campaign(id: $id) { templates { components fallbackLanguages sentLanguage } } }',
      { id: one },
    );
    expect(answer.data.campaign.templates).toEqual([
      { components, fallbackLanguages: ['de'], sentLanguage: 'en_US' },
    ]);
  }
});

test('a link that is none for a contact fails the message to that contact only', async () => {
  const { server } = given;
  const id = await newCampaign(server, server.north, {
    contacts: [{ jobTitle: 'https://files.example/a.png' }, { jobTitle: 'ftp://b' }],
    templates: [
      {
        templateName: 'offer',
        components: { header: { image: { link: '{{ contact.jobTitle }}' } } },
      },
    ],
  });
  await mutate(server.north, LAUNCH, { id });
  await untilStatus(server.north, id, 'COMPLETED');
  expect((await queueOf(server, id)).map(({ errorMessage }) => errorMessage).sort()).toEqual([
    "The link of the template's header is no https address for this contact.",
    null,
  ]);
});

describe('a template', () => {
  const media = (change: object) => ({ header: { image: { link: LINK, ...change } } });
  test.each([
    [media({ link: 'http://files.example/a.png' }), 'header.image.link'],
    [media({ link: 'spring.png' }), 'header.image.link'],
    [media({ mediaId: '7' }), 'header.image.link'],
    [media({ link: null }), 'header.image.link'],
    [media({ filename: 'a.png' }), 'header.image.filename'],
    [{ header: { video: { mediaId: 'no id' } } }, 'header.video.mediaId'],
    [{ header: { text: { text: '{{1}}' } } }, 'header.text.text'],
    [{ header: { text: { name: 'first name', text: 'x' } } }, 'header.text.name'],
    [{ body: [{ name: 'a', text: 'x' }, { text: 'y' }] }, 'body.1.name'],
    [
      {
        body: [
          { name: 'a', text: 'x' },
          { name: 'a', text: 'y' },
        ],
      },
      'body.1.name',
    ],
    [{ body: [{ name: 'a', text: '{{ name }}' }] }, 'body.0.text'],
    [{ buttons: [{ index: 0 }] }, 'buttons.0.index'],
    [{ buttons: [{ index: 0, code: 'x', payload: 'y' }] }, 'buttons.0.index'],
    [{ buttons: [{ index: 10, code: 'x' }] }, 'buttons.0.index'],
    [
      {
        buttons: [
          { index: 1, code: 'x' },
          { index: 1, payload: 'x' },
        ],
      },
      'buttons.1.index',
    ],
  ])('with %j is INVALID', async (components, field) => {
    const errors = await refused(given.server.north, CREATE, {
      name: 'A campaign',
      templates: [{ templateName: 'offer', components }],
    });
    expect(errors).toEqual([
      {
        code: 'INVALID',
        field: ['templates', '0', 'components', ...field.split('.')],
        message: expect.any(String),
      },
    ]);
  });

  test.each(['{{1}}', 'Hi {{ 2 }}', '{{- 12 -}}', "{{1 | default: 'x'}}", '{% echo 1 %}'])(
    'with the parameter %j is INVALID, as it is no text to fill in',
    async (parameter) => {
      const errors = await refused(given.server.north, CREATE, {
        name: 'A campaign',
        templates: [{ templateName: 'offer', parameters: [parameter] }],
      });
      expect(errors).toMatchObject([
        { code: 'INVALID', field: ['templates', '0', 'parameters', '0'] },
      ]);
      expect(errors[0]?.message).toContain('is the place of a variable');
    },
  );

  test('with parameters in two places is INVALID', async () => {
    expect(
      await refused(given.server.north, CREATE, {
        name: 'A campaign',
        templates: [
          { templateName: 'offer', parameters: ['x'], components: { body: [{ text: 'y' }] } },
        ],
      }),
    ).toMatchObject([{ code: 'INVALID', field: ['templates', '0', 'components', 'body'] }]);
  });
});
