/** workPackages: filters, orders and pages. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statementName } from '../../src/platform/database/statement-name.ts';
import { startTestServer, type TestServer, type TestUser } from '../support/server.ts';
import { change, createPackage, errorCode, read } from './operations.ts';

let server: TestServer;
let user: TestUser;
let database: pg.Client;

beforeAll(async () => {
  server = await startTestServer();
  user = server.north.owner;
  database = new pg.Client({ connectionString: server.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await server.stop();
});

const LIST = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: WorkPackageFilter, $orderBy: WorkPackageOrder) {
  workPackages(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    totalCount nodes { id title } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

async function page(variables: object, reader = user) {
  return (await read(reader, LIST, variables)).workPackages;
}

function idsOf(one: { nodes: { id: string }[] }): string[] {
  return one.nodes.map((node) => node.id);
}

describe('filters', () => {
  let first: string;
  let second: string;

  beforeAll(async () => {
    first = (
      await createPackage(user, {
        title: 'Élan vital',
        description: 'Über alles Mögliche',
        contactId: server.north.contactId,
      })
    ).id;
    second = (
      await createPackage(user, {
        title: 'Winter campaign',
        companyId: server.north.organizationId,
      })
    ).id;
    await change(user)('updateWorkPackage', { id: second, status: 'ACTIVE' });
  });

  const SEARCHES: [string, () => string[]][] = [
    ['winter', () => [second]],
    ['WINT camp', () => [second]],
    ['camp winter', () => [second]],
    ['elan', () => [first]],
    ['ÉLAN', () => [first]],
    ['uber mog', () => [first]],
    ['inter', () => []],
    ["wint' | elan", () => []],
    ['%', () => []],
    ['  ', () => [second, first]],
    ['winter!', () => [second]],
    ['campaign:*', () => [second]],
  ];
  test.each(SEARCHES)(
    'search %j by the beginnings of words, accents and case ignored',
    async (search, expected) => {
      expect(idsOf(await page({ filter: { search } }))).toEqual(expected());
    },
  );

  test('by status', async () => {
    expect(idsOf(await page({ filter: { status: ['ACTIVE'] } }))).toEqual([second]);
  });

  test('by contact', async () => {
    expect(idsOf(await page({ filter: { contactId: server.north.contactId } }))).toEqual([first]);
  });

  test('by company, also one that came from the contact', async () => {
    expect(idsOf(await page({ filter: { companyId: server.north.organizationId } }))).toEqual([
      second,
      first,
    ]);
  });

  test('by null find all', async () => {
    expect(await page({ filter: { status: null, search: null, contactId: null } })).toMatchObject({
      totalCount: 2,
    });
  });

  test('count what they find, whatever page is asked for', async () => {
    expect(
      await page({ first: 1, filter: { companyId: server.north.organizationId } }),
    ).toMatchObject({ totalCount: 2, nodes: [{ id: second }] });
  });

  test.each(['a\u0000b', '\ud800', 'x'.repeat(257)])(
    'refuse the search no. %# as BAD_USER_INPUT',
    async (search) => {
      expect(await errorCode(user, LIST, { filter: { search } })).toBe('BAD_USER_INPUT');
    },
  );
});

describe('orders', () => {
  const COUNT = 41;
  const FIELDS = {
    CREATED_AT: '"createdAt"',
    UPDATED_AT: '"updatedAt"',
    TITLE: 'title collate "natural"',
    EXPECTED_END_DATE: '"expectedEndDate"',
    PROGRESS: 'progress',
  };
  let reader: TestUser;

  /** Many rows that share values, so that the order among equals matters. */
  beforeAll(async () => {
    reader = server.south.owner;
    await database.query(
      `insert into work_package ("tenantId", id, title, "searchText", progress, "createdAt", "updatedAt", "expectedEndDate")
       select $1, gen_random_uuid(), (array['Alpha', 'alpha', 'Ärger', 'Beta "quoted"', '', '日本'])[1 + n % 6], '', n % 7,
         timestamptz '2026-01-01 10:00:00.123+00' + (n % 9) * interval '1 ms', timestamptz '2026-02-01+00' - (n % 11) * interval '1 hour',
         case when n % 4 = 0 then null else date '2026-05-01' + n % 5 end
       from generate_series(1, $2) as n`,
      [server.south.tenantId, COUNT],
    );
  });

  async function expectedOrder(field: keyof typeof FIELDS, direction: string): Promise<string[]> {
    const { rows } = await database.query(
      `select id from work_package where "tenantId" = $1 order by ${FIELDS[field]} ${direction} nulls last, id ${direction}`,
      [server.south.tenantId],
    );
    return rows.map((row) => Buffer.from(`WorkPackage:${row.id}`).toString('base64'));
  }

  const ALL = Object.keys(FIELDS).flatMap((field) =>
    ['ASC', 'DESC'].map((direction) => [field as keyof typeof FIELDS, direction] as const),
  );

  describe.each(ALL)('by %s %s', (field, direction) => {
    const orderBy = { field, direction };

    test('are read forward through the whole list', async () => {
      const seen: string[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const one: any = await page({ first: 6, after, orderBy }, reader);
        expect(one.pageInfo.hasPreviousPage).toBe(after !== null);
        seen.push(...idsOf(one));
        after = one.pageInfo.endCursor;
        more = one.pageInfo.hasNextPage;
      }
      expect(seen).toEqual(await expectedOrder(field, direction));
    });

    test('are read backward through the whole list', async () => {
      const seen: string[] = [];
      for (let before: string | null = null, more = true; more; ) {
        const one: any = await page({ last: 6, before, orderBy }, reader);
        expect(one.pageInfo.hasNextPage).toBe(before !== null);
        seen.unshift(...idsOf(one));
        before = one.pageInfo.startCursor;
        more = one.pageInfo.hasPreviousPage;
      }
      expect(seen).toEqual(await expectedOrder(field, direction));
    });

    test('find every row’s own place from its cursor', async () => {
      const all = await page({ first: 500, orderBy }, reader);
      const ids = idsOf(all);
      for (const index of [0, 1, 13, 20, COUNT - 1]) {
        expect(
          idsOf(await page({ first: 500, after: all.edges[index].cursor, orderBy }, reader)),
        ).toEqual(ids.slice(index + 1));
        expect(
          idsOf(await page({ last: 500, before: all.edges[index].cursor, orderBy }, reader)),
        ).toEqual(ids.slice(0, index));
      }
    });
  });

  test('without orderBy is newest first, 20 a page', async () => {
    const one = await page({}, reader);
    expect(idsOf(one)).toEqual((await expectedOrder('CREATED_AT', 'DESC')).slice(0, 20));
    expect(one.totalCount).toBe(COUNT);
  });

  test('give both ends of a window between two cursors', async () => {
    const all = await page({ first: 500 }, reader);
    const [after, before] = [all.edges[3].cursor, all.edges[9].cursor];
    expect(idsOf(await page({ after, before }, reader))).toEqual(idsOf(all).slice(4, 9));
  });

  test('refuse a cursor of another order as BAD_USER_INPUT', async () => {
    const { pageInfo } = await page(
      { first: 1, orderBy: { field: 'TITLE', direction: 'ASC' } },
      reader,
    );
    expect(
      await errorCode(reader, LIST, {
        after: pageInfo.endCursor,
        orderBy: { field: 'TITLE', direction: 'DESC' },
      }),
    ).toBe('BAD_USER_INPUT');
  });
});

