/** Everything in the schema says what it means: GraphiQL has nothing else to show. */
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { missingDescriptions } from '../../src/cli/descriptions.ts';
import { schema } from '../../src/graphql/schema.ts';

test('every type, field, argument, input field and enum value has a description of its own', () => {
  expect(missingDescriptions(schema), 'npm run schema -- --undescribed lists them').toEqual([]);
});

test('a description that only repeats the name counts for none', () => {
  const described = buildSchema(`
    "Everything that can be read."
    type Query {
      "The name of the query. At most 200 characters."
      name(
        "When the company was founded."
        since: Int
      ): Status
      plain: Int
    }
    "How far it is."
    enum Status {
      "Open."
      OPEN
      "Nobody works on it any more."
      CLOSED
    }
  `);
  expect(missingDescriptions(described)).toEqual([
    'Query.name only repeats its name: The name of the query. At most 200 characters.',
    'Query.plain has no description',
    'Status.OPEN only repeats its name: Open.',
  ]);
});
