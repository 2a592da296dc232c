/** Creating, changing and deleting contacts. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import {
  change,
  createContact,
  createOrganization,
  logActivity,
  read,
  refusals,
  sql,
  uuidOf,
} from './operations.ts';

let server: TestServer;
let user: TestUser;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
  user = server.north.owner;
});
afterAll(() => server.stop());

const FIELDS =
  'id name email phone phoneE164 jobTitle leadStatus addedToCampaign warmnessScore lastContactedAt organization { name contactCount } owner { id }';
const contact = async (id: string) =>
  (await read(user, `query ($id: ID!) { contact(id: $id) { ${FIELDS} } }`, { id })).contact;
const organization = async (id: string) =>
  (
    await read(
      user,
      'query ($id: ID!) { organization(id: $id) { name contactCount averageWarmness lastActivityAt } }',
      { id },
    )
  ).organization;
/** The refusals of making a contact with this, each checked alone. */
const refused = (input: object) => refusals(user, 'createContact', { name: 'x', ...input });

describe('a new contact', () => {
  test('belongs to whoever made it, and is as warm as what is known of it', async () => {
    const created = await change(
      user,
      'createContact',
      { name: ' Ann Lee ', email: 'Ann@Acme.com', leadStatus: 'QUALIFIED' },
      `contact { ${FIELDS} }`,
    );
    expect(created.contact).toMatchObject({
      name: 'Ann Lee',
      email: 'Ann@Acme.com',
      warmnessScore: 2,
      addedToCampaign: false,
      lastContactedAt: null,
      organization: null,
    });
    expect(uuidOf(created.contact.owner.id)).toBe(user.id);
  });

  test.each([
    ['(650) 253-0000', '+16502530000'],
    ['+44 20 7031 3000', '+442070313000'],
    ['650.253.0000', '+16502530000'],
    ['call me', null],
    ['0000', null],
  ])(
    'keeps the phone %j as typed, understood as %s in the United States',
    async (phone, phoneE164) => {
      expect(await contact(await createContact(user, { phone }))).toMatchObject({
        phone,
        phoneE164,
      });
    },
  );

  test('has a phone of the country of its tenant', async () => {
    const id = await createContact(server.south.owner, { phone: '020 7031 3000' });
    expect(
      (
        await read(server.south.owner, 'query ($id: ID!) { contact(id: $id) { phoneE164 } }', {
          id,
        })
      ).contact,
    ).toEqual({ phoneE164: '+442070313000' });
  });

  test('may have the e-mail of another one', async () => {
    const [one, other] = [
      await createContact(user, { email: 'twin@x.example' }),
      await createContact(user, { email: 'twin@x.example' }),
    ];
    expect(one).not.toBe(other);
    const { contacts } = await read(
      user,
      '{ contacts(filter: { search: "twin@x.example" }) { totalCount } }',
    );
    expect(contacts.totalCount).toBe(2);
  });

  test('is refused with what can not be', async () => {
    expect(await refused({ name: ' \t ' })).toEqual(['INVALID name']);
    expect(await refused({ name: 'x'.repeat(201) })).toEqual(['INVALID name']);
    expect(await refused({ name: 'x'.repeat(10_000) })).toEqual(['INVALID name']);
    expect(await refused({ email: 'nobody' })).toEqual(['INVALID email']);
    expect(await refused({ email: `${'x'.repeat(250)}@x.com` })).toEqual(['INVALID email']);
    expect(await refused({ organizationName: '...' })).toEqual(['INVALID organizationName']);
    expect(await refused({ organizationId: server.north.contactId })).toEqual([
      'NOT_FOUND organizationId',
    ]);
    expect(await refused({ organizationId: server.south.organizationId })).toEqual([
      'NOT_FOUND organizationId',
    ]);
    expect(
      await refused({ organizationId: server.north.organizationId, organizationName: 'x' }),
    ).toEqual(['INVALID organizationName']);
  });

  test.each(['🦊🦊🦊', 'شركة النور', 'ﷺ'.repeat(200), 'Ａｎｎ', "O'Brien \\ %_", '👩‍👩‍👧'])(
    'may be called %j',
    async (name) => {
      expect(
        await contact(
          await createContact(user, { name, organizationName: `Of ${name}`.slice(0, 50) }),
        ),
      ).toMatchObject({ name });
    },
  );
});

describe('organizationName', () => {
  test('finds the organization of this normalised name, and makes one where there is none', async () => {
    const id = await createOrganization(user, 'Initech Corp.');
    const [found, made] = [
      await createContact(user, { organizationName: '  INITECH  corp' }),
      await createContact(user, { organizationName: 'Initech Corporation' }),
    ];
    expect((await contact(found)).organization).toEqual({ name: 'Initech Corp.', contactCount: 1 });
    expect((await contact(made)).organization).toEqual({
      name: 'Initech Corporation',
      contactCount: 1,
    });
    expect(await organization(id)).toMatchObject({ contactCount: 1 });
  });

  test('makes one organization for 20 contacts that are made at once', async () => {
    const names = Array.from({ length: 20 }, (_, index) =>
      index % 2 ? 'Hooli & Sons' : 'hooli and sons.',
    );
    const ids = await Promise.all(
      names.map((organizationName) => createContact(user, { organizationName })),
    );
    const found = await Promise.all(ids.map(contact));
    expect(new Set(found.map((one) => one.organization.name)).size).toBe(1);
    expect(found.map((one) => one.organization.contactCount)).toEqual(ids.map(() => 20));
  });

  test('gives the organization its contact even while it is deleted', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = await createOrganization(user, `Fleeting ${round}`);
      const [made] = await Promise.all([
        createContact(user, { organizationName: `Fleeting ${round}` }),
        refusals(user, 'deleteOrganization', { id }),
      ]);
      expect((await contact(made)).organization).toEqual({
        name: `Fleeting ${round}`,
        contactCount: 1,
      });
    }
  });
});

