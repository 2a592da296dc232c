/**
 * Which documents the structural limits refuse, with which words, and that refusing them is cheap.
 */
import fc from 'fast-check';
import {
  type DocumentNode,
  GraphQLError,
  getIntrospectionQuery,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { expect, test } from 'vitest';
import {
  costError,
  FIXED_QUERY_LIMITS,
  parseWithLimits,
  type QueryLimits,
  structureErrors,
} from '../../src/graphql/limits.ts';

const limits: QueryLimits = {
  maxTokens: 2_000,
  maxDepth: 12,
  maxCost: 10_000,
  ...FIXED_QUERY_LIMITS,
};

function messages(source: string, changed: Partial<QueryLimits> = {}): string[] {
  return structureErrors(parse(source), { ...limits, ...changed }).map((error) => error.message);
}

function nested(depth: number): string {
  return `${'{ a '.repeat(depth)}${'}'.repeat(depth)}`;
}

function repeated(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => text(index)).join(' ');
}

function caught(work: () => unknown): GraphQLError {
  try {
    work();
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
  throw new Error('Expected a GraphQLError, found none');
}

// ------------------------------------------------------------------- parsing

test('a document with exactly as many tokens as allowed is parsed', () => {
  expect(parseWithLimits('{ a b c }', { maxTokens: 5 }).definitions).toHaveLength(1);
});

test('a document with one token too many is refused with the limit and the token', () => {
  const error = caught(() => parseWithLimits('{ a b c }', { maxTokens: 4 }));
  expect(error.message).toBe('Query token count is over the limit of 4: token 5 was reached.');
  expect(error.extensions.code).toBe('QUERY_TOO_COMPLEX');
});

test('comments do not count as tokens', () => {
  expect(parseWithLimits('# one\n# two\n{ a } # three', { maxTokens: 3 }).definitions).toHaveLength(
    1,
  );
});

test('a query 20,000 levels deep is refused, not a stack overflow', () => {
  expect(caught(() => parseWithLimits(nested(20_000), limits)).extensions.code).toBe(
    'QUERY_TOO_COMPLEX',
  );
});

test('list brackets within the token limit are refused before they overflow the stack', () => {
  const error = caught(() => parseWithLimits(`{ a(b: ${'['.repeat(1_900)}`, limits));
  expect(error.message).toBe('Query bracket nesting 101 is over the limit of 100.');
  expect(error.extensions.code).toBe('QUERY_TOO_COMPLEX');
});

test('brackets nested exactly as deep as allowed are parsed', () => {
  expect(parseWithLimits(nested(100), limits).definitions).toHaveLength(1);
});

test('brackets nested one deeper than allowed are refused', () => {
  expect(() => parseWithLimits(nested(101), limits)).toThrow(
    'Query bracket nesting 101 is over the limit of 100.',
  );
});

test('brackets that are closed again do not add up as nesting', () => {
  expect(
    parseWithLimits(`{ ${repeated(150, (index) => `a${index}(b: [1])`)} }`, limits).definitions,
  ).toHaveLength(1);
});

test('a syntax error has its own code and its place', () => {
  const error = caught(() => parseWithLimits('{ a(', limits));
  expect(error.extensions.code).toBe('GRAPHQL_PARSE_FAILED');
  expect(error.locations).toEqual([{ line: 1, column: 5 }]);
});

test('a character that is no token is a syntax error', () => {
  expect(caught(() => parseWithLimits('{ a ? }', limits)).extensions.code).toBe(
    'GRAPHQL_PARSE_FAILED',
  );
});

// --------------------------------------------------------------------- depth

test('a query as deep as the limit is allowed', () => {
  expect(messages(nested(12))).toEqual([]);
});

test('a query deeper than the limit is refused with limit and value', () => {
  const [error, ...others] = structureErrors(parse(nested(15)), limits);
  expect(error?.message).toBe('Query depth 15 is over the limit of 12.');
  expect(error?.extensions).toEqual({ code: 'QUERY_TOO_COMPLEX' });
  expect(others).toEqual([]);
});

test('fragments and inline fragments add no depth of their own', () => {
  expect(
    messages('{ a { ...f } } fragment f on T { ... on T { ... { b { c } } } }', { maxDepth: 3 }),
  ).toEqual([]);
});

test('what a fragment selects counts from where it is spread', () => {
  expect(messages('{ a { ...f } } fragment f on T { b { c } }', { maxDepth: 2 })).toEqual([
    'Query depth 3 is over the limit of 2.',
  ]);
});

test('the introspection query of GraphiQL is within the limits', () => {
  expect(
    messages(
      getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true, oneOf: true }),
      { maxDepth: 1 },
    ),
  ).toEqual([]);
});

