/** Who is in a campaign: contacts by id, and all that a filter finds. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ADD,
  addContacts,
  type CampaignServer,
  CREATE,
  many,
  mutate,
  newCampaign,
  readCampaign,
  refused,
  startCampaignServer,
  TEMPLATES,
  uuidOf,
} from './campaign-server.ts';

let given: CampaignServer;
beforeAll(async () => {
  given = await startCampaignServer({ worker: false });
});
afterAll(() => given.stop());

const draft = () => newCampaign(given.server, given.server.north, { contacts: 0 });
const id = (type: string, uuid: string) => Buffer.from(`${type}:${uuid}`).toString('base64');
const ABSENT = '00000000-0000-4000-8000-000000000000';

async function contactsOf(campaignId: string): Promise<string[]> {
  const { rows } = await given.server.app.platform.database.pool.query(
    'select "contactId" from campaign_contact where "campaignId" = $1',
    [uuidOf(campaignId)],
  );
  return rows.map((row) => id('Contact', row.contactId)).sort();
}

describe('contacts by id', () => {
  test('are added once, however often they are given', async () => {
    const { server } = given;
    const campaignId = await draft();
    const contactIds = await addContacts(server, server.north, [{}, {}, {}]);
    expect(
      (await mutate(server.north, ADD, { campaignId, contactIds: [...contactIds, ...contactIds] }))
        .campaign.contactCount,
    ).toBe(3);
    expect(
      (await mutate(server.north, ADD, { campaignId, contactIds: contactIds.slice(1) })).campaign
        .contactCount,
    ).toBe(3);
    expect(await contactsOf(campaignId)).toEqual([...contactIds].sort());
  });

  test('are marked as being in a campaign', async () => {
    const { server } = given;
    const [inside, outside] = await addContacts(server, server.north, [{}, {}]);
    const isAdded = async (contact: string | undefined) =>
      (
        await server.north.owner.run('query ($id: ID!) { contact(id: $id) { addedToCampaign } }', {
          id: contact,
        })
      ).data.contact.addedToCampaign;
    const list = async () => {
      const answer = await server.north.owner.run(
        '{ contacts(first: 500, filter: { addedToCampaign: true }) { nodes { id } } }',
      );
      return answer.data.contacts.nodes.map((node: any) => node.id);
    };
    expect(await list()).not.toContain(inside);
    await mutate(server.north, CREATE, { name: 'x', templates: TEMPLATES, contactIds: [inside] });
    expect([await isAdded(inside), await isAdded(outside)]).toEqual([true, false]);
    expect(await list()).toContain(inside);
  });

  test.each([
    ['that do not exist', () => id('Contact', ABSENT)],
    ['of another type', () => given.server.north.organizationId],
    ['of another tenant', () => given.server.south.contactId],
  ])('%s are NOT_FOUND, and nothing is added', async (_what, missing) => {
    const { server } = given;
    const campaignId = await draft();
    const contactIds = [...(await addContacts(server, server.north, [{}])), missing()];
    expect(await refused(server.north, ADD, { campaignId, contactIds })).toMatchObject([
      { code: 'NOT_FOUND', field: ['contactIds', '1'] },
    ]);
    expect(await contactsOf(campaignId)).toEqual([]);
  });

  test('are 1,000 a call at most', async () => {
    const { server } = given;
    const campaignId = await draft();
    const contactIds = await addContacts(
      server,
      server.north,
      many(1_001, () => ({})),
    );
    expect(await refused(server.north, ADD, { campaignId, contactIds })).toMatchObject([
      { code: 'INVALID', field: ['contactIds'] },
    ]);
    expect(
      (await mutate(server.north, ADD, { campaignId, contactIds: contactIds.slice(1) })).campaign
        .contactCount,
    ).toBe(1_000);
  });

  test('are needed, or a filter', async () => {
    expect(await refused(given.server.north, ADD, { campaignId: await draft() })).toMatchObject([
      { code: 'INVALID', field: ['contactIds'] },
    ]);
  });
});

describe('contacts of a filter', () => {
  test('are all that it finds, and none of another tenant', async () => {
    const { server } = given;
    const name = 'Wanda Filterable';
    const wanted = await addContacts(server, server.north, [{ name }, { name }, { name }]);
    await addContacts(server, server.north, [{ name: 'Somebody Else' }]);
    await addContacts(server, server.south, [{ name }]);
    const campaignId = await draft();
    await mutate(server.north, ADD, { campaignId, contactFilter: { search: 'wanda filter' } });
    expect(await contactsOf(campaignId)).toEqual([...wanted].sort());
  });

  test('and contacts by id may be given together', async () => {
    const { server } = given;
    const byName = await addContacts(server, server.north, [{ name: 'Zora Together' }]);
    const byId = await addContacts(server, server.north, [{}]);
    const { campaign } = await mutate(server.north, CREATE, {
      name: 'x',
      templates: TEMPLATES,
      contactIds: byId,
      contactFilter: { search: 'zora' },
    });
    expect(await contactsOf(campaign.id)).toEqual([...byName, ...byId].sort());
    expect(campaign.contactCount).toBe(2);
  });

  test('finds the same whether what it leaves out is absent or null', async () => {
    const { server } = given;
    const wanted = await addContacts(server, server.north, [{ name: 'Nora Nullable' }]);
    const campaignId = await draft();
    const contactFilter = {
      search: 'nora nullable',
      ownerId: null,
      organizationId: null,
      industry: null,
      leadStatus: null,
      addedToCampaign: null,
      minWarmness: null,
      notContactedSince: null,
    };
    await mutate(server.north, ADD, { campaignId, contactFilter });
    expect(await contactsOf(campaignId)).toEqual(wanted);
    const other = await draft();
    const everybody = { contactIds: wanted, contactFilter: { search: null, minWarmness: 11 } };
    await mutate(server.north, ADD, { campaignId: other, ...everybody });
    expect(await contactsOf(other)).toEqual(wanted);
  });

  test('that finds nobody adds nobody', async () => {
    const { server } = given;
    const campaignId = await draft();
    expect(
      (await mutate(server.north, ADD, { campaignId, contactFilter: { search: 'qqqqqqqqqq' } }))
        .campaign.contactCount,
    ).toBe(0);
  });

  test('cost the same few statements for 10 as for 10,000', async () => {
    const { server } = given;
    const statements: number[] = [];
    for (const [name, count] of [
      ['Tenfold', 10],
      ['Thousandfold', 10_000],
    ] as const) {
      for (let first = 0; first < count; first += 5_000) {
        await addContacts(
          server,
          server.north,
          many(Math.min(count, 5_000), () => ({ name, phone: null })),
        );
      }
      const campaignId = await draft();
      const answer = await server.north.owner.run(
        ADD,
        { input: { campaignId, contactFilter: { search: name } } },
        { 'x-performance': '1' },
      );
      expect(answer.data.addCampaignContacts.campaign.contactCount).toBe(count);
      statements.push(answer.extensions?.performance?.sqlStatements ?? 0);
    }
    expect(statements[1]).toBe(statements[0]);
    expect(statements[0]).toBeLessThanOrEqual(8);
  });

  test.each([
    [{ ownerId: 'nonsense' }, ['contactFilter', 'ownerId']],
    [{ organizationId: '' }, ['contactFilter', 'organizationId']],
    [{ search: 'x'.repeat(257) }, ['contactFilter', 'search']],
    [{ search: 'a\u0000b' }, ['contactFilter', 'search']],
    [{ notContactedSince: 'yesterday' }, ['contactFilter', 'notContactedSince']],
  ])('wrongly as in %j is INVALID', async (contactFilter, field) => {
    const { server } = given;
    expect(
      await refused(server.north, ADD, { campaignId: await draft(), contactFilter }),
    ).toMatchObject([{ code: 'INVALID', field }]);
    expect(
      await refused(server.north, CREATE, { name: 'x', templates: TEMPLATES, contactFilter }),
    ).toMatchObject([{ code: 'INVALID', field }]);
  });
});

test('additions at once lose none', async () => {
  const { server } = given;
  const campaignId = await draft();
  const contactIds = await addContacts(
    server,
    server.north,
    many(60, () => ({})),
  );
  await Promise.all(
    many(6, (part) =>
      mutate(server.north, ADD, {
        campaignId,
        contactIds: contactIds.slice(part * 8, part * 8 + 20),
      }),
    ),
  );
  expect((await readCampaign(server.north, campaignId)).contactCount).toBe(60);
  expect(await contactsOf(campaignId)).toEqual([...contactIds].sort());
});

test('a contact that is in a campaign can not be deleted', async () => {
  const { server } = given;
  const [contact] = await addContacts(server, server.north, [{}]);
  await mutate(server.north, ADD, { campaignId: await draft(), contactIds: [contact] });
  const remove =
    'mutation ($input: DeleteInput!) { deleteContact(input: $input) { userErrors { code field message } } }';
  expect(await refused(server.north, remove, { id: contact })).toMatchObject([
    { code: 'CONFLICT', field: ['id'] },
  ]);
});
