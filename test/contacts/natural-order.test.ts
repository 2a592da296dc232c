/** Lists in the order that people expect: names as they are read, rows without a date last. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.ts';
import {
  change,
  createContact,
  createOrganization,
  daysAgo,
  logActivity,
  read,
} from './operations.ts';

let server: TestServer;
const NAMES = ['Zoo', 'item 10', 'apple', 'Item 9', 'Äpfel', 'zebra', 'Ärger', 'item 100'];
const SORTED = ['Äpfel', 'apple', 'Ärger', 'Item 9', 'item 10', 'item 100', 'zebra', 'Zoo'];

beforeAll(async () => {
  server = await startTestServer({ worker: false });
  for (const name of NAMES) {
    const organizationId = await createOrganization(server.north.owner, name, {
      city: name === 'Zoo' ? 'Bern' : 'Basel',
      size: name === 'apple' ? 'large' : null,
    });
    const contactId = await createContact(
      name === 'zebra' ? server.north.member : server.north.owner,
      { name, organizationId },
    );
    if (name.startsWith('item'))
      await logActivity(server.north.owner, contactId, 'CALL', daysAgo(name.length));
    await change(server.north.owner, 'createWorkPackage', {
      title: name,
      contactId,
      startDate: name === 'apple' ? '2026-01-05' : null,
    });
  }
});
afterAll(() => server.stop());

/** All rows of a list, read in pages of three. */
async function all(list: string, field: string, args: string): Promise<(string | null)[]> {
  const values: string[] = [];
  for (let after = ''; ; ) {
    const data = await read(
      server.north.owner,
      `{ ${list}(first: 3, ${args}${after}) { nodes { ${field} } pageInfo { endCursor hasNextPage } } }`,
    );
    values.push(...data[list].nodes.map((node: Record<string, string>) => node[field]));
    if (!data[list].pageInfo.hasNextPage) return values;
    after = `, after: "${data[list].pageInfo.endCursor}"`;
  }
}

test.each([
  ['contacts', 'name', 'NAME'],
  ['organizations', 'name', 'NAME'],
  ['workPackages', 'title', 'TITLE'],
])(
  '%s by %s are in the order of a dictionary, in both directions and page by page',
  async (list, field, order) => {
    const ours = async (direction: string) =>
      (await all(list, field, `orderBy: { field: ${order}, direction: ${direction} }`)).filter(
        (name) => NAMES.includes(name ?? ''),
      );
    expect(await ours('ASC')).toEqual(SORTED);
    expect(await ours('DESC')).toEqual(SORTED.toReversed());
  },
);

test('organizations with equally many contacts are in the same order', async () => {
  const names = await all(
    'organizations',
    'name',
    'orderBy: { field: CONTACT_COUNT, direction: DESC }',
  );
  expect(names.filter((name) => NAMES.includes(name ?? ''))).toEqual(SORTED);
});

test.each([
  ['contacts', 'lastContactedAt', 'LAST_CONTACTED'],
  ['organizations', 'name', 'LAST_ACTIVITY'],
  ['workPackages', 'expectedEndDate', 'EXPECTED_END_DATE'],
])('of %s, those without %s are last in both directions', async (list, field, order) => {
  for (const direction of ['ASC', 'DESC']) {
    const values = await all(list, field, `orderBy: { field: ${order}, direction: ${direction} }`);
    if (list === 'organizations') {
      const active = direction === 'ASC' ? ['item 100', 'item 10'] : ['item 10', 'item 100'];
      expect(values.slice(0, 2)).toEqual(active);
      continue;
    }
    const given = values.filter((value) => value !== null);
    expect(values.slice(given.length)).toEqual(values.filter((value) => value === null));
    expect(given).toEqual(direction === 'ASC' ? given.toSorted() : given.toSorted().reverse());
  }
});

test('organizations are filtered by city, size and who owns their contacts', async () => {
  const { viewer } = await read(server.north.member, '{ viewer { user { id } } }');
  const found = (filter: string) =>
    all('organizations', 'name', `filter: { ${filter} }, orderBy: { field: NAME }`);
  expect(await found('city: "Bern"')).toEqual(['Zoo']);
  expect(await found('size: "large"')).toEqual(['apple']);
  expect(await found(`ownerId: "${viewer.user.id}"`)).toEqual(['zebra']);
  expect(await found(`ownerId: "${viewer.user.id}", city: "Bern"`)).toEqual([]);
});

test('a contact says who changed it last', async () => {
  const id = await createContact(server.north.owner, { name: 'Changed' });
  const byWhom = async () =>
    (
      await read(
        server.north.owner,
        'query ($id: ID!) { contact(id: $id) { updatedBy { email } } }',
        { id },
      )
    ).contact.updatedBy.email;
  expect(await byWhom()).toBe(server.north.owner.email);
  await change(server.north.member, 'updateContact', { id, jobTitle: 'x' });
  expect(await byWhom()).toBe(server.north.member.email);
});