test('the deepest operation of a document decides', () => {
  expect(messages(`query A { a } query B ${nested(13)} query C { a }`)).toEqual([
    'Query depth 13 is over the limit of 12.',
  ]);
});

// A selection set with the sets of its fields. A fragment spreads only later ones, so that there
// are no cycles.
interface Selections {
  fields: Selections[];
  spreads: number[];
}

const selections: fc.Memo<Selections> = fc.memo((levels) =>
  fc.record({
    fields: levels > 1 ? fc.array(selections(), { maxLength: 2 }) : fc.constant([]),
    spreads: fc.array(fc.nat(4), { maxLength: 2 }),
  }),
);

function printed(set: Selections, fragment: number): string {
  const fields = set.fields.map((below, index) => `a${index}: f ${printed(below, fragment)}`);
  const spreads = set.spreads
    .filter((spread) => spread > fragment)
    .map((spread) => `... F${spread}`);
  return `{ id ${[...fields, ...spreads].join(' ')} }`;
}

const documents = fc
  .tuple(selections(3), fc.array(selections(3), { minLength: 5, maxLength: 5 }))
  .map(([root, fragments]) =>
    [
      `query ${printed(root, -1)}`,
      ...fragments.map((set, index) => `fragment F${index} on T ${printed(set, index)}`),
    ].join('\n'),
  )
  .map((source) => parse(source));

// The definition of the limits without any reuse: every spread is followed anew.
function naive(document: DocumentNode): { depth: number; aliases: number; widest: number } {
  const setOf = (name: string | undefined): SelectionSetNode => {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name)
        return definition.selectionSet;
      if (definition.kind === Kind.OPERATION_DEFINITION && name === undefined)
        return definition.selectionSet;
    }
    throw new Error(`No fragment ${name}`);
  };
  const found = { depth: 0, aliases: 0, widest: 0 };
  const walk = (set: SelectionSetNode, depth: number): number => {
    let level = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD)
        level += walk(setOf(selection.name.value), depth);
      if (selection.kind !== Kind.FIELD) continue;
      found.depth = Math.max(found.depth, depth);
      if (selection.alias) level += 1;
      if (selection.alias) found.aliases += 1;
      if (selection.selectionSet) walk(selection.selectionSet, depth + 1);
    }
    found.widest = Math.max(found.widest, level);
    return level;
  };
  walk(setOf(undefined), 1);
  return found;
}

const everything = { maxDepth: 0, maxAliases: -1, maxAliasesPerLevel: -1 };

test('depth is what following every spread anew finds', () => {
  fc.assert(
    fc.property(documents, (document) => {
      const found = structureErrors(document, { ...limits, ...everything }).map(
        (error) => error.message,
      );
      expect(found).toContain(`Query depth ${naive(document).depth} is over the limit of 0.`);
    }),
  );
});

test('alias counts are what following every spread anew finds', () => {
  fc.assert(
    fc.property(documents, (document) => {
      const found = structureErrors(document, { ...limits, ...everything }).map(
        (error) => error.message,
      );
      const { aliases, widest } = naive(document);
      expect(found).toContain(`Query alias count ${aliases} is over the limit of -1.`);
      expect(found).toContain(`Query alias count on one level ${widest} is over the limit of -1.`);
    }),
  );
});

// ------------------------------------------------- aliases, directives, roots

test('31 aliases on one level are refused', () => {
  const level = (count: number) => `{ a { ${repeated(count, (index) => `x${index}: id`)} } }`;
  expect(messages(level(30))).toEqual([]);
  expect(messages(level(31))).toEqual([
    'Query alias count on one level 31 is over the limit of 30.',
  ]);
});

