/** What operations cost before they run, on an excerpt of the API that has every kind of field. */
import fc from 'fast-check';
import { buildSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { costOf } from '../../src/graphql/cost.ts';

const schema = buildSchema(`
  interface Node { id: ID! }
  type Query {
    node(id: ID!): Node
    nodes(ids: [ID!]!): [Node]!
    workPackage(id: ID!): WorkPackage
    contacts(first: Int, after: String, last: Int, before: String): ContactConnection!
    organizationMatches(name: String!, first: Int = 5): [Organization!]!
    crmConnection: CrmConnection
    search: SearchResult
    lastEvent: Event
  }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type WorkPackage implements Node { id: ID! name: String! phases: [Phase!]! tags: [String!]! }
  type Phase { id: ID! items: [Item!]! }
  type Item { id: ID! collateral: [Collateral!]! }
  type Collateral { artifact: Artifact! }
  type Artifact implements Node { id: ID! }
  type ContactConnection { edges: [ContactEdge!]! nodes: [Contact!]! pageInfo: PageInfo! totalCount: Int! }
  type ContactEdge { cursor: String! node: Contact! }
  type Contact implements Node {
    id: ID!
    name: String!
    organization: Organization
    recentActivities(limit: Int = 5): [Activity!]!
    workPackages(first: Int, after: String): WorkPackageConnection!
  }
  type WorkPackageConnection { nodes: [WorkPackage!]! totalCount: Int! }
  type Organization implements Node { id: ID! name: String! contacts(first: Int, last: Int): ContactConnection! }
  interface Event { actor: Contact }
  type Activity implements Event { id: ID! actor: Contact }
  type CrmConnection { apiUrl: String! connectedBy: Contact }
  union SearchResult = Contact | Organization | WorkPackage
`);

function cost(source: string, variables: Record<string, unknown> = {}): number {
  return costOf(schema, parse(source))(variables);
}

test.each([
  [
    'a work package in full',
    '{ workPackage(id: 1) { phases { items { collateral { artifact { id } } } } } }',
    2_111,
  ],
  [
    '500 contacts with activities',
    '{ contacts(first: 500) { nodes { organization { name } recentActivities(limit: 5) { id } } } }',
    3_501,
  ],
  ['scalars and lists of scalars', '{ workPackage(id: 1) { id name tags } }', 1],
  ['20 scalars of an object', `{ contacts(first: 9) { nodes { ${'name '.repeat(20)} } } }`, 10],
  ['21 scalars of an object', `{ contacts(first: 9) { nodes { ${'name '.repeat(21)} } } }`, 19],
  ['26 scalars of an object', `{ contacts(first: 9) { nodes { ${'name '.repeat(26)} } } }`, 28],
  [
    '20 scalars of an edge and as many of its node',
    `{ contacts(first: 9) { edges { ${'cursor '.repeat(20)} node { ${'name '.repeat(20)} } } } }`,
    19,
  ],
  [
    'scalars in fragments, each time',
    `{ workPackage(id: 1) { ...f ...f ... { ...f } } } fragment f on WorkPackage { ${'name '.repeat(7)} }`,
    2,
  ],
  [
    'scalars of the dearest possible type',
    `{ node(id: 1) { id ... on Contact { ${'name '.repeat(40)} } ... on Artifact { ${'id '.repeat(30)} } } }`,
    6,
  ],
  [
    '`__typename` of many objects',
    `{ contacts(first: 9) { nodes { ${'__typename '.repeat(41)} } } }`,
    55,
  ],
  ['edges and their nodes', '{ contacts(first: 7) { edges { cursor node { id } } } }', 15],
  ['a page without its size: 20', '{ contacts { nodes { id } } }', 21],
  ['an explicit null as size: 20', '{ contacts(first: null) { nodes { id } } }', 21],
  ['an argument default', '{ organizationMatches(name: "a") { id } }', 5],
  ['a page from the end', '{ contacts(last: 3) { nodes { id } } }', 4],
  ['last where it is larger than first', '{ contacts(first: 3, last: 8) { nodes { id } } }', 9],
  ['first where it is larger than last', '{ contacts(first: 8, last: 3) { nodes { id } } }', 9],
  ['page info and total', '{ contacts(first: 500) { totalCount pageInfo { endCursor } } }', 2],
  ['edges and nodes of one page', '{ contacts(first: 10) { nodes { id } edges { cursor } } }', 21],
  [
    'an object that is only called a connection',
    '{ crmConnection { apiUrl connectedBy { id } } }',
    2,
  ],
  ['a list by ids', '{ nodes(ids: ["a", "b", "c"]) { id } }', 3],
  ['one id instead of a list', '{ nodes(ids: "abc") { id } }', 1],
  ['`__typename`', '{ __typename }', 0],
  ['skipped fields all the same', '{ workPackage(id: 1) @skip(if: true) { id } }', 1],
])('%s', (_title, source, expected) => {
  expect(cost(source)).toBe(expected);
});

describe('abstract types', () => {
  test('cost what the dearest possible type costs, not the sum', () => {
    expect(
      cost(
        '{ node(id: 1) { id ... on WorkPackage { phases { id } } ... on Contact { organization { id } } } }',
      ),
    ).toBe(11);
  });

  test('add the objects among their own fields', () => {
    expect(
      cost('{ lastEvent { actor { id } ... on Activity { actor { organization { id } } } } }'),
    ).toBe(1 + 1 + 2);
  });

  test('add fragments on the same type and on the interface itself', () => {
    expect(
      cost(`{ search { ... on Contact { organization { id } } ...onContact ... on Node { ... on Contact { recentActivities { id } } } } }
        fragment onContact on Contact { organization { name } }`),
    ).toBe(1 + 1 + 1 + 5);
  });

  test('leave out fragments on types that are not possible', () => {
    expect(cost('{ search { ... on Artifact { id } ... on Phase { items { id } } } }')).toBe(1);
  });

  test('compare branches whose sizes come with the variables', () => {
    const source = `query ($a: Int, $b: Int) { node(id: 1) {
      ... on Contact { recentActivities(limit: $a) { id } } ... on Organization { contacts(first: $b) { totalCount nodes { id } } } } }`;
    expect([cost(source, { a: 9, b: 2 }), cost(source, { a: 2, b: 9 })]).toEqual([10, 11]);
  });

  test('compare a branch of known cost with one whose size comes with the variables', () => {
    const source = `query ($n: Int) { node(id: 1) {
      ... on Contact { recentActivities(limit: $n) { id } } ... on WorkPackage { phases { id } } } }`;
    expect([cost(source, { n: 2 }), cost(source, { n: 30 })]).toEqual([11, 31]);
  });
});

describe('sizes in variables', () => {
  const source =
    'query ($n: Int) { contacts(first: $n) { nodes { recentActivities(limit: $n) { id } } } }';

  test('are read at each call', () => {
    const costs = costOf(schema, parse(source));
    expect([costs({ n: 2 }), costs({ n: 3 })]).toEqual([1 + 2 * 3, 1 + 3 * 4]);
  });

  test('that are not sent take the default of the argument', () => {
    expect(cost(source)).toBe(1 + 20 * (1 + 5));
  });

  test('that are undefined count as not sent', () => {
    expect(cost(source, { n: undefined })).toBe(1 + 20 * (1 + 5));
  });

  test('that are sent as null take the default page', () => {
    expect(cost(source, { n: null })).toBe(1 + 20 * (1 + 20));
  });

  test('that are not sent take the default of the variable first', () => {
    expect(cost(source.replace('Int)', 'Int = 4)'))).toBe(1 + 4 * (1 + 4));
  });

  test('are not taken from what every object inherits', () => {
    expect(
      cost('query ($constructor: Int = 500) { contacts(first: $constructor) { nodes { id } } }'),
    ).toBe(501);
  });

  test('count the ids of a list', () => {
    const byIds = costOf(schema, parse('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }'));
    expect([byIds({ ids: ['a', 'b'] }), byIds({ ids: 'abc' }), byIds({ ids: [] })]).toEqual([
      2, 1, 0,
    ]);
  });

  test.each([[-5], ['500'], [2.5], [Number.NaN], [{}]])('that are no size (%j) count as 0', (n) => {
    expect(cost(source, { n })).toBe(1);
  });

  test('beyond what a number holds exactly end at the largest', () => {
    expect(cost(source, { n: Number.MAX_SAFE_INTEGER })).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('fragments', () => {
  test('on a connection take the page size of each place that spreads them', () => {
    const source = `query ($n: Int) { a: contacts(first: 3) { ...page } b: contacts(first: $n) { ...page } }
      fragment page on ContactConnection { nodes { organization { id } } pageInfo { endCursor } }`;
    expect(cost(source, { n: 5 })).toBe(2 + 3 * 2 + (2 + 5 * 2));
  });

  test('that double 45 times are counted once each, also where variables are inside', () => {
    const doubling = Array.from(
      { length: 45 },
      (_, n) => `fragment f${n} on Query { ...f${n + 1} ...f${n + 1} }`,
    ).join(' ');
    const source = `query ($n: Int) { ...f0 } ${doubling} fragment f45 on Query { contacts(first: $n) { nodes { id } } }`;
    // Once for each place would take years.
    expect(cost(source, { n: 1 })).toBe(2 * 2 ** 45);
  });

  test('that spread each other end', () => {
    expect(
      cost('{ workPackage(id: 1) { ...f } } fragment f on WorkPackage { phases { id } ...f }'),
    ).toBe(11);
  });

  test('take the variable defaults of the operation that spreads them', () => {
    const costs = costOf(
      schema,
      parse(
        'query A($n: Int = 2) { ...f } query B($n: Int = 9) { ...f } fragment f on Query { contacts(first: $n) { nodes { id } } }',
      ),
    );
    expect([costs({}, 'A'), costs({}, 'B')]).toEqual([3, 10]);
  });
});

test('without the name of an operation the dearest counts', () => {
  const costs = costOf(
    schema,
    parse(
      'query A { contacts(first: 2) { nodes { id } } } query B { contacts(first: 9) { nodes { id } } }',
    ),
  );
  expect([costs({}), costs({}, null), costs({}, 'Absent')]).toEqual([10, 10, 10]);
});

test('a document that is not valid for the schema has a cost all the same', () => {
  expect(
    cost(
      'query A { absent { id } workPackage { ... on Absent { id } ...absent } } mutation B { a { b } }',
    ),
  ).toBe(1);
});

// Random selections below a contact: a field, the size of its list, and whether what it selects is
// in a fragment.
interface Tree {
  size: number;
  inFragment: boolean;
  field: 'recentActivities' | 'workPackages' | 'organization';
  below: Tree[];
}

const trees: fc.Memo<Tree> = fc.memo((levels) =>
  fc.record({
    size: fc.integer({ min: -1, max: 600 }),
    inFragment: fc.boolean(),
    field: fc.constantFrom('recentActivities', 'workPackages', 'organization'),
    below: levels > 1 ? fc.array(trees(), { maxLength: 2 }) : fc.constant([]),
  }),
);

class Written {
  readonly variables: Record<string, number> = {};
  readonly fragments: string[] = [];
  private sizes = 0;
  private readonly withVariables: boolean;

  constructor(withVariables: boolean) {
    this.withVariables = withVariables;
  }

  document(tree: Tree): string {
    const body = this.contact([tree]);
    const declared = Object.keys(this.variables).map((name) => `$${name}: Int`);
    return `query ${declared.length > 0 ? `(${declared.join(' ')})` : ''} { contacts(first: 2) { nodes ${body} } } ${this.fragments.join(' ')}`;
  }

  private contact(below: Tree[]): string {
    return `{ id ${below.map((tree, index) => `x${index}: ${this.field(tree)}`).join(' ')} }`;
  }

  private field({ field, size, below, inFragment }: Tree): string {
    if (field === 'workPackages')
      return `workPackages(first: ${this.size(size)}) { nodes { phases { id } } }`;
    const activity = field === 'recentActivities';
    const inner = activity
      ? `{ actor ${this.contact(below)} }`
      : `{ contacts(last: ${this.size(size)}) { edges { node ${this.contact(below)} } } }`;
    const name = activity ? `recentActivities(limit: ${this.size(size)})` : 'organization';
    if (!inFragment || !this.withVariables) return `${name} ${inner}`;
    const fragment = `F${this.fragments.length}`;
    this.fragments.push(
      `fragment ${fragment} on ${activity ? 'Activity' : 'Organization'} ${inner}`,
    );
    return `${name} { ...${fragment} }`;
  }

  private size(size: number): string {
    if (!this.withVariables) return String(size);
    const name = `v${this.sizes++}`;
    this.variables[name] = size;
    return `$${name}`;
  }
}

test('variables and fragments cost what the same text with literals in place costs', () => {
  fc.assert(
    fc.property(trees(4), (tree) => {
      const parts = new Written(true);
      const source = parts.document(tree);
      expect(cost(source, parts.variables)).toBe(cost(new Written(false).document(tree)));
    }),
  );
});
