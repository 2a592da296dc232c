/**
 * Every list and every string that the schema takes has a maximum, and tells it in its description.
 */
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import {
  isText,
  listDepth,
  type SchemaInput,
  schemaInputs,
  toldMaxima,
} from '../support/inputs.ts';

/** What is missing of an input's maxima, in words. */
function missing({ place, input }: SchemaInput): string[] {
  const { characters, entries } = toldMaxima(input.description);
  const problems = [];
  if (isText(input.type) && !(Number(characters) > 0))
    problems.push(`${place} tells no maximum of characters`);
  if (listDepth(input.type) > 0 && !(Number(entries) > 0))
    problems.push(`${place} tells no maximum of entries`);
  // One number says nothing of lists within a list.
  if (listDepth(input.type) > 1) problems.push(`${place} is a list of lists`);
  return problems;
}

test('every argument and input field that holds text or a list tells its maximum', () => {
  const inputs = schemaInputs(schema);
  expect(inputs.length).toBeGreaterThan(300);
  expect(inputs.flatMap(missing)).toEqual([]);
});

test('what has no maximum is found, wherever it is declared', () => {
  const open = buildSchema(`
    directive @note(text: String) on FIELD
    scalar Anything
    interface Named { names(like: ID): Int }
    type Query implements Named { names(like: ID): Int, find(any: [Anything!], "At most 5 entries." lists: [[Int!]!]): Int }
    input Form { "At most 9 characters." told: String, untold: String, ints: [Int], both: [String], number: Int }
  `);
  expect(schemaInputs(open).flatMap(missing).sort()).toEqual([
    '@note(text:) tells no maximum of characters',
    'Form.both tells no maximum of characters',
    'Form.both tells no maximum of entries',
    'Form.ints tells no maximum of entries',
    'Form.untold tells no maximum of characters',
    'Named.names(like:) tells no maximum of characters',
    'Query.find(any:) tells no maximum of characters',
    'Query.find(any:) tells no maximum of entries',
    'Query.find(lists:) is a list of lists',
    'Query.names(like:) tells no maximum of characters',
  ]);
});
