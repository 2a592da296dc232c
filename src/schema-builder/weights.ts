/**
 * What costs more than the objects that it answers with: a search, a count, an analysis. Declared where it is defined, by what is
 * spread into the options of a field, an argument or an input field; graphql/cost.ts adds it to the cost of an operation.
 */
import { type GraphQLArgument, getNamedType, isInputObjectType, Kind, type ValueNode } from 'graphql';
import { SEARCH_LENGTH } from '../platform/input.ts';
import { type Declared, maxLength } from './maxima.ts';

/** Of contacts and organizations looked for with typing errors: up to 300 ms of the database, as long as thousands of objects. */
export const FUZZY_SEARCH_WEIGHT = 500;
const SEARCH_WEIGHT = 50;
/** Of figures that are put together from the slots or days of a period: some milliseconds. */
export const ANALYSIS_WEIGHT = 100;
/** Of the rows of a list, counted: one statement, or one for all lists on a level. */
export const COUNT_WEIGHT = 10;

/** Spread into the options of a field: each selection of it costs so many points more. */
export function weighs(points: number): Declared {
  return { extensions: { weight: points } };
}

/** Spread into the text that a list is searched for. */
export function searchText(weight = SEARCH_WEIGHT): Declared {
  return { extensions: { ...maxLength(SEARCH_LENGTH).extensions, ...weighs(weight).extensions } };
}

/** The points that a field costs whatever its arguments are; or an argument, or an input field, when it is given. */
export function weightOf({ extensions }: Declared): number {
  const weight = extensions['weight'];
  return typeof weight === 'number' ? weight : 0;
}

/** What an argument costs when it is given, by itself and by the fields of its input object. */
export interface ArgumentWeights {
  /** By how it is written; variables inside count as given. */
  ofNode: (node: ValueNode) => number;
  /** By its value, of which nothing is known yet: `null` and `undefined` are free. */
  ofValue: (value: unknown) => number;
}

/** Null for an argument that never costs anything. */
export function weightsOf(argument: GraphQLArgument): ArgumentWeights | null {
  const own = weightOf(argument);
  const type = getNamedType(argument.type);
  const fields = isInputObjectType(type) ? Object.values(type.getFields()).filter((field) => weightOf(field) > 0) : [];
  if (own === 0 && fields.length === 0) return null;
  const sum = (isGiven: (field: string) => boolean) => fields.reduce((points, field) => points + (isGiven(field.name) ? weightOf(field) : 0), own);
  return {
    ofNode: (node) => {
      if (node.kind === Kind.NULL) return 0;
      const given = node.kind === Kind.OBJECT ? node.fields.filter(({ value }) => value.kind !== Kind.NULL).map(({ name }) => name.value) : [];
      return sum((field) => given.includes(field));
    },
    ofValue: (value) => {
      if (value === null || value === undefined) return 0;
      const object = typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : {};
      return sum((field) => Object.hasOwn(object, field) && object[field] !== null && object[field] !== undefined);
    },
  };
}