describe('changing a contact', () => {
  test('changes what is given, and clears what is null', async () => {
    const id = await createContact(user, {
      email: 'a@x.example',
      phone: '(650) 253-0000',
      jobTitle: 'Editor',
      organizationName: 'Cleared',
    });
    await change(user, 'updateContact', { id, name: 'Ann Smith', addedToCampaign: true });
    expect(await contact(id)).toMatchObject({
      name: 'Ann Smith',
      email: 'a@x.example',
      phoneE164: '+16502530000',
      addedToCampaign: true,
      warmnessScore: 4,
    });
    await change(user, 'updateContact', {
      id,
      email: null,
      phone: null,
      jobTitle: null,
      organizationId: null,
      leadStatus: null,
    });
    expect(await contact(id)).toMatchObject({
      email: null,
      phone: null,
      phoneE164: null,
      jobTitle: null,
      organization: null,
      warmnessScore: 0,
    });
  });

  test('moves it to another organization, whose figures follow', async () => {
    const [from, to] = [
      await createOrganization(user, 'From'),
      await createOrganization(user, 'To'),
    ];
    const id = await createContact(user, { organizationId: from, email: 'a@x.example' });
    await logActivity(user, id, 'CALL');
    await change(user, 'updateContact', { id, organizationId: to });
    expect(await organization(from)).toMatchObject({
      contactCount: 0,
      averageWarmness: null,
      lastActivityAt: null,
    });
    expect(await organization(to)).toMatchObject({
      contactCount: 1,
      averageWarmness: 6,
      lastActivityAt: expect.any(String),
    });
  });

  test('gives it to another owner, who is no client', async () => {
    const id = await createContact(user);
    const ownerId = Buffer.from(`User:${server.north.member.id}`).toString('base64');
    expect(
      (await change(user, 'updateContact', { id, ownerId }, 'contact { ownerId }')).contact,
    ).toEqual({ ownerId });
    const client = Buffer.from(`User:${server.north.client.id}`).toString('base64');
    const foreign = Buffer.from(`User:${server.south.member.id}`).toString('base64');
    expect(await refusals(user, 'updateContact', { id, ownerId: client })).toEqual([
      'INVALID ownerId',
    ]);
    expect(await refusals(user, 'updateContact', { id, ownerId: foreign })).toEqual([
      'NOT_FOUND ownerId',
    ]);
  });

  test('is refused with what can not be', async () => {
    const id = await createContact(user);
    expect(await refusals(user, 'updateContact', { id, name: null })).toEqual(['INVALID name']);
    expect(
      await refusals(user, 'updateContact', { id, organizationId: server.south.organizationId }),
    ).toEqual(['NOT_FOUND organizationId']);
    expect(
      await refusals(user, 'updateContact', { id: server.south.contactId, name: 'x' }),
    ).toEqual(['NOT_FOUND id']);
    expect(await refusals(user, 'updateContact', { id: 'nonsense' })).toEqual(['INVALID id']);
  });
});

describe('deleting a contact', () => {
  test('takes its activities with it, leaves its deals, and is counted', async () => {
    const id = await createContact(user, { organizationName: 'Left' });
    await logActivity(user, id, 'MEETING');
    const { organization: of } = (
      await read(user, 'query ($id: ID!) { contact(id: $id) { organization { id } } }', { id })
    ).contact;
    await sql(
      server.databaseUrl,
      `insert into deal ("tenantId", id, "contactId", "organizationId", title, status) values ($1, gen_random_uuid(), $2, $3, 'x', 'OPEN')`,
      [server.north.tenantId, uuidOf(id), uuidOf(of.id)],
    );
    expect((await change(user, 'deleteContact', { id }, 'deletedId')).deletedId).toBe(id);
    expect(await contact(id)).toBeNull();
    expect(await organization(of.id)).toMatchObject({
      contactCount: 0,
      lastActivityAt: null,
      averageWarmness: null,
    });
    expect(
      await sql(server.databaseUrl, 'select "contactId" from deal where "organizationId" = $1', [
        uuidOf(of.id),
      ]),
    ).toEqual([{ contactId: null }]);
    expect(await refusals(user, 'deleteContact', { id })).toEqual(['NOT_FOUND id']);
  });

  test('is refused while a user or a package points at it', async () => {
    expect(await refusals(user, 'deleteContact', { id: server.north.contactId })).toEqual([
      'CONFLICT id',
    ]);
    const id = await createContact(user);
    await change(user, 'createWorkPackage', { title: 'x', contactId: id });
    expect(await refusals(user, 'deleteContact', { id })).toEqual(['CONFLICT id']);
    expect(await contact(id)).not.toBeNull();
  });
});

test('a portal client reads name, e-mail, phone and job title of its own contact, and no more', async () => {
  const { client, contactId } = server.north;
  const { viewer } = await read(client, '{ viewer { contact { id name email phone jobTitle } } }');
  expect(viewer.contact).toMatchObject({ id: contactId, name: 'Cleo of north' });
  const fields = [
    'warmnessScore',
    'warmness { score }',
    'addedToCampaign',
    'lastContactedAt',
    'recentActivities { id }',
    'activities { totalCount }',
    'pipedrivePersonId',
  ];
  for (const field of fields) {
    const { errors } = await client.run(`{ viewer { contact { ${field} } } }`);
    expect(errors?.[0]?.extensions.code, field).toBe('FORBIDDEN');
  }
});
