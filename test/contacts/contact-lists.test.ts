/** Lists of contacts: their order, their pages, their filters, and what they cost. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { change, createContact, daysAgo, logActivity, read, sql, uuidOf } from './operations.ts';

let server: TestServer;
let user: TestUser;

beforeAll(async () => {
  server = await startTestServer({ worker: false, settings: { MAX_COST: '1000000' } });
  user = server.north.owner;
  await sql(server.databaseUrl, 'create extension pg_stat_statements');
});
afterAll(() => server.stop());

async function names(args: string, as = user): Promise<string[]> {
  const { contacts } = await read(as, `{ contacts(first: 100${args}) { nodes { name } } }`);
  return contacts.nodes.map((node: { name: string }) => node.name);
}

describe('priority order', () => {
  beforeAll(async () => {
    const { owner } = server.south;
    const make = (name: string, input: object = {}) => createContact(owner, { name, ...input });
    await make('older, cold, never contacted');
    await make('newer, cold, never contacted');
    const contacted = await make('contacted long ago');
    await logActivity(owner, contacted, 'CALL', daysAgo(60));
    const lately = await make('contacted less long ago');
    await logActivity(owner, lately, 'CALL', daysAgo(50));
    await make('warmer', { email: 'w@x.example', jobTitle: 'x' });
    const campaign = await make('in a campaign, though warm', {
      email: 'w@x.example',
      phone: '1',
      jobTitle: 'x',
    });
    await change(owner, 'updateContact', { id: campaign, addedToCampaign: true });
  });
  const EXPECTED = [
    'in a campaign, though warm',
    'newer, cold, never contacted',
    'older, cold, never contacted',
    'contacted long ago',
    'contacted less long ago',
    'Cleo of south',
    'warmer',
  ];

  test('is by campaign, warmness, last contact, and age', async () => {
    expect(await names('', server.south.owner)).toEqual(expect.arrayContaining(EXPECTED));
    expect(
      (await names('', server.south.owner)).filter((name) => name !== 'Cleo of south'),
    ).toEqual(EXPECTED.filter((name) => name !== 'Cleo of south'));
  });

  test('is the same for one owner, and turned round when it falls', async () => {
    const ownerId = Buffer.from(`User:${server.south.owner.id}`).toString('base64');
    const all = await names('', server.south.owner);
    expect(await names(`, filter: { ownerId: "${ownerId}" }`, server.south.owner)).toEqual(all);
    expect(
      await names(', orderBy: { field: PRIORITY, direction: DESC }', server.south.owner),
    ).toEqual([...all].reverse());
  });
});

describe('pages', () => {
  const MANY = 60;
  beforeAll(async () => {
    // Few different values, so that every column of every order has ties.
    await sql(
      server.databaseUrl,
      `insert into contact ("tenantId", id, name, "ownerId", "addedToCampaign", "warmnessScore", "lastContactedAt", "warmnessNextChangeAt", "createdAt")
       select $1, gen_random_uuid(), 'Page ' || n % 4, $2, n % 3 = 0, n % 5, case when n % 4 > 0 then timestamptz '2026-01-01' + (n % 7) * interval '1 day' end, null,
         timestamptz '2026-02-01' + (n % 6) * interval '1 hour' from generate_series(1, ${MANY}) n`,
      [server.north.tenantId, server.north.owner.id],
    );
  });

  const ORDERS = [
    '',
    'orderBy: { field: PRIORITY, direction: DESC }',
    ...['NAME', 'WARMNESS', 'LAST_CONTACTED', 'CREATED_AT'].flatMap((field) => [
      `orderBy: { field: ${field} }`,
      `orderBy: { field: ${field}, direction: DESC }`,
    ]),
    'orderBy: [{ field: WARMNESS, direction: DESC }, { field: NAME }]',
    'orderBy: [{ field: LAST_CONTACTED }, { field: WARMNESS, direction: DESC }, { field: CREATED_AT }]',
    'orderBy: [{ field: NAME }, { field: PRIORITY, direction: DESC }]',
    'orderBy: []',
  ];

  test.each(ORDERS)('with %j hold every contact once, forward and backward', async (order) => {
    const page = async (args: string) =>
      (
        await read(
          user,
          `{ contacts(${args} ${order}) { nodes { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }`,
        )
      ).contacts;
    const all = (await page('first: 100')).nodes.map((node: any) => node.id);
    const walk = async (
      size: string,
      cursor: 'endCursor' | 'startCursor',
      more: 'hasNextPage' | 'hasPreviousPage',
      argument: string,
    ) => {
      const pages: string[][] = [];
      for (let from = ''; ; ) {
        const { nodes, pageInfo } = await page(`${size}${from}`);
        pages.push(nodes.map((node: any) => node.id));
        if (!pageInfo[more]) return pages;
        from = `, ${argument}: "${pageInfo[cursor]}"`;
      }
    };
    expect(new Set(all).size).toBe(all.length);
    expect((await walk('first: 7', 'endCursor', 'hasNextPage', 'after')).flat()).toEqual(all);
    expect(
      (await walk('last: 7', 'startCursor', 'hasPreviousPage', 'before')).reverse().flat(),
    ).toEqual(all);
  });

  test('neither lose nor double a contact while others change between them', async () => {
    const seen: string[] = [];
    const moved = new Set<string>();
    for (let from = ''; ; ) {
      const { contacts } = await read(
        user,
        `{ contacts(first: 10${from}) { nodes { id } pageInfo { endCursor hasNextPage } } }`,
      );
      seen.push(...contacts.nodes.map((node: any) => node.id));
      if (!contacts.pageInfo.hasNextPage) break;
      from = `, after: "${contacts.pageInfo.endCursor}"`;
      const id = seen.at(-3)!;
      moved.add(id);
      await change(user, 'updateContact', {
        id,
        addedToCampaign: false,
        email: 'moved@x.example',
        jobTitle: 'x',
      });
    }
    const stayed = seen.filter((id) => !moved.has(id));
    expect(new Set(stayed).size).toBe(stayed.length);
    const all = (await read(user, '{ contacts(first: 100) { nodes { id } } }')).contacts.nodes.map(
      (node: any) => node.id,
    );
    expect([...new Set(seen)].sort()).toEqual([...all].sort());
  });

  test('refuse a cursor of another order, and what is none', async () => {
    const { contacts } = await read(user, '{ contacts(first: 1) { pageInfo { endCursor } } }');
    for (const args of [
      `after: "${contacts.pageInfo.endCursor}", orderBy: { field: NAME }`,
      'after: "x"',
      'first: -1',
      'first: 501',
    ]) {
      expect(
        (await user.run(`{ contacts(${args}) { nodes { id } } }`)).errors?.[0]?.extensions.code,
        args,
      ).toBe('BAD_USER_INPUT');
    }
  });
});

describe('filters', () => {
  let organizationId: string;
  beforeAll(async () => {
    const made = await change(
      user,
      'createContact',
      {
        name: 'Fil Ter',
        email: 'f@x.example',
        phone: '1',
        jobTitle: 'x',
        organizationName: 'Filtered',
        leadStatus: 'QUALIFIED',
      },
      'contact { id organizationId }',
    );
    organizationId = made.contact.organizationId;
    await change(user, 'updateOrganization', {
      id: organizationId,
      industry: 'Fishing',
      country: 'Norway',
    });
    await logActivity(user, made.contact.id, 'MEETING', daysAgo(10));
  });

  test.each([
    ['industry: "Fishing"', true],
    ['industry: "fishing"', false],
    ['country: "Norway", industry: "Fishing"', true],
    ['country: "Sweden", industry: "Fishing"', false],
    ['leadStatus: [QUALIFIED, NEW]', true],
    ['leadStatus: []', false],
    ['leadStatus: [NEW]', false],
    ['minWarmness: 9, maxWarmness: 9', true],
    ['minWarmness: 10', false],
    ['addedToCampaign: false, minWarmness: 8', true],
    ['addedToCampaign: true', false],
    ['search: "fil", industry: "Fishing", minWarmness: 1, addedToCampaign: false', true],
  ])('{ %s } finds the contact: %s', async (filter, found) => {
    expect((await names(`, filter: { ${filter} }`)).includes('Fil Ter')).toBe(found);
  });

  test('by organization find its contacts', async () => {
    expect(await names(`, filter: { organizationId: "${organizationId}" }`)).toEqual(['Fil Ter']);
  });

  test('by the last contact find those never contacted too', async () => {
    const since = async (days: number) =>
      names(`, filter: { notContactedSince: "${daysAgo(days).toISOString()}" }`);
    expect((await since(11)).includes('Fil Ter')).toBe(false);
    expect((await since(9)).includes('Fil Ter')).toBe(true);
    expect((await since(11)).includes('Cleo of north')).toBe(true);
  });

  test.each([
    'notContactedSince: "yesterday"',
    'ownerId: "x"',
    'organizationId: "x"',
    `search: "${'x'.repeat(257)}"`,
  ])('refuse { %s }', async (filter) => {
    expect(
      (await user.run(`{ contacts(filter: { ${filter} }) { nodes { id } } }`)).errors?.[0]
        ?.extensions.code,
    ).toBe('BAD_USER_INPUT');
  });

  test('by ids of another type find nothing', async () => {
    expect(await names(`, filter: { ownerId: "${server.north.contactId}" }`)).toEqual([]);
  });
});

describe('statements', () => {
  beforeAll(async () => {
    for (let index = 0; index < 30; index += 1) {
      const id = await createContact(user, {
        name: `Budget ${index}`,
        organizationName: `Budget ${index % 10}`,
      });
      await logActivity(user, id, 'CALL', daysAgo(1));
      await logActivity(user, id, 'NOTE', daysAgo(2));
    }
  });
  const seen = async (client: pg.Client) =>
    (
      await client.query(`select coalesce(sum(calls), 0)::int as calls from pg_stat_statements join pg_database on oid = dbid
        where datname = current_database() and query !~* '^(begin|commit|rollback|set)' and query !~ '(pg_stat_statements|webhook_inbox)'`)
    ).rows[0].calls as number;

  async function statements(query: string): Promise<(number | boolean | undefined)[]> {
    const client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    const before = await seen(client);
    const { errors, extensions } = await user.run(query, {}, { 'x-performance': '1' });
    expect(errors).toBeUndefined();
    expect((await seen(client)) - before).toBe(extensions?.performance?.sqlStatements);
    await client.end();
    return [extensions?.performance?.sqlStatements, extensions?.performance?.cacheHit];
  }

  const LIST =
    'id name warmness { score } organization { id name averageWarmness } recentActivities(limit: 5) { id type subject occurredAt }';

  test.each([100, 500])(
    '%i contacts with organization and 5 activities cost 3, and the second time 1',
    async (first) => {
      const query = `{ contacts(first: ${first}) { nodes { ${LIST} } pageInfo { endCursor hasNextPage } } }`;
      expect((await statements(query))[0]).toBeLessThanOrEqual(3);
      expect(await statements(query)).toEqual([1, true]);
    },
  );

  test('a list with owners and its total costs 1 the second time', async () => {
    const query =
      '{ contacts(first: 50, filter: { minWarmness: 1 }) { totalCount nodes { name owner { name } } } }';
    await statements(query);
    expect(await statements(query)).toEqual([1, true]);
  });

  test('a search costs 1 the second time', async () => {
    const query = '{ contacts(first: 20, filter: { search: "bugdet" }) { nodes { name } } }';
    await statements(query);
    expect(await statements(query)).toEqual([1, true]);
  });

  test('a list of organizations costs 1 the second time', async () => {
    const query =
      '{ organizations(first: 20) { totalCount nodes { name contactCount averageWarmness } } }';
    expect((await statements(query))[0]).toBe(3);
    expect(await statements(query)).toEqual([1, true]);
  });

  test('logging an activity costs 9', async () => {
    const { contacts } = await read(
      user,
      '{ contacts(filter: { search: "budget" }, first: 1) { nodes { id } } }',
    );
    const mutation = `mutation { logActivity(input: { contactId: "${contacts.nodes[0].id}", type: CALL, subject: "x" }) { activity { id } contact { warmnessScore } } }`;
    expect((await statements(mutation))[0]).toBeLessThanOrEqual(9);
  });
});

test('recentActivities are the newest of each contact, as many as asked for', async () => {
  const id = await createContact(user, { name: 'Recent' });
  for (const days of [3, 1, 2])
    await logActivity(user, id, days === 2 ? 'NOTE' : 'EMAIL', daysAgo(days));
  const { contact } = await read(
    user,
    'query ($id: ID!) { contact(id: $id) { recentActivities(limit: 2) { type note } all: recentActivities { occurredAt user { email } contact { id } } } }',
    { id },
  );
  expect(contact.recentActivities).toEqual([
    { type: 'EMAIL', note: null },
    { type: 'NOTE', note: null },
  ]);
  expect(contact.all).toHaveLength(3);
  expect(contact.all[0]).toMatchObject({ user: { email: user.email }, contact: { id } });
  const { data } = await user.run(
    'query ($id: ID!) { contact(id: $id) { activities(first: 2) { totalCount nodes { occurredAt } pageInfo { hasNextPage } } } }',
    { id },
  );
  expect(data.contact.activities).toMatchObject({
    totalCount: 3,
    pageInfo: { hasNextPage: true },
    nodes: contact.all.slice(0, 2).map(({ occurredAt }: any) => ({ occurredAt })),
  });
  expect(
    (
      await user.run(
        'query ($id: ID!) { contact(id: $id) { recentActivities(limit: 0) { id } } }',
        { id },
      )
    ).errors?.[0]?.extensions.code,
  ).toBe('BAD_USER_INPUT');
  expect(uuidOf(id)).toMatch(/-/);
});
