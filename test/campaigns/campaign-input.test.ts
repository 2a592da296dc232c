/** What mutations of campaigns refuse, and with what. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ADD,
  CANCEL,
  type CampaignServer,
  CREATE,
  LAUNCH,
  many,
  mutate,
  newCampaign,
  PAUSE,
  refused,
  startCampaignServer,
  TEMPLATES,
  UPDATE,
} from './campaign-server.ts';

let given: CampaignServer;
beforeAll(async () => {
  given = await startCampaignServer({ worker: false });
});
afterAll(() => given.stop());

const create = (input: object) =>
  refused(given.server.north, CREATE, { name: 'A campaign', templates: TEMPLATES, ...input });
const template = (input: object) => create({ templates: [{ templateName: 'offer', ...input }] });
const invalid = (...field: string[]) => [{ code: 'INVALID', field, message: expect.any(String) }];

describe('a campaign', () => {
  test.each([
    [{ name: '' }, ['name']],
    [{ name: '   ' }, ['name']],
    [{ name: 'x'.repeat(201) }, ['name']],
    [{ name: 'a\u0000b' }, ['name']],
    [{ name: '\ud800' }, ['name']],
    [{ scheduledAt: 'tomorrow' }, ['scheduledAt']],
    [{ scheduledAt: '2026-13-01T00:00:00Z' }, ['scheduledAt']],
    [{ whatsAppNumberId: 'nonsense' }, ['whatsAppNumberId']],
    [{ contactIds: ['nonsense'] }, ['contactIds', '0']],
    [{ templates: [] }, ['templates']],
    [{ templates: many(21, (index) => ({ templateName: `t${index}` })) }, ['templates']],
    [
      { templates: [{ templateName: 'a' }, { templateName: 'b' }, { templateName: 'a' }] },
      ['templates', '2', 'templateName'],
    ],
  ])('of %j is INVALID', async (input, field) => {
    expect((await create(input)).slice(0, 1)).toMatchObject(invalid(...field));
  });

  test('with several faults names them all', async () => {
    expect(
      (await create({ name: '', templates: [{ templateName: '', weight: 0 }] })).map(({ field }) =>
        field.join('.'),
      ),
    ).toEqual(['name', 'templates.0.templateName', 'templates.0.weight']);
  });
});

describe('a template', () => {
  test.each([
    [{ templateName: '' }, 'templateName'],
    [{ templateName: 'x'.repeat(513) }, 'templateName'],
    [{ language: 'English please' }, 'language'],
    [{ language: '' }, 'language'],
    [{ weight: 0 }, 'weight'],
    [{ weight: -1 }, 'weight'],
    [{ weight: 10_001 }, 'weight'],
    [{ parameters: many(51, () => 'x') }, 'parameters'],
  ])('of %j is INVALID', async (input, field) => {
    expect(await template(input)).toMatchObject(invalid('templates', '0', field));
  });

  test.each([
    ['{{ contact.name', 'Liquid'],
    ['{{ contact.name | shout }}', 'undefined filter: shout, line 1'],
    ['{% for x in (1..10) %}x{% endfor %}', 'tag "for" not found'],
    ['{% assign x = 1 %}', 'tag "assign" not found'],
    ["{% include 'file' %}", 'tag "include" not found'],
    ['{% if contact.name %}x', 'not closed'],
    ['{{ contact.nmae }}', 'There is no variable contact.nmae; expected one of contact.name,'],
    ['{{ user.password }}', 'There is no variable user.password'],
    ['{{ contact }}', 'There is no variable contact'],
    ['x'.repeat(1_001), '1,000'],
    ['a\u0000b', 'NUL'],
  ])('with the parameter %j is INVALID', async (parameter, message) => {
    expect(await template({ parameters: ['fine', parameter] })).toMatchObject([
      {
        code: 'INVALID',
        field: ['templates', '0', 'parameters', '1'],
        message: expect.stringContaining(message),
      },
    ]);
  });

  test.each([
    '{{ contact.name | append: "!" }}',
    '{% if organization.name %}{{ organization.name }}{% else %}you{% endif %}',
    "{{ contact.jobTitle | default: 'friend' }}",
    'plain',
  ])('may have the parameter %j', async (parameter) => {
    expect(await template({ parameters: [parameter] })).toEqual([]);
  });
});

describe('ids', () => {
  const absent = Buffer.from('Campaign:00000000-0000-4000-8000-000000000000').toString('base64');
  const mutations: [string, string, string][] = [
    ['updateCampaign', UPDATE, 'id'],
    ['addCampaignContacts', ADD, 'campaignId'],
    ['launchCampaign', LAUNCH, 'id'],
    ['pauseCampaign', PAUSE, 'id'],
    ['cancelCampaign', CANCEL, 'id'],
  ];

  test.each(mutations)(
    'of nothing, of another type and of another tenant are alike to %s',
    async (name, query, field) => {
      const { server } = given;
      const foreign = await newCampaign(server, server.south);
      const rest = name === 'addCampaignContacts' ? { contactIds: [] } : {};
      for (const id of [absent, foreign, server.north.contactId]) {
        expect(await refused(server.north, query, { [field]: id, ...rest })).toEqual([
          { code: 'NOT_FOUND', field: [field], message: 'Nothing with this id exists.' },
        ]);
      }
      expect(await refused(server.north, query, { [field]: 'nonsense', ...rest })).toMatchObject(
        invalid(field),
      );
    },
  );
});

describe('an update', () => {
  test('changes what is given and keeps the rest', async () => {
    const { server } = given;
    const id = await newCampaign(server, server.north, { scheduledAt: '2099-01-01T00:00:00Z' });
    expect((await mutate(server.north, UPDATE, { id, name: ' New ' })).campaign).toMatchObject({
      name: 'New',
      scheduledAt: '2099-01-01T00:00:00.000Z',
    });
    expect((await mutate(server.north, UPDATE, { id, scheduledAt: null })).campaign).toMatchObject({
      name: 'New',
      scheduledAt: null,
    });
    const found = await server.north.owner.run(
      '{ campaigns(filter: { search: "new" }) { nodes { id } } }',
    );
    expect(found.data.campaigns.nodes.map((node: any) => node.id)).toContain(id);
  });

  test.each([
    [{ name: '' }, 'name'],
    [{ name: null }, 'name'],
    [{ scheduledAt: 'never' }, 'scheduledAt'],
  ])('to %j is INVALID', async (change, field) => {
    const { server } = given;
    expect(
      await refused(server.north, UPDATE, {
        id: await newCampaign(server, server.north, { contacts: 0 }),
        ...change,
      }),
    ).toContainEqual(expect.objectContaining({ code: 'INVALID', field: [field] }));
  });
});
