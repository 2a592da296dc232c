/**
 * That introspection costs what it resolves, and that the queries of the usual clients stay far
 * below the limit.
 */
import {
  type ExecutionResult,
  execute,
  getIntrospectionQuery,
  type IntrospectionOptions,
  parse,
} from 'graphql';
import { expect, test } from 'vitest';
import { costOf } from '../../src/graphql/cost.ts';
import { schema } from '../../src/graphql/schema.ts';

const MAX_COST = 10_000;
const cost = (source: string) => costOf(schema, parse(source))({});

/** Fields that an execution answered. */
function fieldsIn(value: unknown): number {
  if (Array.isArray(value))
    return value.reduce((sum: number, element) => sum + fieldsIn(element), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, below) => sum + 1 + fieldsIn(below), 0);
}

function resolvedBy(source: string): number {
  const result = execute({ schema, document: parse(source) }) as ExecutionResult;
  expect(result.errors).toBeUndefined();
  return fieldsIn(result.data);
}

/** With what each of them calls getIntrospectionQuery, as of autumn 2026. */
const CLIENTS: [name: string, options: IntrospectionOptions][] = [
  ['GraphiQL', { schemaDescription: true, inputValueDeprecation: true }],
  [
    'Apollo Sandbox',
    {
      schemaDescription: true,
      inputValueDeprecation: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
    },
  ],
  ['urql', { descriptions: false }],
  ['Relay', { descriptions: true }],
  [
    'codegen',
    {
      descriptions: true,
      schemaDescription: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      inputValueDeprecation: true,
      oneOf: true,
    },
  ],
  [
    'a generator that asks for much',
    { descriptions: true, inputValueDeprecation: true, oneOf: true, typeDepth: 15 },
  ],
];

test.each(CLIENTS)(
  'the query of %s costs at least what it resolves, and leaves the schema room to double',
  (_name, options) => {
    const source = getIntrospectionQuery(options);
    expect(cost(source)).toBeGreaterThanOrEqual(Math.floor(resolvedBy(source) / 10));
    expect(cost(source)).toBeLessThan(MAX_COST / 2);
  },
);

test.each([
  '{ __schema { types { name fields { name type { name ofType { name fields { name } } } } } } }',
  '{ __schema { queryType { fields { name args { name type { name } } type { ofType { fields { type { ofType { fields { name } } } } } } } } } }',
  '{ __type(name: "Query") { fields { type { ofType { fields { type { ofType { fields { type { ofType { fields { name } } } } } } } } } } } }',
  '{ __type(name: "Node") { possibleTypes { fields { name type { name } } } } }',
  '{ __schema { types { inputFields { name type { ofType { inputFields { name } } } } enumValues { name } } } }',
])('%s costs at least what it resolves', (source) => {
  expect(cost(source)).toBeGreaterThanOrEqual(Math.floor(resolvedBy(source) / 10));
});

test('aliases multiply', () => {
  const aliased = (count: number, text: string) =>
    Array.from({ length: count }, (_, index) => `a${index}: ${text}`).join(' ');
  const one = cost('{ __schema { types { fields { name type { name } } } } }');
  expect(
    cost(`{ __schema { ${aliased(6, 'types { fields { name type { name } } }')} } }`),
  ).toBeGreaterThan(5 * one);
  expect(
    cost(
      `{ __schema { ${aliased(13, `types { ${aliased(13, 'fields { name type { name } }')} }`)} } }`,
    ),
  ).toBeGreaterThan(MAX_COST);
});

test('a fragment costs at each place what it costs there', () => {
  const spread =
    '{ __schema { types { ...T } } } fragment T on __Type { fields { type { ...R } } } fragment R on __Type { name ofType { name ofType { name } } }';
  expect(cost(spread)).toBe(
    cost('{ __schema { types { fields { type { name ofType { name ofType { name } } } } } } }'),
  );
});

test('fragments that spread each other end', () => {
  expect(
    cost(
      '{ __schema { types { ...A } } } fragment A on __Type { ofType { ...B } } fragment B on __Type { fields { type { ...A } } }',
    ),
  ).toBeGreaterThan(0);
});
