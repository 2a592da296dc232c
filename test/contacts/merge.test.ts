/** Merging contacts that are one person, and finding them. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import {
  change,
  createContact,
  createOrganization,
  daysAgo,
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
});
afterAll(() => server.stop());
beforeEach(() => {
  user = server.north.owner;
});

const FIELDS =
  'id name email phone phoneE164 jobTitle leadStatus organization { name } owner { id } lastContactedAt warmness { activity score }';
const merge = (input: object) =>
  change(user, 'mergeContacts', input, `contact { ${FIELDS} } moved { what count }`);
const contact = async (id: string, fields = FIELDS) =>
  (await read(user, `query ($id: ID!) { contact(id: $id) { ${fields} } }`, { id })).contact;

describe('merging', () => {
  test('moves activities, deals, packages, clients and portal users, and fills what the target lacks', async () => {
    const organizationId = await createOrganization(user, 'Merge & Co');
    const [targetId, first, second] = [
      await createContact(user, { name: 'Ann Lee', email: 'ann@x.example' }),
      await createContact(user, { name: 'Anne Lee', jobTitle: 'CEO', phone: '+49 151 23456789' }),
      await createContact(user, { name: 'A. Lee', email: 'lee@x.example', organizationId }),
    ];
    await logActivity(user, targetId, 'NOTE', daysAgo(3));
    await logActivity(user, first, 'CALL', daysAgo(2));
    await logActivity(user, second, 'MEETING', daysAgo(1));
    await sql(
      server.databaseUrl,
      `insert into deal ("tenantId", id, "contactId", title, value, status)
         select "tenantId", gen_random_uuid(), id, 'Deal', 20000, 'OPEN' from contact where id = $1`,
      [uuidOf(first)],
    );
    const { workPackage } = await change(
      user,
      'createWorkPackage',
      { title: 'x', contactId: second },
      'workPackage { id version }',
    );
    const { data } = await user.run(
      'mutation ($id: ID!) { createClient(input: { name: "Lee", clientType: INDIVIDUAL, contactId: $id }) { client { id } userErrors { message } } }',
      { id: first },
    );
    const portal = await user.run(
      'mutation ($id: ID!) { createUser(input: { name: "Lee", email: "portal@x.example", role: CLIENT, contactId: $id }) { user { id } userErrors { message } } }',
      { id: second },
    );
    const { contact: merged, moved } = await merge({ sourceIds: [first, second], targetId });
    expect(merged).toMatchObject({
      id: targetId,
      name: 'Ann Lee',
      email: 'ann@x.example',
      phone: '+49 151 23456789',
      phoneE164: '+4915123456789',
      jobTitle: 'CEO',
      organization: { name: 'Merge & Co' },
      // Three activities, a meeting and a call.
      warmness: { activity: 6 },
    });
    expect(moved).toEqual([
      { what: 'activities', count: 2 },
      { what: 'deals', count: 1 },
      { what: 'portal users', count: 1 },
      { what: 'work packages', count: 1 },
      { what: 'intake clients', count: 1 },
    ]);
    expect([await contact(first), await contact(second)]).toEqual([null, null]);
    const after = await read(
      user,
      `query ($wp: ID!, $client: ID!, $org: ID!) {
        workPackage(id: $wp) { contactId version }
        client(id: $client) { contactId }
        organization(id: $org) { contactCount averageWarmness }
        contacts(filter: { search: "ann merge" }) { totalCount }
      }`,
      { wp: workPackage.id, client: data.createClient.client.id, org: organizationId },
    );
    expect(after).toEqual({
      workPackage: { contactId: targetId, version: workPackage.version + 1 },
      client: { contactId: targetId },
      organization: { contactCount: 1, averageWarmness: merged.warmness.score },
      contacts: { totalCount: 1 },
    });
    const [row] = await sql<{ contactId: string }>(
      server.databaseUrl,
      'select "contactId" from "user" where id = $1',
      [uuidOf(portal.data.createUser.user.id)],
    );
    expect(row?.contactId).toBe(uuidOf(targetId));
  });

  test('takes chosen details from other contacts', async () => {
    const [targetId, sourceId] = [
      await createContact(user, { name: 'Bob', email: 'old@x.example', leadStatus: 'NEW' }),
      await createContact(user, {
        name: 'Robert',
        email: 'new@x.example',
        leadStatus: 'QUALIFIED',
      }),
    ];
    const { contact: merged } = await merge({
      sourceIds: [sourceId],
      targetId,
      choices: [
        { detail: 'EMAIL', contactId: sourceId },
        { detail: 'NAME', contactId: targetId },
      ],
    });
    expect(merged).toMatchObject({ name: 'Bob', email: 'new@x.example', leadStatus: 'NEW' });
  });

  test('as a dry run says what would be, and changes nothing', async () => {
    const [targetId, sourceId] = [
      await createContact(user, { name: 'Dry' }),
      await createContact(user, { name: 'Run', jobTitle: 'CFO' }),
    ];
    await logActivity(user, sourceId, 'CALL', daysAgo(1));
    const { contact: merged, moved } = await merge({
      sourceIds: [sourceId],
      targetId,
      dryRun: true,
    });
    expect(merged).toMatchObject({ id: targetId, jobTitle: 'CFO', warmness: { activity: 2 } });
    expect(moved).toEqual([{ what: 'activities', count: 1 }]);
    expect(await contact(targetId)).toMatchObject({ jobTitle: null, warmness: { activity: 0 } });
    expect(await contact(sourceId)).toMatchObject({ jobTitle: 'CFO', warmness: { activity: 2 } });
  });

  test('keeps a stop of any of the contacts, also one that is older than what another said', async () => {
    const [targetId, sourceId] = [
      await createContact(user, { phone: '+49 151 23456701' }),
      await createContact(user, { phone: '+49 151 23456702' }),
    ];
    const say = async (contactId: string, state: string) => {
      const { data } = await user.run(
        'mutation ($input: SetMarketingConsentInput!) { setMarketingConsent(input: $input) { userErrors { message } } }',
        { input: { contactId, state, note: 'By phone' } },
      );
      expect(data.setMarketingConsent.userErrors).toEqual([]);
    };
    await say(sourceId, 'OPTED_OUT');
    await say(targetId, 'OPTED_IN');
    await merge({ sourceIds: [sourceId], targetId });
    const consent = () => contact(targetId, 'marketingConsent { state source note }');
    expect(await consent()).toEqual({
      marketingConsent: { state: 'OPTED_OUT', source: 'USER', note: 'By phone' },
    });
    await say(targetId, 'OPTED_IN');
    expect((await consent()).marketingConsent.state).toBe('OPTED_IN');
  });

  test('keeps one client with the contact, the one that is furthest', async () => {
    const [targetId, sourceId] = [await createContact(user), await createContact(user)];
    const clients = [];
    for (const id of [targetId, sourceId]) {
      const { data } = await user.run(
        'mutation ($id: ID!) { createClient(input: { name: "Lee", clientType: INDIVIDUAL, contactId: $id }) { client { id } userErrors { message } } }',
        { id },
      );
      clients.push(data.createClient.client.id);
    }
    await sql(server.databaseUrl, 'update client set "intakeCompletedAt" = now() where id = $1', [
      uuidOf(clients[1]),
    ]);
    const { moved } = await merge({ sourceIds: [sourceId], targetId });
    expect(moved).toEqual([
      { what: 'intake clients', count: 1 },
      { what: 'intake clients that have no contact from now on', count: 1 },
    ]);
    const { nodes } = await read(
      user,
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Client { contactId } } }',
      { ids: clients },
    );
    expect(nodes).toEqual([{ contactId: null }, { contactId: targetId }]);
  });

  test('is refused with what does not exist, itself and unclear choices', async () => {
    const [one, other] = [await createContact(user), await createContact(user)];
    const south = await createContact(server.south.owner);
    const refused = (input: object) => refusals(user, 'mergeContacts', input);
    expect(await refused({ sourceIds: [one], targetId: one })).toEqual(['INVALID sourceIds.0']);
    expect(await refused({ sourceIds: [one, south], targetId: other })).toEqual([
      'NOT_FOUND sourceIds.1',
    ]);
    expect(await refused({ sourceIds: [one], targetId: south })).toEqual(['NOT_FOUND targetId']);
    expect(await refused({ sourceIds: [], targetId: one })).toEqual(['INVALID sourceIds']);
    const choice = { detail: 'NAME', contactId: one };
    expect(await refused({ sourceIds: [one], targetId: other, choices: [choice, choice] })).toEqual(
      ['INVALID choices.1.detail'],
    );
    expect(
      await refused({
        sourceIds: [one],
        targetId: other,
        choices: [{ detail: 'NAME', contactId: south }],
      }),
    ).toEqual(['INVALID choices.0.contactId']);
  });

  test('both ways at once leaves one of the two', async () => {
    const [one, other] = [await createContact(user), await createContact(user)];
    const answers = await Promise.all([
      refusals(user, 'mergeContacts', { sourceIds: [one], targetId: other }),
      refusals(user, 'mergeContacts', { sourceIds: [other], targetId: one }),
    ]);
    expect(answers.filter((codes) => codes.length === 0)).toHaveLength(1);
    expect([await contact(one, 'id'), await contact(other, 'id')].filter(Boolean)).toHaveLength(1);
  });
});

describe('duplicateContacts', () => {
  const duplicates = async (args = '') =>
    (
      await read(server.south.owner, `{ duplicateContacts${args} { evidence contacts { name } } }`)
    ).duplicateContacts.map(({ evidence, contacts }: any) => [
      contacts.map(({ name }: any) => name).join(', '),
      evidence.join(', '),
    ]);

  test('lists groups with their evidence, best first, until they are dismissed or merged', async () => {
    const south = server.south.owner;
    const organizationId = await createOrganization(south, 'Duplicates Ltd');
    const add = (name: string, more: object = {}) => createContact(south, { name, ...more });
    const maria = await add('Maria Silva', { email: 'info@hotel.example' });
    const peter = await add('Peter Wagner', { email: 'INFO@hotel.example' });
    const jon = await add('Jon Smith', { organizationId });
    await add('John Smith', { organizationId });
    const zoe = await add('Zoë Müller', { email: 'zoe@x.example', phone: '+49 151 23456789' });
    const twin = await add('Zoe Muller', { email: 'Zoe@x.example', phone: '0049 151 23456789' });
    await add('Somebody Else', { organizationId });
    expect(await duplicates()).toEqual([
      ['Zoë Müller, Zoe Muller', 'SAME_EMAIL, SAME_PHONE'],
      ['Jon Smith, John Smith', 'SIMILAR_NAME'],
      ['Maria Silva, Peter Wagner', 'SAME_EMAIL'],
    ]);
    expect(await duplicates('(first: 1)')).toHaveLength(1);
    expect(await duplicates(`(contactId: "${jon}")`)).toEqual([
      ['Jon Smith, John Smith', 'SIMILAR_NAME'],
    ]);
    await change(south, 'dismissDuplicates', { contactIds: [peter, maria] }, 'contacts { id }');
    await change(south, 'mergeContacts', { sourceIds: [twin], targetId: zoe });
    expect(await duplicates()).toEqual([['Jon Smith, John Smith', 'SIMILAR_NAME']]);
    expect(await duplicates(`(contactId: "${maria}")`)).toEqual([]);
    const north = await createContact(server.north.owner);
    expect(await refusals(south, 'dismissDuplicates', { contactIds: [maria, north] })).toEqual([
      'NOT_FOUND contactIds.1',
    ]);
  });

  test('takes what many share for no evidence', async () => {
    const south = server.south.owner;
    const before = await duplicates('(first: 100)');
    for (let index = 0; index < 21; index += 1)
      await createContact(south, { name: `Person ${index}`, email: 'office@x.example' });
    expect(await duplicates('(first: 100)')).toEqual(before);
  });

  test('are found among thousands without comparing everybody with everybody', async () => {
    const { tenantId, owner } = server.south;
    await sql(
      server.databaseUrl,
      `with org as (
         insert into organization ("tenantId", id, name, "normalizedName")
           select $1, gen_random_uuid(), 'Firm ' || n, 'firm ' || n from generate_series(1, 900) n
           returning id)
       insert into contact ("tenantId", id, name, "searchText", "ownerId", "organizationId")
         select $1, gen_random_uuid(), name, lower(name) || ' |', $2, id
         from (select id, 'Person ' || left(md5(id::text || k), 9) || ' ' || left(md5(k || id::text), 9) as name
               from org, generate_series(1, 3) k) people`,
      [tenantId, owner.id],
    );
    await sql(server.databaseUrl, 'analyze contact, organization', []);
    // All pairs would take longer than a request may.
    expect((await duplicates('(first: 1)')).length).toBe(1);
  });
});
