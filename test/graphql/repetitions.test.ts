/**
 * That a document without its repetitions means the same, and that repetition no longer makes
 * validation slow.
 */
import {
  buildSchema,
  type ExecutionResult,
  execute,
  parse,
  print,
  specifiedRules,
  validate,
} from 'graphql';
import { expect, test } from 'vitest';
import { withoutRepetitions } from '../../src/graphql/repetitions.ts';

const merged = (source: string) => print(withoutRepetitions(parse(source))).replace(/\s+/g, ' ');

test.each([
  ['the same field', '{ a a b a }', '{ a b }'],
  ['what is below the same field', '{ a { x } b a { y x } }', '{ a { x y } b }'],
  ['below merged fields again', '{ a { b { x } } a { b { y } b { x } } }', '{ a { b { x y } } }'],
  [
    'the same arguments',
    '{ a(n: 1) { x } a(n: 1) { y } a(n: 2) { x } }',
    '{ a(n: 1) { x y } a(n: 2) { x } }',
  ],
  ['the same alias', '{ x: a x: a y: a }', '{ x: a y: a }'],
  ['the same directives', '{ a @skip(if: true) a a @skip(if: true) }', '{ a @skip(if: true) a }'],
  [
    'spreads and inline fragments',
    '{ ...F ...F ... on T { x x } ... on T { y } } fragment F on T { x x }',
    '{ ...F ... on T { x } ... on T { y } } fragment F on T { x }',
  ],
  ['not what has a selection and what has none', '{ a a { x } }', '{ a a { x } }'],
])('%s is merged', (_what, source, expected) => {
  expect(merged(source)).toBe(expected);
});

test('a document without repetitions stays the one it is', () => {
  const document = parse('{ a { x y } ...F } fragment F on T { x }');
  expect(withoutRepetitions(document)).toBe(document);
});

const schema = buildSchema(
  'type Query { a(n: Int): Query, b: Query, name: String, list(size: Int): [Query!]! }',
);

/** Selections of which many are the same. */
function random(seed: number, depth: number): string {
  let state = seed;
  const next = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const set = (level: number): string => {
    const parts = Array.from({ length: 2 + next(4) }, () => {
      if (level === 0) return ['name', 'x: name', 'y: name', '... { name }'][next(4)];
      return [
        `a(n: ${next(2)}) ${set(level - 1)}`,
        `b ${set(level - 1)}`,
        `x: b ${set(level - 1)}`,
        'name',
        `... on Query ${set(level - 1)}`,
        '...F',
      ][next(6)];
    });
    return `{ ${parts.join(' ')} }`;
  };
  return `query ${set(depth)} fragment F on Query { name b { name name } b { name } }`;
}

test('results and the validity of 300 random documents are the same', () => {
  const root: object = { a: () => root, b: () => root, name: 'n', list: () => [] };
  let valid = 0;
  for (let seed = 1; seed <= 300; seed += 1) {
    const document = parse(random(seed, 3));
    const other = withoutRepetitions(document);
    const errors = validate(schema, document, specifiedRules);
    expect(validate(schema, other, specifiedRules).length > 0).toBe(errors.length > 0);
    if (errors.length > 0) continue;
    valid += 1;
    const run = (one: typeof document) =>
      JSON.stringify((execute({ schema, document: one, rootValue: root }) as ExecutionResult).data);
    expect(run(other)).toBe(run(document));
  }
  expect(valid).toBeGreaterThan(30);
});
