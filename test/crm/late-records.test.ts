/** Records that come late, fail first, vanish, or are corrected here. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDueSyncs } from '../../src/crm/schedule.ts';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { tenantsWithoutFullSync } from '../../src/tenancy/index.ts';
import { type ConnectedServer, connect, ended, startConnected, sync } from './crm.ts';

const OTHER_TENANT = '00000000-0000-4000-8000-000000000000';

let connected: ConnectedServer;
const owner = () => connected.server.north.owner;
const prisma = () => prismaOf(connected.server.app.platform.database);
const tenantId = () => connected.server.north.tenantId;
const contactOf = (person: number) =>
  prisma().contact.findFirstOrThrow({
    where: { tenantId: tenantId(), pipedrivePersonId: String(person) },
  });
const update = async (input: object) => {
  const { data } = await owner().run(
    'mutation ($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { message } } }',
    { input },
  );
  expect(data.updateContact.userErrors).toEqual([]);
};

beforeAll(async () => {
  connected = await startConnected({ size: 5 });
  await connect(owner(), { apiToken: connected.sandbox.token });
  await sync(owner());
});
afterAll(() => connected.stop());

const due = () => new Date(Date.now() - 3_600_000).toISOString();
const call = (person: number) => ({
  person_id: person,
  type: 'call',
  done: true,
  due_date: due().slice(0, 10),
  due_time: due().slice(11, 19),
});

test('a deal and a meeting of a person who failed first are the contact’s once the person is mended', async () => {
  const { sandbox } = connected;
  const organization = sandbox.add('organizations', { name: null });
  const person = sandbox.add('persons', { name: null, org_id: organization.id, emails: [] });
  sandbox.add('deals', { person_id: person.id, value: 50_000, status: 'won' });
  sandbox.add('activities', call(person.id));
  expect(await sync(owner())).toMatchObject({ status: 'COMPLETED', failed: 3 });
  // Later records raise the marks past those that wait.
  sandbox.add('deals', { person_id: 1 });
  sandbox.add('activities', call(1));
  await sync(owner());
  sandbox.change('persons', person.id, { name: 'Late Person' });
  await sync(owner());
  expect(await contactOf(person.id)).toMatchObject({
    organizationId: null,
    warmnessRelationship: 2,
    warmnessActivity: 2,
  });
  expect((await contactOf(person.id)).lastContactedAt).not.toBeNull();
  sandbox.change('organizations', organization.id, { name: 'Late Company' });
  await sync(owner());
  expect((await contactOf(person.id)).organizationId).not.toBeNull();
});

test('what a full sync does not see stops counting, and a person that is gone loses its link', async () => {
  const { sandbox } = connected;
  const person = sandbox.add('persons', { name: 'Purged', emails: [], org_id: null });
  const deal = sandbox.add('deals', { person_id: person.id, value: 50_000, status: 'open' });
  const activity = sandbox.add('activities', call(person.id));
  await sync(owner());
  const contact = await contactOf(person.id);
  expect(contact).toMatchObject({ warmnessRelationship: 2, warmnessActivity: 2 });
  sandbox.account.purge('deals', deal.id);
  sandbox.account.purge('activities', activity.id);
  sandbox.account.purge('persons', person.id);
  expect(await sync(owner(), true)).toMatchObject({ status: 'COMPLETED' });
  expect(
    await prisma().contact.findFirst({ where: { tenantId: tenantId(), id: contact.id } }),
  ).toMatchObject({
    pipedrivePersonId: null,
    warmnessRelationship: 0,
    warmnessActivity: 0,
    lastContactedAt: null,
  });
});

test('what was corrected here stays, though the person is read again', async () => {
  const person = connected.sandbox.add('persons', {
    name: 'Jon Smit',
    emails: [{ value: 'jon@smith.example' }],
    phones: [{ value: '+1 650 253 0001' }],
    org_id: 1,
  });
  await sync(owner());
  const { id } = await contactOf(person.id);
  await update({
    id: encodeGlobalId('Contact', id),
    name: 'John Smith',
    phone: '+1 650 253 0002',
    organizationId: null,
  });
  expect(await sync(owner())).toMatchObject({ updated: 0 });
  expect(await sync(owner(), true)).toMatchObject({ updated: 0 });
  const corrected = { name: 'John Smith', phone: '+1 650 253 0002', organizationId: null };
  expect(await contactOf(person.id)).toMatchObject(corrected);
  // Only what changed there is taken.
  connected.sandbox.change('persons', person.id, { job_title: 'Head of Trade' });
  await sync(owner());
  expect(await contactOf(person.id)).toMatchObject({ ...corrected, jobTitle: 'Head of Trade' });
  connected.sandbox.change('persons', person.id, { name: 'Jonathan Smith' });
  await sync(owner());
  expect(await contactOf(person.id)).toMatchObject({ ...corrected, name: 'Jonathan Smith' });
});

test('what is removed there is removed here if it came from there', async () => {
  const add = (name: string) =>
    connected.sandbox.add('persons', {
      name,
      emails: [{ value: `${name}@left.example`, primary: true }],
      phones: [{ value: '+1 650 253 0003' }],
      job_title: 'Clerk',
      org_id: 1,
    });
  const [left, kept] = [add('left'), add('kept')];
  await sync(owner());
  await update({
    id: encodeGlobalId('Contact', (await contactOf(kept.id)).id),
    phone: '+1 650 253 0004',
  });
  for (const { id } of [left, kept])
    connected.sandbox.change('persons', id, {
      emails: [],
      phones: [],
      org_id: null,
      job_title: null,
    });
  await sync(owner());
  const gone = { email: null, organizationId: null, jobTitle: null };
  expect(await contactOf(left.id)).toMatchObject({ ...gone, phone: null, phoneE164: null });
  expect(await contactOf(kept.id)).toMatchObject({ ...gone, phone: '+1 650 253 0004' });
});

test('a contact that was deleted here stays deleted until its person changes', async () => {
  const person = connected.sandbox.add('persons', { name: 'Deleted here', emails: [] });
  await sync(owner());
  const { id } = await contactOf(person.id);
  await owner().run(
    'mutation ($id: ID!) { deleteContact(input: { id: $id }) { userErrors { message } } }',
    { id: encodeGlobalId('Contact', id) },
  );
  await sync(owner(), true);
  await expect(contactOf(person.id)).rejects.toThrow();
  connected.sandbox.change('persons', person.id, { name: 'Wanted again' });
  await sync(owner());
  expect(await contactOf(person.id)).toMatchObject({ name: 'Wanted again' });
});

test('a name that is too long is shortened, with a note, and does not count as failed', async () => {
  const person = connected.sandbox.add('persons', { name: 'x'.repeat(300), emails: [] });
  expect(await sync(owner())).toMatchObject({
    created: 1,
    failed: 0,
    failures: [
      {
        externalId: String(person.id),
        message: 'The name of this person has more than 200 characters and was shortened.',
      },
    ],
  });
  expect((await contactOf(person.id)).name).toBe(`${'x'.repeat(199)}…`);
});

test.each([
  ['unpaid', /subscription/],
  ['unsuccessful', /did not succeed/],
] as const)('a Pipedrive that is %s fails the sync', async (answer, message) => {
  connected.sandbox.setFaults({ answer, kind: 'deals' });
  const failed = await sync(owner());
  connected.sandbox.setFaults({});
  expect(failed).toMatchObject({
    status: 'FAILED',
    errorMessage: expect.stringMatching(message),
  });
});

test('a full sync runs by itself once in its period', async () => {
  const { platform } = connected.server.app;
  const tick = async (minutes: number) => {
    await prisma().$executeRawUnsafe(
      `with aged as (update crm_connection set "connectedAt" = "connectedAt" - interval '${minutes} min')
       update crm_sync set "createdAt" = "createdAt" - interval '${minutes} min'`,
    );
    const config = { PIPEDRIVE_SYNC_MINUTES: 15, PIPEDRIVE_FULL_SYNC_HOURS: 24 };
    await startDueSyncs(
      { ...platform, config: { ...platform.config, ...config } },
      AbortSignal.timeout(10_000),
    );
    const { data } = await owner().run('{ crmSyncs(first: 1) { nodes { id } } }');
    return ended(owner(), data.crmSyncs.nodes[0].id);
  };
  expect(await tick(25 * 60)).toMatchObject({ status: 'COMPLETED', full: true });
  expect(await tenantsWithoutFullSync(platform.database, [tenantId(), OTHER_TENANT], 24)).toEqual([
    { tenantId: OTHER_TENANT },
  ]);
});

test('a corrected activity keeps what Pipedrive has not changed', async () => {
  const { sandbox } = connected;
  const activity = sandbox.add('activities', { ...call(1), subject: 'Theirs', note: 'Before' });
  await sync(owner());
  const stored = () =>
    prisma().activity.findFirstOrThrow({
      where: { tenantId: tenantId(), pipedriveActivityId: String(activity.id) },
    });
  const { data } = await owner().run(
    'mutation ($input: UpdateActivityInput!) { updateActivity(input: $input) { userErrors { message } } }',
    { input: { id: encodeGlobalId('Activity', (await stored()).id), subject: 'Ours' } },
  );
  expect(data.updateActivity.userErrors).toEqual([]);
  sandbox.change('activities', activity.id, { note: 'After' });
  await sync(owner());
  expect(await stored()).toMatchObject({ subject: 'Ours', note: 'After' });
  sandbox.change('activities', activity.id, { subject: 'Theirs again' });
  await sync(owner());
  expect(await stored()).toMatchObject({ subject: 'Theirs again', note: 'After' });
});

test('details of an organization that were corrected here stay until they change in Pipedrive', async () => {
  const { sandbox } = connected;
  const organization = sandbox.add('organizations', {
    name: 'Corrected Ltd.',
    address: { value: '1 High Street', locality: 'Bath' },
  });
  await sync(owner());
  const stored = () =>
    prisma().organization.findFirstOrThrow({
      where: { tenantId: tenantId(), pipedriveOrgId: String(organization.id) },
    });
  const { id, city } = await stored();
  expect(city).toBe('Bath');
  const { data } = await owner().run(
    'mutation ($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { userErrors { message } } }',
    { input: { id: encodeGlobalId('Organization', id), name: 'Ours Ltd.', city: 'Bristol' } },
  );
  expect(data.updateOrganization.userErrors).toEqual([]);
  sandbox.change('organizations', organization.id, { owner_id: 1 });
  await sync(owner());
  expect(await stored()).toMatchObject({ name: 'Ours Ltd.', city: 'Bristol' });
  sandbox.change('organizations', organization.id, { name: 'Theirs Ltd.', address: null });
  await sync(owner());
  // The city was corrected, so that its removal there says nothing about it.
  expect(await stored()).toMatchObject({ name: 'Theirs Ltd.', city: 'Bristol', address: null });
});

test('a contact shows where its details are from, and when they changed in Pipedrive', async () => {
  const { sandbox } = connected;
  const person = sandbox.add('persons', {
    name: 'Sourced',
    job_title: 'CEO',
    emails: [{ value: 'Sourced@x.example', primary: true }],
    org_id: null,
  });
  await sync(owner());
  const { id } = await contactOf(person.id);
  await update({ id: encodeGlobalId('Contact', id), jobTitle: 'CFO', phone: '+1 650 253 0000' });
  const { data } = await owner().run(
    'query ($id: ID!) { contact(id: $id) { lastCrmUpdateAt sources { detail source } } }',
    { id: encodeGlobalId('Contact', id) },
  );
  expect(Date.parse(data.contact.lastCrmUpdateAt)).toBeGreaterThan(0);
  expect(data.contact.sources).toEqual(
    expect.arrayContaining([
      { detail: 'NAME', source: 'PIPEDRIVE' },
      { detail: 'EMAIL', source: 'PIPEDRIVE' },
      { detail: 'PHONE', source: 'USER' },
      { detail: 'JOB_TITLE', source: 'USER' },
    ]),
  );
  expect(data.contact.sources).not.toContainEqual(
    expect.objectContaining({ detail: 'ORGANIZATION' }),
  );
});
