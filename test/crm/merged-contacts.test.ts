/** Contacts that were merged here, and persons that were merged in Pipedrive. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { type ConnectedServer, connect, startConnected, sync } from './crm.ts';

let connected: ConnectedServer;
const owner = () => connected.server.north.owner;
const prisma = () => prismaOf(connected.server.app.platform.database);
const tenantId = () => connected.server.north.tenantId;
const contactOf = (person: number) =>
  prisma().contact.findFirst({
    where: { tenantId: tenantId(), pipedrivePersonId: String(person) },
  });
const contactCount = () => prisma().contact.count({ where: { tenantId: tenantId() } });

beforeAll(async () => {
  connected = await startConnected({ size: 5 });
  await connect(owner(), { apiToken: connected.sandbox.token });
  await sync(owner());
});
afterAll(() => connected.stop());

const merge = async (sourceId: string, targetId: string) => {
  const { data } = await owner().run(
    'mutation ($input: MergeContactsInput!) { mergeContacts(input: $input) { userErrors { message } } }',
    {
      input: {
        sourceIds: [encodeGlobalId('Contact', sourceId)],
        targetId: encodeGlobalId('Contact', targetId),
      },
    },
  );
  expect(data.mergeContacts.userErrors).toEqual([]);
};

test('both persons of a merged contact stay known, and their deals are its own', async () => {
  const { sandbox } = connected;
  const add = (name: string) => sandbox.add('persons', { name, emails: [], org_id: null });
  const [first, second] = [add('Ann Twice'), add('Ann Twice')];
  await sync(owner());
  const [target, source] = [await contactOf(first.id), await contactOf(second.id)];
  const count = await contactCount();
  await merge(source!.id, target!.id);
  sandbox.add('deals', { person_id: second.id, value: 50_000, status: 'open' });
  expect(await sync(owner(), true)).toMatchObject({ status: 'COMPLETED', failed: 0 });
  expect(await contactCount()).toBe(count - 1);
  expect(await contactOf(first.id)).toMatchObject({ id: target!.id, warmnessRelationship: 2 });
  // The person that the contact is followed by goes: the other one takes its place.
  sandbox.delete('persons', first.id);
  sandbox.change('persons', second.id, { name: 'Ann Once' });
  await sync(owner());
  expect(await contactOf(second.id)).toMatchObject({ id: target!.id, name: 'Ann Once' });
  expect(await contactCount()).toBe(count - 1);
});

test('persons that were merged in Pipedrive are offered as duplicates', async () => {
  const { sandbox } = connected;
  const emails = [{ value: 'maria@merged.example', primary: true }];
  const [gone, kept] = [
    sandbox.add('persons', { name: 'Maria Merged', emails, org_id: null }),
    sandbox.add('persons', { name: 'Maria B. Merged', emails, org_id: null }),
  ];
  await sync(owner());
  sandbox.delete('persons', gone.id);
  sandbox.change('persons', kept.id, { name: 'Maria Merged' });
  await sync(owner());
  const { data } = await owner().run(
    '{ duplicateContacts { evidence contacts { name pipedrivePersonId } } }',
  );
  expect(data.duplicateContacts).toContainEqual({
    evidence: ['SAME_EMAIL'],
    contacts: [
      { name: 'Maria Merged', pipedrivePersonId: null },
      { name: 'Maria Merged', pipedrivePersonId: String(kept.id) },
    ],
  });
});
