/** Searching contacts: by prefixes of words, with typing errors, whatever is typed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corrections, editDistance } from '../../src/contacts/lists/spelling.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { change, createContact, read } from './operations.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ worker: false });
  const people: [string, string | null, string | null][] = [
    ['Ann Lee', 'ann.lee@acme.example', 'Acme Corp'],
    ['Annabel Smith', 'bel@other.example', 'Other Ltd'],
    ['Joanna Ann Miller', null, 'Acme Corp'],
    ['Robert Johnson', 'rj@x.example', null],
    ['Zoë Łukasik', 'zoe@x.example', 'Café Müller'],
    ['Bob Brown', 'hannah.ann@x.example', null],
    ['محمد علي', null, 'شركة النور'],
    ["Dara O'Brien", 'dara@x.example', null],
    ['100% Real_Person', null, null],
    ['🦊 Fox', null, null],
    ['山田太郎', null, '株式会社デザイン工房'],
    ['王小明', null, null],
    ['김민수', null, null],
    ['สมชาย ใจดี', null, null],
    ['Karl Weiß', null, 'Straßenbau Nord'],
    ['Rolf Weiss', null, null],
  ];
  for (const [name, email, organizationName] of people)
    await createContact(server.north.owner, { name, email, organizationName });
  await createContact(server.north.owner, {
    name: 'Paula Phone',
    emails: [{ address: 'paula@first.example' }, { address: 'p.second@more.example' }],
    phones: [{ number: '+1 201 555 0170' }, { number: '+49 151 23456789' }],
  });
  await createContact(server.north.owner, { name: 'Peter Phone', phone: '+1 201 555 0199' });
});
afterAll(() => server.stop());

async function found(search: string, more = '', user = server.north.owner): Promise<string[]> {
  const { contacts } = await read(
    user,
    `query ($search: String!) { contacts(first: 50, filter: { search: $search }${more}) { totalCount nodes { name } } }`,
    {
      search,
    },
  );
  expect(contacts.totalCount).toBe(contacts.nodes.length);
  return contacts.nodes.map((node: { name: string }) => node.name);
}

test.each([
  ['ann ac', ['Ann Lee', 'Joanna Ann Miller']],
  ['ANN AC', ['Ann Lee', 'Joanna Ann Miller']],
  ['acme ann', ['Ann Lee', 'Joanna Ann Miller']],
  ['ann', ['Ann Lee', 'Annabel Smith', 'Joanna Ann Miller', 'Bob Brown']],
  ['jhonson', ['Robert Johnson']],
  ['jonhson robert', ['Robert Johnson']],
  ['robrt', ['Robert Johnson']],
  ['brwon', ['Bob Brown']],
  ['smiht', ['Annabel Smith']],
  ['zoe lukasik', ['Zoë Łukasik']],
  ['ZOË', ['Zoë Łukasik']],
  ['cafe mul', ['Zoë Łukasik']],
  ['rj@x.example', ['Robert Johnson']],
  ['bel@other', ['Annabel Smith']],
  ["o'brien", ["Dara O'Brien"]],
  ['محمد', ['محمد علي']],
  ['النور', ['محمد علي']],
  ['100%', ['100% Real_Person']],
  ['real_person', ['100% Real_Person']],
  ['fox', ['🦊 Fox']],
  ['太郎', ['山田太郎']],
  ['山田', ['山田太郎']],
  ['郎', ['山田太郎']],
  ['次郎', []],
  ['小明', ['王小明']],
  ['민수', ['김민수']],
  ['デザイン', ['山田太郎']],
  ['ﾃﾞｻﾞｲﾝ 太郎', ['山田太郎']],
  ['デザイン 次郎', []],
  ['ชาย', ['สมชาย ใจดี']],
  ['weiss', ['Karl Weiß', 'Rolf Weiss']],
  ['WEIß', ['Karl Weiß', 'Rolf Weiss']],
  ['strassenbau', ['Karl Weiß']],
  ['p.second@more.example', ['Paula Phone']],
  ['+1 201 555 0170', ['Paula Phone']],
  ['2015550170', ['Paula Phone']],
  ['5550170', ['Paula Phone']],
  ['555-0170', ['Paula Phone']],
  ['(201) 555-0170', ['Paula Phone']],
  ['001 201 555 0170', ['Paula Phone']],
  ['1-201-555-0170', ['Paula Phone']],
  ['0151 23456789', ['Paula Phone']],
  ['+49 (0)151 / 2345 6789', ['Paula Phone']],
  ['+1 201 555', ['Paula Phone', 'Peter Phone']],
  ['phone 5550199', ['Peter Phone']],
  ['paula 5550199', []],
  ['5550171', []],
  ['xylophone', []],
  ['ann xylophone', []],
])('%j finds %j, best first', async (search, expected) => {
  expect(await found(search)).toEqual(expected);
});

test.each([
  '%',
  '_',
  "'",
  '\\',
  '!&|()',
  ':*',
  '<->',
  "' or 1=1 --",
  '🦊',
  '   ',
  '"',
  '%%%',
  '- -',
])('%j finds nothing that it should not, and breaks nothing', async (search) => {
  const all = await found(search);
  expect(all).toEqual(
    search.trim() === '' ? expect.any(Array) : all.filter((name) => /1/.test(name)),
  );
});

test.each(["a'b", 'a\\b', 'a:*b', 'a & !b', '(ann', 'ann | lee', '!ann', 'ann:*', "ann'"])(
  'operators in %j are plain characters',
  async (search) => {
    const words = search.split(/[^a-z]+/).filter(Boolean);
    expect(await found(search)).toEqual(await found(words.join(' ')));
  },
);

test('a search of 10,000 characters is refused, and one of 256 is not', async () => {
  const { errors } = await server.north.owner.run(
    'query ($search: String!) { contacts(filter: { search: $search }) { nodes { id } } }',
    {
      search: 'x'.repeat(10_000),
    },
  );
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  expect(await found('ab '.repeat(85))).toEqual([]);
});

test('an order that is given counts more than how good a match is', async () => {
  expect(await found('ann', ', orderBy: { field: NAME, direction: DESC }')).toEqual([
    'Joanna Ann Miller',
    'Bob Brown',
    'Annabel Smith',
    'Ann Lee',
  ]);
});

test('the pages of a search hold each contact once', async () => {
  const all: string[] = [];
  for (let after = ''; ; ) {
    const { contacts } = await read(
      server.north.owner,
      `{ contacts(first: 1, filter: { search: "ann" }${after}) { nodes { name } pageInfo { endCursor hasNextPage } } }`,
    );
    all.push(contacts.nodes[0].name);
    if (!contacts.pageInfo.hasNextPage) break;
    after = `, after: "${contacts.pageInfo.endCursor}"`;
  }
  expect(all).toEqual(await found('ann'));
});

test('a changed contact is found by what it has become, also by new words that are misspelt', async () => {
  const id = await createContact(server.north.owner, { name: 'Before Change' });
  await change(server.north.owner, 'updateContact', {
    id,
    name: 'Wolfgang Amadeus',
    email: 'mozart@x.example',
  });
  expect(await found('wolfagng')).toEqual(['Wolfgang Amadeus']);
  expect(await found('mozrat')).toEqual(['Wolfgang Amadeus']);
  expect(await found('before')).toEqual([]);
});

test('no contact and no word of another tenant is found', async () => {
  expect(await found('ann', '', server.south.owner)).toEqual([]);
  expect(await found('jhonson', '', server.south.owner)).toEqual([]);
});

describe('correcting', () => {
  test.each([
    ['jhonson', 'johnson', 1],
    ['abc', 'abc', 0],
    ['', 'abc', 3],
    ['ca', 'abc', 3],
    ['brwon', 'brown', 1],
    ['kitten', 'sitting', 3],
  ])('%j is as far from %j as %i edits', (a, b, edits) => {
    expect([editDistance(a, b), editDistance(b, a)]).toEqual([edits, edits]);
  });

  test('takes the nearest words, and only near ones', () => {
    expect(corrections('jhonson', ['johnson', 'jonson', 'jackson'])).toEqual(['johnson', 'jonson']);
    expect(corrections('lwe', ['lee', 'lewis'])).toEqual(['lee']);
    expect(corrections('zzz', ['aaa'])).toEqual(['zzz']);
  });
});
