/** Packet templates: what they may say, and which is the default. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { change, finishedPackets, mutate, read, refusals, submittedClient } from './operations.ts';

let server: TestServer;
let owner: TestUser;

beforeAll(async () => {
  server = await startTestServer();
  owner = server.north.owner;
});
afterAll(() => server.stop());

const FIELDS =
  'packetTemplate { id packetType name isDefault isActive sections { heading body } updatedAt }';
const template = (input: object = {}) => ({
  packetType: 'PERFORMANCE',
  name: 'Mine',
  sections: [{ heading: 'Hello', body: 'Text' }],
  ...input,
});
const upsert = (input: object) => change(owner, 'upsertPacketTemplate', template(input), FIELDS);
const refused = (input: object) => refusals(owner, 'upsertPacketTemplate', template(input));

async function listed(args = 'packetType: PERFORMANCE, includeInactive: true'): Promise<string[]> {
  const { packetTemplates } = await read(
    owner,
    `{ packetTemplates(${args}) { name isDefault isActive } }`,
  );
  return packetTemplates.map(
    ({ name, isDefault, isActive }: any) =>
      `${name}${isDefault ? ' (default)' : ''}${isActive ? '' : ' (inactive)'}`,
  );
}

describe('a template', () => {
  beforeEach(async () => {
    await upsert({ name: 'Standard', isDefault: true });
    await upsert({});
  });

  test('is kept by its type and name', async () => {
    const first = await upsert({});
    const second = await upsert({ sections: [{ heading: 'New', body: '{{ client.name }}' }] });
    expect(second.packetTemplate).toMatchObject({
      id: first.packetTemplate.id,
      sections: [{ heading: 'New', body: '{{ client.name }}' }],
    });
    expect((await upsert({ packetType: 'YOUTH' })).packetTemplate.id).not.toBe(
      first.packetTemplate.id,
    );
  });

  test('that becomes the default takes the place of the old one', async () => {
    await upsert({ isDefault: true });
    expect((await listed()).filter((name) => name.includes('default'))).toEqual(['Mine (default)']);
    await upsert({ name: 'Standard', isDefault: true });
    expect((await listed()).filter((name) => name.includes('default'))).toEqual([
      'Standard (default)',
    ]);
  });

  test('that is the default stays so until another one is', async () => {
    expect(await refused({ name: 'Standard' })).toEqual(['CONFLICT isDefault']);
    expect(await refused({ name: 'Standard', isActive: false })).toEqual(['CONFLICT isActive']);
    expect(await refused({ isDefault: true, isActive: false })).toEqual(['INVALID isDefault']);
    expect(await listed()).toContain('Standard (default)');
  });

  test('of several that become the default at once leaves one', async () => {
    await Promise.all(
      Array.from({ length: 8 }, (_, index) => upsert({ name: `Racer ${index}`, isDefault: true })),
    );
    expect((await listed()).filter((name) => name.includes('default'))).toHaveLength(1);
  });

  test('that is inactive is listed only when it is asked for', async () => {
    await upsert({ name: 'Old', isActive: false });
    expect(await listed()).toContain('Old (inactive)');
    expect(await listed('packetType: PERFORMANCE')).not.toContain('Old (inactive)');
  });

  test.each([
    ['{{ client.name', 1, 1],
    ['Hi\n  {% if %}x{% endif %}', 2, undefined],
    ['One\nTwo\n{{ answers.name | shout }}', 3, undefined],
    ['{% include "x" %}', 1, 1],
    ['{% dance %}', 1, 1],
  ])('with the body %j is INVALID, with line and column', async (body, line, column) => {
    const { userErrors } = await mutate(
      owner,
      'upsertPacketTemplate',
      template({
        sections: [
          { heading: 'ok', body: 'ok' },
          { heading: 'x', body },
        ],
      }),
    );
    expect(userErrors).toMatchObject([{ code: 'INVALID', field: ['sections', '1', 'body'] }]);
    expect(userErrors[0].message).toMatch(
      new RegExp(`^Line ${line}, column ${column ?? '\\d+'}: `),
    );
  });

  test.each([
    [{ sections: [] }, 'sections'],
    [{ sections: Array(31).fill({ heading: 'x', body: 'x' }) }, 'sections'],
    [{ sections: [{ heading: ' ', body: 'x' }] }, 'sections.0.heading'],
    [{ name: '' }, 'name'],
  ])('is INVALID otherwise (%#)', async (input, field) => {
    expect(await refused(input)).toEqual([`INVALID ${field}`]);
  });
});

test('packets are made from the default of their type, with client, answers and computed values', async () => {
  const body =
    '{{ client.name }} weighs {{ answers.weightKg }} kg, BMI {{ computed.bmi }}, [{{ answers.nothing }}] <script>alert(1)</script>';
  await upsert({
    packetType: 'WELCOME',
    name: 'Greeting',
    isDefault: true,
    sections: [{ heading: 'Hello {{ client.name }}', body }],
  });
  const { id } = await submittedClient(owner, { name: 'Ann <b>Lee</b>' });
  const [packet] = await finishedPackets(
    owner,
    id,
    'type status title sections { heading markdown } html',
  );
  expect(packet).toMatchObject({
    type: 'WELCOME',
    status: 'COMPLETED',
    title: 'Greeting',
    sections: [{ heading: 'Hello Ann <b>Lee</b>' }],
  });
  expect(packet.sections[0].markdown).toMatch(/weighs \d+ kg, BMI [\d.]+, \[\]/);
  expect(packet.html).toContain('Ann &lt;b&gt;Lee');
  expect(packet.html).not.toContain('<script');
});
