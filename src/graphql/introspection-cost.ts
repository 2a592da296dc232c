/**
 * What introspection costs: one point for ten fields that it resolves, by the sizes of the schema.
 * A field takes 1 to 2 µs, a tenth of what an object from the database does, and all of it runs
 * without a break: the whole schema costs about 3,200 and takes 30 to 50 ms, 13 aliases of all
 * types with 13 of all their fields cost 40,000.
 *
 * The length that a list counts with depends on how its type was reached: the mean over all types
 * if all types are selected, which is exact; the longest below a type that is selected by name or
 * as a possible type; otherwise the mean over the types that have any.
 */
import {
  type FieldNode,
  type GraphQLSchema,
  type GraphQLType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  isWrappingType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Fragments } from './fragments.ts';

const FIELDS_PER_POINT = 10;

/** How a type was reached, which decides the length that its lists count with. */
type Origin = 'every' | 'named' | 'referred';
type ListName = 'fields' | 'args' | 'inputFields' | 'enumValues' | 'interfaces' | 'possibleTypes';
type TypeName = '__Schema' | '__Type' | '__Field' | '__InputValue' | '__EnumValue' | '__Directive';

/** Fields that lead to other types: to which, and how those are reached where that changes. */
const WAYS: Readonly<
  Record<TypeName, Readonly<Record<string, { to: TypeName; origin?: Origin }>>>
> = {
  __Schema: {
    types: { to: '__Type', origin: 'every' },
    queryType: { to: '__Type', origin: 'named' },
    mutationType: { to: '__Type', origin: 'named' },
    subscriptionType: { to: '__Type', origin: 'named' },
    directives: { to: '__Directive', origin: 'referred' },
  },
  __Type: {
    fields: { to: '__Field' },
    inputFields: { to: '__InputValue' },
    enumValues: { to: '__EnumValue' },
    interfaces: { to: '__Type', origin: 'named' },
    possibleTypes: { to: '__Type', origin: 'named' },
    ofType: { to: '__Type', origin: 'referred' },
  },
  __Field: { args: { to: '__InputValue' }, type: { to: '__Type', origin: 'referred' } },
  __InputValue: { type: { to: '__Type', origin: 'referred' } },
  __EnumValue: {},
  __Directive: { args: { to: '__InputValue' } },
};

interface Sizes {
  types: number;
  directives: number;
  lists: Record<ListName, Record<Origin, number>>;
  /** How many lists and non-nulls are around one type at most. */
  wrappings: number;
}

const sizesOf = new WeakMap<GraphQLSchema, Sizes>();

/**
 * The points of `__schema` or `__type` with all that is selected below; @skip and @include are
 * ignored.
 */
export function introspectionCost(
  schema: GraphQLSchema,
  fragments: Fragments,
  field: FieldNode,
): number {
  let sizes = sizesOf.get(schema);
  if (!sizes) {
    sizes = measured(schema);
    sizesOf.set(schema, sizes);
  }
  const survey: Survey = { sizes, fragments, known: new Map() };
  const start: Place =
    field.name.value === '__schema'
      ? { type: '__Schema', origin: 'every', wraps: 0 }
      : { type: '__Type', origin: 'named', wraps: 0 };
  return Math.ceil((1 + fieldsOf(survey, field.selectionSet, start)) / FIELDS_PER_POINT);
}

interface Survey {
  sizes: Sizes;
  fragments: Fragments;
  /**
   * By fragment and place; one that is being counted has 0, which ends cycles (validation refuses
   * them).
   */
  known: Map<string, number>;
}

interface Place {
  type: TypeName;
  origin: Origin;
  /** How many `ofType` in a row led here. */
  wraps: number;
}

function fieldsOf(survey: Survey, set: SelectionSetNode | undefined, place: Place): number {
  let fields = 0;
  for (const selection of set?.selections ?? []) {
    if (selection.kind === Kind.FIELD) fields += 1 + below(survey, selection, place);
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      fields += fieldsOf(survey, selection.selectionSet, place);
    else fields += fragmentFields(survey, selection.name.value, place);
  }
  return Math.min(fields, Number.MAX_SAFE_INTEGER);
}

function fragmentFields(survey: Survey, name: string, place: Place): number {
  const key = `${name} ${place.type} ${place.origin} ${place.wraps}`;
  const known = survey.known.get(key);
  if (known !== undefined) return known;
  survey.known.set(key, 0);
  const fields = fieldsOf(survey, survey.fragments.get(name)?.selectionSet, place);
  survey.known.set(key, fields);
  return fields;
}

function below(survey: Survey, field: FieldNode, place: Place): number {
  const name = field.name.value;
  const way = WAYS[place.type][name];
  if (!way) return 0;
  const wraps = name === 'ofType' ? place.wraps + 1 : 0;
  if (wraps > survey.sizes.wrappings) return 0;
  // A type that comes from a list of types wraps no other.
  if (name === 'ofType' && place.origin !== 'referred') return 0;
  return (
    lengthOf(survey.sizes, place, name) *
    fieldsOf(survey, field.selectionSet, {
      type: way.to,
      origin: way.origin ?? place.origin,
      wraps,
    })
  );
}

function lengthOf(
  { types, directives, lists }: Sizes,
  { type, origin }: Place,
  name: string,
): number {
  if (type === '__Schema') return name === 'types' ? types : name === 'directives' ? directives : 1;
  return Object.hasOwn(lists, name) ? lists[name as ListName][origin] : 1;
}

function measured(schema: GraphQLSchema): Sizes {
  const types = Object.values(schema.getTypeMap());
  const composite = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  const fields = composite.flatMap((type) => Object.values(type.getFields()));
  const inputs = types.filter(isInputObjectType).map((type) => Object.values(type.getFields()));
  const directives = schema.getDirectives();
  const all = types.length;
  const lists = {
    fields: lengths(
      all,
      composite.map((type) => Object.keys(type.getFields()).length),
    ),
    args: lengths(
      fields.length,
      [...fields, ...directives].map(({ args }) => args.length),
    ),
    inputFields: lengths(
      all,
      inputs.map(({ length }) => length),
    ),
    enumValues: lengths(
      all,
      types.filter(isEnumType).map((type) => type.getValues().length),
    ),
    interfaces: lengths(
      all,
      composite.map((type) => type.getInterfaces().length),
    ),
    possibleTypes: lengths(
      all,
      types.map((type) =>
        isInterfaceType(type) || isUnionType(type) ? schema.getPossibleTypes(type).length : 0,
      ),
    ),
  };
  const referred = [...fields, ...fields.flatMap(({ args }) => args), ...inputs.flat()].map(
    ({ type }) => wrappingsOf(type),
  );
  return { types: all, directives: directives.length, lists, wrappings: Math.max(0, ...referred) };
}

/**
 * The mean over all `owners`, the longest, and the mean of those that are not empty; `found` has
 * the lengths of the lists that exist.
 */
function lengths(owners: number, found: readonly number[]): Record<Origin, number> {
  const present = found.filter((length) => length > 0);
  const sum = present.reduce((total, length) => total + length, 0);
  return {
    every: sum / Math.max(1, owners),
    named: Math.max(0, ...present),
    referred: sum / Math.max(1, present.length),
  };
}

function wrappingsOf(type: GraphQLType): number {
  return isWrappingType(type) ? 1 + wrappingsOf(type.ofType) : 0;
}
