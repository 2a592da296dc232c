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
    'A moment in ISO 8601, with milliseconds and in UTC. Taken with any offset, and without seconds too.',
  serialize: (value) => toIso(value),
  parseValue: expectString('DateTime'),
  parseLiteral: (node) =>
    expectString('DateTime')(node.kind === Kind.STRING ? node.value : undefined),
});

builder.scalarType('Date', {
  description: 'A calendar day, YYYY-MM-DD.',
  serialize: (value) => value,
  parseValue: expectString('Date'),
  parseLiteral: (node) => expectString('Date')(node.kind === Kind.STRING ? node.value : undefined),
});

/**
 * An object as the default of an argument. graphql-js can't write objects as such, so the printed
 * schema has its JSON text.
 */
export const EMPTY_OBJECT: Readonly<Record<string, unknown>> = Object.freeze({});

builder.scalarType('JSON', {
  description: 'Any JSON value.',
  serialize: (value) => (value === EMPTY_OBJECT ? '{}' : value),
});