test('rows that come, go and change between pages neither lose nor double the others', async () => {
  const titles = Array.from({ length: 12 }, (_, index) => `T${String(index).padStart(2, '0')}`);
  const created = new Map<string, string>();
  for (const title of titles) created.set(title, (await createPackage(user, { title })).id);
  const args = { first: 3, orderBy: { field: 'TITLE', direction: 'ASC' }, filter: { search: 'T' } };
  const first = await page(args);
  for (const title of ['T00', 'T02', 'T05'])
    await change(user)('deleteWorkPackage', { id: created.get(title) });
  await createPackage(user, { title: 'T01a' });
  await createPackage(user, { title: 'T03a' });
  await change(user)('updateWorkPackage', {
    id: created.get('T07'),
    description: 'Changed in between',
  });
  const seen = first.nodes.map((node: any) => node.title);
  for (let after = first.pageInfo.endCursor, more = true; more; ) {
    const one: any = await page({ ...args, after });
    seen.push(...one.nodes.map((node: any) => node.title));
    after = one.pageInfo.endCursor;
    more = one.pageInfo.hasNextPage;
  }
  expect(seen).toEqual(['T00', 'T01', 'T02', 'T03', 'T03a', 'T04', ...titles.slice(6)]);
});

describe('page arguments', () => {
  const cursor = (order: string, ...values: unknown[]) =>
    Buffer.from(JSON.stringify([statementName(order).slice(0, 8), ...values])).toString(
      'base64url',
    );

  test('that are well made cursors are taken, so that those below are refused for what is wrong with them', async () => {
    const after = cursor(
      'newest',
      '2026-01-01T00:00:00.000Z',
      '00000000-0000-0000-0000-000000000000',
    );
    expect((await page({ after })).nodes).toEqual([]);
  });

  const BAD: [string, object][] = [
    ['a negative first', { first: -1 }],
    ['a first of 501', { first: 501 }],
    ['a negative last', { last: -1 }],
    ['a last of 501', { last: 501 }],
    ['first and last', { first: 1, last: 1 }],
    ['an empty cursor', { after: '' }],
    ['a cursor of nonsense', { after: 'nonsense' }],
    ['a cursor with a NUL', { before: 'a\u0000b' }],
    ['a cursor of a lone surrogate', { after: '\ud800' }],
    ['a cursor with too few values', { after: cursor('newest', '2026-01-01T00:00:00.000Z') }],
    [
      'a cursor with a malformed date',
      { after: cursor('newest', 'yesterday', '00000000-0000-0000-0000-000000000000') },
    ],
    [
      'a cursor with a day that does not exist',
      {
        after: cursor(
          'EXPECTED_END_DATE asc',
          '2026-02-30',
          '00000000-0000-0000-0000-000000000000',
        ),
        orderBy: { field: 'EXPECTED_END_DATE' },
      },
    ],
    [
      'a cursor with a malformed id',
      { after: cursor('newest', '2026-01-01T00:00:00.000Z', "' or 1=1") },
    ],
    ['a cursor with an object', { after: cursor('newest', {}, []) }],
    [
      'a cursor with a number too large',
      {
        after: cursor('PROGRESS asc', 2 ** 40, '00000000-0000-0000-0000-000000000000'),
        orderBy: { field: 'PROGRESS' },
      },
    ],
    ['a cursor that is very long', { after: 'x'.repeat(100_000) }],
  ];
  test.each(BAD)('refused as BAD_USER_INPUT: %s', async (_what, variables) => {
    expect(await errorCode(user, LIST, variables)).toBe('BAD_USER_INPUT');
  });
});
