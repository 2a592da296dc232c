/**
 * The scalars. Text that is not a date is let through here and refused with the field's name where
 * it is used.
 */
import { GraphQLError, Kind } from 'graphql';
import { toIso } from '../platform/time.ts';
import { builder } from './builder.ts';

function expectString(type: string) {
  return (value: unknown): string => {
    if (typeof value === 'string') return value;
    throw new GraphQLError(`${type} expects a string.`, { extensions: { code: 'BAD_USER_INPUT' } });
  };
}

builder.scalarType('DateTime', {
  description:
    'A moment, returned in UTC with milliseconds, such as 2026-11-22T10:00:00.000Z. Input may have any offset and may leave out the seconds, but must have a zone. From the year 1900 to 2999.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  serialize: (value) => toIso(value),
  parseValue: expectString('DateTime'),
  parseLiteral: (node) =>
    expectString('DateTime')(node.kind === Kind.STRING ? node.value : undefined),
});

builder.scalarType('Date', {
  description:
    'A calendar day without a time or a zone, such as 2026-11-22. From the year 1900 to 2999.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  serialize: (value) => value,
  parseValue: expectString('Date'),
  parseLiteral: (node) => expectString('Date')(node.kind === Kind.STRING ? node.value : undefined),
});

builder.scalarType('JSON', {
  description: 'Any JSON value: an object, a list, a text, a number, true, false or null.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  serialize: (value) => value,
});
