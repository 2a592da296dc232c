/** Input types and enums that are made of what parses them: nothing of it is lost on the way. */
import { printType } from 'graphql';
import { expect, test } from 'vitest';
import { z } from 'zod';
import '../../src/graphql/schema.ts';
import {
  calendarDay,
  idOf,
  inGraphQL,
  moment,
  name,
  wholeNumber,
} from '../../src/platform/input.ts';
import { builder } from '../../src/schema-builder/builder.ts';
import { enumOf } from '../../src/schema-builder/enums.ts';
import { inputOf } from '../../src/schema-builder/inputs.ts';
import { maximumOf } from '../../src/schema-builder/maxima.ts';

const COLORS = { RED: 'RED', BLUE: 'BLUE' } as const;
enumOf('TestColor', COLORS, {
  description: 'A color.',
  values: { RED: 'Like blood.', BLUE: 'Like the sky.' },
});
const Part = z.object({ size: z.number() }).describe('A part.');
inputOf('TestPartInput', Part);

function inputType(type: string, schema: z.ZodObject) {
  inputOf(type, schema);
  return builder.toSchema().getType(type);
}

test('a field has the type, nullability, default and description of its schema', () => {
  const type = inputType(
    'TestFieldsInput',
    z.object({
      id: idOf('Contact').describe('Whose.'),
      name: name().nullish(),
      day: calendarDay().optional(),
      at: moment().nullish().describe('When.'),
      count: wholeNumber(1, 9).default(3),
      weight: z.number().nullish().default(1.5),
      color: z.enum(COLORS).default('RED'),
      colors: z.array(z.enum(COLORS)).optional(),
      part: Part.describe('The first part.'),
      others: z.array(Part).refine((parts) => parts.length !== 1),
      answers: z.unknown(),
      key: z.string().register(inGraphQL, { maxLength: 7 }).refine(Boolean).transform(String),
    }),
  );
  expect(type && printType(type)).toBe(`input TestFieldsInput {
  answers: JSON!

  """When."""
  at: DateTime
  color: TestColor! = RED
  colors: [TestColor!]
  count: Int! = 3
  day: Date

  """Whose."""
  id: ID!
  key: String!
  name: String
  others: [TestPartInput!]!

  """The first part."""
  part: TestPartInput!
  weight: Float = 1.5
}`);
});

test('maxima follow from the schema, from what is registered, or from the type', () => {
  const type = inputType(
    'TestMaximaInput',
    z.object({
      name: name(20).nullish(),
      key: z.string().register(inGraphQL, { maxLength: 7 }).refine(Boolean).nullish(),
      names: z.array(name(30)).max(4).refine(Boolean).nullish(),
      colors: z.array(z.enum(COLORS)).max(100),
      ids: z.array(idOf('Contact')).max(5),
    }),
  );
  const fields = type && 'getFields' in type ? Object.values(type.getFields()) : [];
  expect(fields.map((field) => [field.name, maximumOf(field as never)])).toEqual([
    ['colors', { maxItems: 2 }],
    ['ids', { maxItems: 5, maxLength: 200 }],
    ['key', { maxLength: 7 }],
    ['name', { maxLength: 20 }],
    ['names', { maxItems: 4, maxLength: 30 }],
  ]);
});

// Last: the type that it makes stays in the builder, and no schema can be made after it.
test('what has no input type is refused with its coordinate', () => {
  expect(() => inputType('TestWrongInput', z.object({ when: z.date() }))).toThrow(
    'TestWrongInput.when: a zod date is not an input type. Register its type with inGraphQL.',
  );
});
