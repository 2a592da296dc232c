/** Syncing with Pipedrive: what comes of its records, once, again, and when they change. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recomputeAllWarmness } from '../../src/contacts/index.ts';
import { prismaOf } from '../../src/platform/database/prisma-access.ts';
import { encodeGlobalId } from '../../src/platform/global-id.ts';
import { type ConnectedServer, connect, start, startConnected, sync } from './crm.ts';

let connected: ConnectedServer;
const owner = () => connected.server.north.owner;
const member = () => connected.server.north.member;
const prisma = () => prismaOf(connected.server.app.platform.database);
const tenantId = () => connected.server.north.tenantId;
const contactOf = (person: number) =>
  prisma().contact.findFirstOrThrow({
    where: { tenantId: tenantId(), pipedrivePersonId: String(person) },
  });
const organizationOf = (org: number) =>
  prisma().organization.findFirst({ where: { tenantId: tenantId(), pipedriveOrgId: String(org) } });
const total = () =>
  (['organizations', 'persons', 'deals', 'activities'] as const).reduce(
    (sum, kind) => sum + connected.sandbox.account.count(kind),
    0,
  );

beforeAll(async () => {
  connected = await startConnected({ size: 40 });
  await connect(owner(), { apiToken: connected.sandbox.token });
  await recomputeAllWarmness(connected.server.app.platform);
});
afterAll(() => connected.stop());

test('the first sync is a full one: all four kinds are taken over, and the counts add up', async () => {
  const done = await sync(owner());
  expect(done).toMatchObject({
    status: 'COMPLETED',
    full: true,
    fetched: total(),
    failed: 0,
    failures: [],
    errorMessage: null,
  });
  expect(done.created + done.updated + done.unchanged + done.failed).toBe(done.fetched);
  const where = { tenantId: tenantId() };
  expect(
    await prisma().organization.count({ where: { ...where, pipedriveOrgId: { not: null } } }),
  ).toBe(8);
  expect(
    await prisma().contact.count({ where: { ...where, pipedrivePersonId: { not: null } } }),
  ).toBe(40);
  expect(await prisma().deal.count({ where })).toBe(16);
  expect(await prisma().activity.count({ where })).toBe(80);
});

test('a contact has what its person has: e-mail, phone, organization, and the owner whose e-mail is the same', async () => {
  const person = connected.sandbox.add('persons', {
    name: 'Ann Lee',
    emails: [{ value: 'Ann.Lee@Acme.example', primary: true }],
    phones: [{ value: '(650) 253-0000', primary: true }],
    job_title: 'CEO',
    org_id: 1,
    owner_id: 102,
  });
  const unowned = connected.sandbox.add('persons', {
    name: 'Bob',
    emails: [],
    owner_id: 103,
    org_id: null,
  });
  expect(await sync(owner())).toMatchObject({ status: 'COMPLETED', full: false, created: 2 });
  expect(await contactOf(person.id)).toMatchObject({
    name: 'Ann Lee',
    email: 'ann.lee@acme.example',
    phone: '(650) 253-0000',
    phoneE164: '+16502530000',
    jobTitle: 'CEO',
    ownerId: member().id,
    organizationId: (await organizationOf(1))?.id,
  });
  expect(await contactOf(unowned.id)).toMatchObject({
    ownerId: owner().id,
    organizationId: null,
    email: null,
  });
});

test('running again changes nothing, neither incremental nor full', async () => {
  const before = await prisma().contact.findMany({
    where: { tenantId: tenantId() },
    orderBy: { id: 'asc' },
  });
  const incremental = await sync(owner());
  expect(incremental).toMatchObject({
    status: 'COMPLETED',
    full: false,
    created: 0,
    updated: 0,
    failed: 0,
  });
  const full = await sync(owner(), true);
  expect(full).toMatchObject({
    status: 'COMPLETED',
    full: true,
    fetched: total(),
    created: 0,
    updated: 0,
    unchanged: total(),
    failed: 0,
  });
  expect(
    await prisma().contact.findMany({ where: { tenantId: tenantId() }, orderBy: { id: 'asc' } }),
  ).toEqual(before);
});

test('an incremental sync asks for what changed since the greatest moment seen of each kind', async () => {
  connected.sandbox.change('persons', 3, { name: 'Changed Name' });
  connected.sandbox.requests.length = 0;
  expect(await sync(owner())).toMatchObject({ full: false, updated: 1, created: 0 });
  expect(await contactOf(3)).toMatchObject({ name: 'Changed Name' });
  const asked = connected.sandbox.requests.filter(({ path }) => path.startsWith('/api/v2/'));
  expect(asked).toHaveLength(4);
  for (const { query } of asked)
    expect(query['updated_since']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(new Set(asked.map(({ query }) => query['updated_since'])).size).toBeGreaterThan(1);
});

test('what was deleted there stays here without its link, and counts as updated; deals and activities go', async () => {
  const contact = await contactOf(5);
  const organization = await organizationOf(2);
  connected.sandbox.delete('persons', 5);
  connected.sandbox.delete('organizations', 2);
  connected.sandbox.delete('deals', 1);
  connected.sandbox.delete('activities', 1);
  expect(await sync(owner())).toMatchObject({
    status: 'COMPLETED',
    updated: 4,
    created: 0,
    failed: 0,
  });
  const where = (id: string) => ({ tenantId_id: { tenantId: tenantId(), id } });
  expect(await prisma().contact.findUnique({ where: where(contact.id) })).toMatchObject({
    pipedrivePersonId: null,
    name: contact.name,
  });
  expect(
    await prisma().organization.findUnique({ where: where(organization?.id ?? '') }),
  ).toMatchObject({ pipedriveOrgId: null });
  expect(await prisma().deal.count({ where: { tenantId: tenantId(), pipedriveDealId: '1' } })).toBe(
    0,
  );
  expect(
    await prisma().activity.count({ where: { tenantId: tenantId(), pipedriveActivityId: '1' } }),
  ).toBe(0);
  expect(await sync(owner())).toMatchObject({ updated: 0, created: 0 });
});

describe('organizations', () => {
  const create = async (name: string) => {
    const { data } = await owner().run(
      'mutation ($input: CreateOrganizationInput!) { createOrganization(input: $input) { organization { id } userErrors { message } } }',
      { input: { name } },
    );
    return data.createOrganization.organization.id;
  };

  test('one of the same normalised name is linked, one of a similar name is not', async () => {
    const same = await create('ACME & Sons, Corp');
    const similar = await create('Beta Corporation');
    const linked = connected.sandbox.add('organizations', {
      name: 'Acme and Sons Corp.',
      address: { value: '1 High Street', locality: 'Leeds', country: 'UK' },
    });
    const own = connected.sandbox.add('organizations', { name: 'Beta Corp', address: null });
    expect(await sync(owner())).toMatchObject({ created: 1, updated: 1 });
    const stored = await organizationOf(linked.id);
    expect(encodeGlobalId('Organization', stored?.id ?? '')).toBe(same);
    expect(stored).toMatchObject({
      name: 'Acme and Sons Corp.',
      normalizedName: 'acme and sons corp',
      address: '1 High Street',
      city: 'Leeds',
      country: 'UK',
    });
    expect(encodeGlobalId('Organization', (await organizationOf(own.id))?.id ?? '')).not.toBe(
      similar,
    );
  });

  test('two of one name there are one here, and persons of both belong to it', async () => {
    const [first, second] = [1, 2].map(() =>
      connected.sandbox.add('organizations', { name: 'Twice Ltd.' }),
    );
    const person = connected.sandbox.add('persons', {
      name: 'Of the second',
      org_id: second!.id,
      emails: [],
    });
    expect(await sync(owner())).toMatchObject({ created: 2, updated: 1, failed: 0 });
    expect((await contactOf(person.id)).organizationId).toBe((await organizationOf(first!.id))?.id);
    expect(await sync(owner(), true)).toMatchObject({ created: 0, updated: 0 });
  });

  test('one that was merged here stays merged', async () => {
    const [source, target] = [await organizationOf(3), await organizationOf(4)];
    await owner().run(
      'mutation ($input: MergeOrganizationsInput!) { mergeOrganizations(input: $input) { userErrors { message } } }',
      {
        input: {
          sourceId: encodeGlobalId('Organization', source!.id),
          targetId: encodeGlobalId('Organization', target!.id),
        },
      },
    );
    expect(await sync(owner(), true)).toMatchObject({
      status: 'COMPLETED',
      created: 0,
      updated: 0,
      failed: 0,
    });
    expect(await organizationOf(3)).toBeNull();
  });

  test('one that was merged into one without a link is followed there', async () => {
    const organization = connected.sandbox.add('organizations', { name: 'Followed Ltd.' });
    const person = connected.sandbox.add('persons', {
      name: 'Of the followed',
      org_id: organization.id,
      emails: [],
    });
    await sync(owner());
    const source = await organizationOf(organization.id);
    const targetId = await create('Followed Group');
    await owner().run(
      'mutation ($input: MergeOrganizationsInput!) { mergeOrganizations(input: $input) { userErrors { message } } }',
      {
        input: {
          sourceId: encodeGlobalId('Organization', source!.id),
          targetId,
        },
      },
    );
    connected.sandbox.change('organizations', organization.id, { name: 'Followed Holding' });
    // The person leaves in Pipedrive before a sync has seen the merge.
    connected.sandbox.change('persons', person.id, { org_id: null });
    await sync(owner());
    const followed = await organizationOf(organization.id);
    expect(followed?.name).toBe('Followed Holding');
    expect(encodeGlobalId('Organization', followed!.id)).toBe(targetId);
    expect((await contactOf(person.id)).organizationId).toBeNull();
  });

  test('a new name is taken over, and finds its contacts', async () => {
    connected.sandbox.change('organizations', 1, { name: 'Zanzibar Traders' });
    await sync(owner());
    expect(await organizationOf(1)).toMatchObject({
      name: 'Zanzibar Traders',
      normalizedName: 'zanzibar traders',
    });
    const { data } = await owner().run(
      '{ contacts(filter: { search: "zanz" }) { totalCount nodes { organization { name } } } }',
    );
    expect(data.contacts.totalCount).toBeGreaterThan(0);
    expect(new Set(data.contacts.nodes.map((node: any) => node.organization.name))).toEqual(
      new Set(['Zanzibar Traders']),
    );
  });

  test('a name that another one has here is left as it is', async () => {
    await create('Taken Name');
    connected.sandbox.change('organizations', 6, { name: 'Taken Name' });
    const before = (await organizationOf(6))?.name;
    expect(await sync(owner())).toMatchObject({ status: 'COMPLETED', failed: 0 });
    expect((await organizationOf(6))?.name).toBe(before);
  });
});

describe('persons', () => {
  const create = async (input: object) => {
    const { data } = await member().run(
      'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { message } } }',
      {
        input,
      },
    );
    return data.createContact.contact.id;
  };

  test('of two contacts with the e-mail the older is taken, and keeps what the person lacks', async () => {
    const older = await create({
      name: 'Jon Older',
      email: 'Two@Both.example',
      phone: '020 7946 0000',
      jobTitle: 'Lead',
    });
    await create({ name: 'John Older', email: 'two@both.example' });
    const person = connected.sandbox.add('persons', {
      name: 'John Older',
      emails: [{ value: 'two@both.example', primary: true }],
      phones: [],
      job_title: null,
      org_id: null,
      owner_id: 103,
    });
    expect(await sync(owner())).toMatchObject({ created: 0, updated: 1 });
    const contact = await contactOf(person.id);
    expect(encodeGlobalId('Contact', contact.id)).toBe(older);
    expect(contact).toMatchObject({
      name: 'John Older',
      email: 'Two@Both.example',
      phone: '020 7946 0000',
      jobTitle: 'Lead',
      ownerId: member().id,
    });
  });

  test('a shared mailbox does not turn one person into another', async () => {
    const email = 'info@hotel.example';
    const maria = await create({ name: 'Maria Brandstätter', email });
    const nameless = await create({ name: 'Info@Hotel.example', email });
    const emails = [{ value: email, primary: true }];
    const add = (name: string) => connected.sandbox.add('persons', { name, emails });
    const [peter, other, mariaThere] = [
      'Peter Brandstätter',
      'Paul Novak',
      'Brandstatter Maria',
    ].map(add);
    expect(await sync(owner())).toMatchObject({ created: 1, updated: 2 });
    const idOf = async (person: { id: number }) =>
      encodeGlobalId('Contact', (await contactOf(person.id)).id);
    expect(await idOf(mariaThere!)).toBe(maria);
    expect(await idOf(peter!)).toBe(nameless);
    expect([maria, nameless]).not.toContain(await idOf(other!));
    expect(await sync(owner(), true)).toMatchObject({ created: 0, updated: 0 });
  });

  test('a person has all its e-mails and phones, is found by any, and an "n/a" hides no number', async () => {
    const { sandbox } = connected;
    const { data } = await owner().run(
      'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } } }',
      {
        input: {
          name: 'Paula Several',
          emails: [{ address: 'paula@old.example' }, { address: 'Paula@Second.example' }],
          phones: [{ number: '+1 650 253 0031', label: 'desk' }],
        },
      },
    );
    const { id } = data.createContact.contact;
    const person = sandbox.add('persons', {
      name: 'Paula Several',
      org_id: null,
      emails: [
        { value: 'paula@new.example', label: 'work', primary: true },
        { value: 'paula@second.example; paula@third.example', label: 'home' },
      ],
      phones: [
        { value: 'n/a', label: 'work', primary: true },
        { value: '+1 650 253 0032', label: 'mobile' },
      ],
    });
    await sync(owner());
    const read = async () => {
      const { data } = await owner().run(
        'query ($id: ID!) { contact(id: $id) { pipedrivePersonId email phone phoneE164 emails { address label isPrimary source } phones { number label isPrimary source } } }',
        { id },
      );
      return data.contact;
    };
    expect(await read()).toEqual({
      pipedrivePersonId: String(person.id),
      email: 'paula@new.example',
      phone: '+1 650 253 0032',
      phoneE164: '+16502530032',
      emails: [
        { address: 'paula@new.example', label: 'work', isPrimary: true, source: 'PIPEDRIVE' },
        { address: 'paula@old.example', label: null, isPrimary: false, source: 'USER' },
        { address: 'Paula@Second.example', label: 'home', isPrimary: false, source: 'PIPEDRIVE' },
        { address: 'paula@third.example', label: 'home', isPrimary: false, source: 'PIPEDRIVE' },
      ],
      phones: [
        { number: '+1 650 253 0032', label: 'mobile', isPrimary: true, source: 'PIPEDRIVE' },
        { number: '+1 650 253 0031', label: 'desk', isPrimary: false, source: 'USER' },
        { number: 'n/a', label: 'work', isPrimary: false, source: 'PIPEDRIVE' },
      ],
    });
    const again = await sync(owner(), true);
    expect(again).toMatchObject({ created: 0, updated: 0 });
    // What was removed there goes here, what was entered here stays.
    sandbox.change('persons', person.id, {
      emails: [{ value: 'paula@third.example' }],
      phones: [],
    });
    await sync(owner());
    const { email, phone, emails } = await read();
    expect([email, phone]).toEqual(['paula@third.example', '+1 650 253 0031']);
    expect(emails.map(({ address }: { address: string }) => address)).toEqual([
      'paula@third.example',
      'paula@old.example',
    ]);
  });

  test('two persons of one e-mail are two contacts, and stay two', async () => {
    const emails = [{ value: 'shared@desk.example', primary: true }];
    const [first, second] = [1, 2].map((number) =>
      connected.sandbox.add('persons', { name: `Desk ${number}`, emails }),
    );
    expect(await sync(owner())).toMatchObject({ created: 2 });
    expect((await contactOf(first!.id)).id).not.toBe((await contactOf(second!.id)).id);
    expect(await sync(owner(), true)).toMatchObject({ created: 0, updated: 0 });
  });

  test('one bad record fails alone and is listed with its id', async () => {
    const bad = connected.sandbox.add('persons', { name: null });
    const good = connected.sandbox.add('persons', { name: 'Good' });
    expect(await sync(owner())).toMatchObject({
      status: 'COMPLETED',
      created: 1,
      failed: 1,
      failures: [{ externalId: String(bad.id), message: 'This person has no name.' }],
    });
    expect(await contactOf(good.id)).toMatchObject({ name: 'Good' });
    connected.sandbox.change('persons', bad.id, { name: 'Mended' });
    expect(await sync(owner())).toMatchObject({ created: 1, failed: 0 });
  });
});

describe('kept figures', () => {
  test('warmness, last contact and the organization follow from what was synced', async () => {
    const organization = connected.sandbox.add('organizations', { name: 'Figures Inc.' });
    const person = connected.sandbox.add('persons', {
      name: 'Warm',
      emails: [{ value: 'warm@figures.example', primary: true }],
      phones: [{ value: '+1 650 253 0001', primary: true }],
      job_title: 'CEO',
      org_id: organization.id,
    });
    const due = new Date(Date.now() - 3_600_000).toISOString();
    connected.sandbox.add('deals', { person_id: person.id, value: 20_000, status: 'open' });
    connected.sandbox.add('activities', {
      person_id: person.id,
      type: 'call',
      done: true,
      due_date: due.slice(0, 10),
      due_time: due.slice(11, 19),
    });
    connected.sandbox.add('activities', {
      person_id: person.id,
      type: 'meeting',
      done: false,
      due_date: due.slice(0, 10),
      due_time: due.slice(11, 19),
    });
    await sync(owner());
    const contact = await contactOf(person.id);
    // 4 of its details; 2 activities and a call; deals over 10,000; contacted in the last 7 days.
    expect(contact).toMatchObject({
      warmnessBase: 4,
      warmnessActivity: 3,
      warmnessRelationship: 2,
      warmnessEngagement: 2,
      warmnessScore: 10,
    });
    expect(contact.lastContactedAt?.toISOString()).toBe(`${due.slice(0, 19)}.000Z`);
    expect(await organizationOf(organization.id)).toMatchObject({
      contactCount: 1,
      warmnessSum: 10,
    });
  });

  test('all that a sync keeps is what computing it anew would give', async () => {
    expect(
      await recomputeAllWarmness(connected.server.app.platform, { tenantId: tenantId() }),
    ).toBe(0);
    const organizations = await prisma().organization.findMany({
      where: { tenantId: tenantId() },
      include: { contacts: true },
    });
    for (const { contactCount, contacts } of organizations)
      expect(contactCount).toBe(contacts.length);
  });
});

test('an activity of a person who is not here fails alone; one about nobody is passed over', async () => {
  const orphan = connected.sandbox.add('activities', { person_id: 99_999, participants: [] });
  connected.sandbox.add('activities', { person_id: null, participants: [] });
  expect(await sync(owner())).toMatchObject({
    failed: 1,
    created: 0,
    failures: [
      {
        externalId: String(orphan.id),
        message: 'There is no contact for the person 99999 of this activity.',
      },
    ],
  });
});

test('only one sync is under way, and syncs of other tenants see nothing of it', async () => {
  const refusedOnce = Promise.withResolvers<void>();
  connected.sandbox.setFaults({ heldUntil: refusedOnce.promise });
  const first = await start(member());
  const { data } = await owner().run(
    'mutation { startCrmSync(input: {}) { sync { id } userErrors { code field } } }',
  );
  expect(data.startCrmSync).toEqual({
    sync: null,
    userErrors: [{ code: 'CONFLICT', field: ['provider'] }],
  });
  connected.sandbox.setFaults({});
  refusedOnce.resolve();
  const { data: foreign } = await connected.server.south.owner.run(
    'query ($id: ID!) { node(id: $id) { id } crmSyncs { totalCount } crmConnection { apiUrl } }',
    { id: first.id },
  );
  expect(foreign).toEqual({ node: null, crmSyncs: { totalCount: 0 }, crmConnection: null });
  const refused = await connected.server.south.owner.run(
    'mutation { startCrmSync(input: {}) { userErrors { code field } } }',
  );
  expect(refused.data.startCrmSync.userErrors).toEqual([
    { code: 'NOT_FOUND', field: ['provider'] },
  ]);
});
