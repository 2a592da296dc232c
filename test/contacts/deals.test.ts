/** Deals, and what else of a contact is stored and shown. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { createContact, createOrganization, read, sql, uuidOf } from './operations.ts';

let server: TestServer;
let user: TestUser;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
  user = server.north.owner;
});
afterAll(() => server.stop());

/** Adds deals as a sync does; the last one is the newest. */
const addDeals = (
  values: readonly { contactId: string | null; organizationId: string | null; title: string }[],
) =>
  sql(
    server.databaseUrl,
    `insert into deal ("tenantId", id, "contactId", "organizationId", title, value, currency, status, "pipedriveDealId", "createdAt")
     select $1, gen_random_uuid(), r."contactId", r."organizationId", r.title, 12000.5, 'EUR', 'WON', r.title, now() + r.number * interval '1 second'
     from jsonb_to_recordset($2) as r("contactId" uuid, "organizationId" uuid, title text, number int)`,
    [
      server.north.tenantId,
      JSON.stringify(
        values.map(({ contactId, organizationId, title }, number) => ({
          contactId: contactId && uuidOf(contactId),
          organizationId: organizationId && uuidOf(organizationId),
          title,
          number,
        })),
      ),
    ],
  );

test('deals of a contact and of an organization come in pages, the newest first', async () => {
  const organizationId = await createOrganization(user, 'Dealers');
  const contactId = await createContact(user);
  await addDeals([
    { contactId, organizationId, title: 'First' },
    { contactId, organizationId: null, title: 'Second' },
    { contactId: null, organizationId, title: 'Third' },
  ]);
  const { contact, organization } = await read(
    user,
    `query ($contact: ID!, $organization: ID!) {
      contact(id: $contact) {
        responseRate
        deals(first: 1) {
          totalCount pageInfo { endCursor hasNextPage }
          nodes { id title value currency status pipedriveDealId organization { id } contact { id } }
        }
      }
      organization(id: $organization) { deals { totalCount nodes { title contact { id } } } }
    }`,
    { contact: contactId, organization: organizationId },
  );
  expect(contact).toMatchObject({
    responseRate: 0,
    deals: {
      totalCount: 2,
      pageInfo: { hasNextPage: true },
      nodes: [
        {
          title: 'Second',
          value: 12000.5,
          currency: 'EUR',
          status: 'WON',
          pipedriveDealId: 'Second',
          organization: null,
          contact: { id: contactId },
        },
      ],
    },
  });
  expect(organization.deals).toEqual({
    totalCount: 2,
    nodes: [
      { title: 'Third', contact: null },
      { title: 'First', contact: { id: contactId } },
    ],
  });
  const next = await read(
    user,
    'query ($id: ID!, $after: String) { contact(id: $id) { deals(first: 1, after: $after) { nodes { title } } } }',
    { id: contactId, after: contact.deals.pageInfo.endCursor },
  );
  expect(next.contact.deals.nodes).toEqual([{ title: 'First' }]);
  const [deal] = contact.deals.nodes;
  const node = 'query ($id: ID!) { node(id: $id) { id } }';
  expect((await read(user, node, { id: deal.id })).node).toEqual({ id: deal.id });
  expect((await read(server.south.owner, node, { id: deal.id })).node).toBeNull();
  expect((await read(server.north.client, node, { id: deal.id })).node).toBeNull();
});