test('aliases in fragments count on the level where they are spread', () => {
  const half = (name: string) =>
    `fragment ${name} on T { ... on T { ${repeated(16, (index) => `${name}${index}: id`)} } }`;
  expect(messages(`{ a { ...p ...q } } ${half('p')} ${half('q')}`)).toEqual([
    'Query alias count on one level 32 is over the limit of 30.',
  ]);
});

test('aliases on different levels are one level each', () => {
  expect(
    messages(
      `{ a { ${repeated(16, (index) => `x${index}: id`)} b { ${repeated(16, (index) => `x${index}: id`)} } } }`,
    ),
  ).toEqual([]);
});

test('201 aliases in all are refused', () => {
  const ten = `{ ${repeated(10, (index) => `x${index}: id`)} }`;
  expect(messages(`{ ${repeated(20, (index) => `a${index} ${ten}`)} }`)).toEqual([]);
  expect(
    messages(`{ x: a0 { id } ${repeated(19, (index) => `b${index} ${ten}`)} b ${ten} }`, {
      maxRootFields: 99,
    }),
  ).toEqual(['Query alias count 201 is over the limit of 200.']);
});

test('51 directives are refused, those of the operation and its variables too', () => {
  const query = (count: number) =>
    `query ($v: Boolean = true @x) @y { ${repeated(count, () => 'a @include(if: $v)')} }`;
  expect(messages(query(48), { maxRootFields: 99 })).toEqual([]);
  expect(messages(query(49), { maxRootFields: 99 })).toEqual([
    'Query directive count 51 is over the limit of 50.',
  ]);
});

test('directives of a fragment count at every spread', () => {
  expect(messages('{ ...f @d ...f } fragment f on T @d { a @d }', { maxDirectives: 4 })).toEqual([
    'Query directive count 5 is over the limit of 4.',
  ]);
});

test('21 root fields are refused, also by way of a fragment', () => {
  const query = (count: number) =>
    `{ a0 ...f } fragment f on Query { ${repeated(count - 1, (index) => `a${index + 1}`)} }`;
  expect(messages(query(20))).toEqual([]);
  expect(messages(query(21))).toEqual(['Query root field count 21 is over the limit of 20.']);
});

test('a document over several limits gets one error for each', () => {
  expect(messages(`{ ${repeated(31, (index) => `x${index}: a`)} }`)).toEqual([
    'Query alias count on one level 31 is over the limit of 30.',
    'Query root field count 31 is over the limit of 20.',
  ]);
});

// ----------------------------------------------------------- hostile documents

test('fragments that double 50 times are counted once each', () => {
  const source = `{ ...f0 } ${repeated(50, (index) => `fragment f${index} on Q { ...f${index + 1} ...f${index + 1} }`)} fragment f50 on Q { x: a }`;
  // Once for each place would take years.
  expect(messages(source)).toContain(`Query alias count ${2 ** 50} is over the limit of 200.`);
});

test('counts beyond what a number holds exactly are given as a lower bound', () => {
  const source = `{ ...f0 } ${repeated(80, (index) => `fragment f${index} on Q { ...f${index + 1} ...f${index + 1} }`)} fragment f80 on Q { x: a }`;
  expect(messages(source)).toContain(
    'Query alias count 9007199254740991 or more is over the limit of 200.',
  );
});

test('fragments that spread each other end, and are left to validation', () => {
  expect(
    messages('{ ...f } fragment f on Q { a { ...g } } fragment g on Q { b { ...f } }'),
  ).toEqual([]);
});

test('a spread of an unknown fragment is left to validation', () => {
  expect(messages('{ ...absent }')).toEqual([]);
});

test('a cost over the limit is refused with limit and value', () => {
  expect(costError(10_000, limits)).toBeNull();
  expect(costError(10_001, limits)?.message).toBe('Query cost 10001 is over the limit of 10000.');
  expect(costError(10_001, limits)?.extensions.code).toBe('QUERY_TOO_COMPLEX');
});
