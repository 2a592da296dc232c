/** Cached lists are never stale: what one process changes, another one reads at once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recomputeDueWarmness } from '../../src/contacts/index.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { change, createContact, createOrganization, DAY, logActivity, read } from './operations.ts';

let writer: TestServer;
let reader: TestServer;

beforeAll(async () => {
  writer = await startTestServer();
  reader = await startTestServer({ shareWith: writer });
});
afterAll(async () => {
  await reader.stop();
  await writer.stop();
});

const LIST = `{ contacts(first: 50) { totalCount nodes { name warmnessScore lastContactedAt owner { name } organization { name contactCount } recentActivities { subject } } }
  organizations(first: 50) { totalCount nodes { name contactCount averageWarmness lastActivityAt } } }`;

async function expectSame(what: string): Promise<void> {
  const cached = await read(reader.north.owner, LIST);
  const first = await read(writer.north.owner, LIST);
  expect(cached, what).toEqual(first);
}

test('every kind of change is seen by another process at once', async () => {
  const user = writer.north.owner;
  const [one, other] = [
    await createOrganization(user, 'One'),
    await createOrganization(user, 'Other'),
  ];
  let id = '';
  const changes: [string, () => Promise<unknown>, string][] = [
    [
      'a new contact',
      async () => (id = await createContact(user, { name: 'Cached', organizationId: one })),
      'Cached',
    ],
    ['a changed contact', () => change(user, 'updateContact', { id, name: 'Renewed' }), 'Renewed'],
    [
      'an activity',
      () => change(user, 'logActivity', { contactId: id, type: 'CALL', subject: 'Rang' }),
      'Rang',
    ],
    [
      'a future one',
      () => logActivity(user, id, 'MEETING', new Date(Date.now() + DAY)),
      '"warmnessScore":5',
    ],
    [
      'time',
      () => recomputeDueWarmness(writer.app.platform, { now: new Date(Date.now() + 2 * DAY) }),
      '"warmnessScore":8',
    ],
    [
      'a renamed organization',
      () => change(user, 'updateOrganization', { id: one, name: 'Uno' }),
      'Uno',
    ],
    [
      'a merge',
      () => change(user, 'mergeOrganizations', { sourceId: one, targetId: other }),
      '"name":"Other","contactCount":1',
    ],
    [
      'a renamed owner',
      () =>
        user.run(
          `mutation { updateUser(input: { id: "${Buffer.from(`User:${user.id}`).toString('base64')}", name: "Olga" }) { userErrors { code } } }`,
        ),
      'Olga',
    ],
    ['a deleted contact', () => change(user, 'deleteContact', { id }), '"totalCount":1'],
    [
      'a deleted organization',
      () => change(user, 'deleteOrganization', { id: other }),
      '"name":"Client of north"',
    ],
  ];
  for (const [what, make, sign] of changes) {
    const before = await read(reader.north.owner, LIST);
    await make();
    const after = await read(reader.north.owner, LIST);
    expect(JSON.stringify(after), what).toContain(sign);
    expect(after, what).not.toEqual(before);
    await expectSame(what);
  }
});

test('writers and readers at once never leave an old page behind', async () => {
  const id = await createContact(writer.north.owner, { name: 'Round 0' });
  for (let round = 1; round <= 30; round += 1) {
    const reads = Array.from({ length: 5 }, () => read(reader.north.owner, LIST));
    await change(writer.north.owner, 'updateContact', { id, name: `Round ${round}` });
    expect(JSON.stringify(await read(reader.north.owner, LIST))).toContain(`"Round ${round}"`);
    await Promise.all(reads);
  }
});

test('the pages of one tenant are not those of another', async () => {
  await createContact(writer.north.owner, { name: 'Northerner' });
  await read(reader.north.owner, LIST);
  expect(JSON.stringify(await read(reader.south.owner, LIST))).not.toContain('Northerner');
});
