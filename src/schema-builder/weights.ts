/**
 * What costs more than the objects that it returns: a search, a count, an analysis. Declared
 * where it is defined, by what is spread into the options of a field, an argument or an input
 * field; graphql/cost.ts adds it to the cost of an operation.
 */
import {
  type GraphQLArgument,
  getNamedType,
  isInputObjectType,
  Kind,
  type ValueNode,
} from 'graphql';
import { z } from 'zod';
import { inGraphQL, SEARCH_LENGTH } from '../platform/input.ts';
import { isRecord } from '../platform/records.ts';
import { type Declared, maxLength } from './maxima.ts';

/**
 * For finding contacts despite typing errors, and the organizations that a name may mean: up to 300
 * ms in the database, as long as thousands of objects take.
 */
export const FUZZY_SEARCH_WEIGHT = 500;
const SEARCH_WEIGHT = 50;
/** For figures computed from the time slots or days of a period: some milliseconds. */
export const ANALYSIS_WEIGHT = 100;
/** For counting the rows of a list: one statement, or one for all lists on a level. */
export const COUNT_WEIGHT = 10;

/** Spread into the options of a field: each selection of it costs this many points more. */
export function weighs(points: number): Declared {
  return { extensions: { weight: points } };
}

/** The text that a list is searched for, as a field of a filter. */
export function searchFilter(weight = SEARCH_WEIGHT) {
  return z.string().register(inGraphQL, { maxLength: SEARCH_LENGTH, weight }).nullish();
}

/** Spread into the text that a list is searched for, where it is an argument. */
export function searchText(weight = SEARCH_WEIGHT): Declared {
  return { extensions: { ...maxLength(SEARCH_LENGTH).extensions, ...weighs(weight).extensions } };
}

/**
 * The points that a field costs whatever its arguments are; or an argument, or an input field, when
 * it is given.
 */
export function weightOf({ extensions }: Declared): number {
  const weight = extensions['weight'];
  return typeof weight === 'number' ? weight : 0;
}

type Weighed = Pick<GraphQLArgument, 'type'> & Declared;

const known = new WeakMap<Weighed, number>();

/** What an argument or input field costs with everything within it given. */
function most(input: Weighed): number {
  let points = known.get(input);
  if (points === undefined) {
    // Ends types that contain themselves.
    known.set(input, 0);
    points = fieldsOf(input).reduce((sum, field) => sum + most(field), weightOf(input));
    known.set(input, points);
  }
  return points;
}

function fieldsOf({ type }: Weighed): readonly (Weighed & { name: string })[] {
  const named = getNamedType(type);
  return isInputObjectType(named) ? Object.values(named.getFields()) : [];
}

/**
 * What an argument or input field costs by how it is written; a variable inside counts as all that it
 * could be.
 */
export function nodeWeight(input: Weighed, node: ValueNode): number {
  if (node.kind === Kind.NULL || most(input) === 0) return 0;
  if (node.kind === Kind.VARIABLE) return most(input);
  if (node.kind === Kind.LIST)
    return node.values.reduce((sum, entry) => sum + nodeWeight(input, entry), 0);
  if (node.kind !== Kind.OBJECT) return weightOf(input);
  const fields = fieldsOf(input);
  return node.fields.reduce((sum, { name, value }) => {
    const field = fields.find((one) => one.name === name.value);
    return field ? sum + nodeWeight(field, value) : sum;
  }, weightOf(input));
}

/**
 * What an argument or input field costs by its value, of which nothing is known yet: `null` and
 * `undefined` are free.
 */
export function valueWeight(input: Weighed, value: unknown): number {
  if (value === null || value === undefined || most(input) === 0) return 0;
  if (Array.isArray(value))
    return value.reduce<number>((sum, entry) => sum + valueWeight(input, entry), 0);
  const given = isRecord(value) ? value : {};
  return fieldsOf(input).reduce(
    (sum, field) =>
      Object.hasOwn(given, field.name) ? sum + valueWeight(field, given[field.name]) : sum,
    weightOf(input),
  );
}
