/**
 * What the schema takes: every argument and every field of an input type, and the maximum that its
 * description tells.
 */
import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from 'graphql';
import type { Declared } from '../../src/schema-builder/maxima.ts';

/**
 * An argument or input field with its place, such as `Query.contacts(filter:)` or
 * `ContactFilter.search`.
 */
export interface SchemaInput {
  place: string;
  input: Pick<GraphQLArgument, 'name' | 'type' | 'description' | 'defaultValue'> & Declared;
}

/**
 * Every argument of a field or directive, and every field of an input type; introspection's own are
 * not among them.
 */
export function schemaInputs(schema: GraphQLSchema): SchemaInput[] {
  const ofTypes = Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type): SchemaInput[] => {
      if (isInputObjectType(type))
        return Object.values(type.getFields()).map((input) => ({
          place: `${type.name}.${input.name}`,
          input,
        }));
      if (!isObjectType(type) && !isInterfaceType(type)) return [];
      return Object.values(type.getFields()).flatMap((field) =>
        field.args.map((input) => ({ place: `${type.name}.${field.name}(${input.name}:)`, input })),
      );
    });
  // What graphql-js itself declares is read by tools that print schemas, not by operations:
  // deprecated(reason:), specifiedBy(url:).
  const ofDirectives = schema
    .getDirectives()
    .filter(({ name }) => !['skip', 'include', 'deprecated', 'specifiedBy', 'oneOf'].includes(name))
    .flatMap((directive) =>
      directive.args.map((input) => ({ place: `@${directive.name}(${input.name}:)`, input })),
    );
  return [...ofTypes, ...ofDirectives];
}

const NUMBERS = ['Int', 'Float', 'Boolean'];

/**
 * Whether values of a type, or of a list of it, are text: strings, ids, days, JSON and any scalar
 * to come.
 */
export function isText(type: GraphQLInputType): boolean {
  const named = getNamedType(type);
  return isScalarType(named) && !NUMBERS.includes(named.name);
}

/** How many lists a type is nested in: 2 for [[String!]!]!. */
export function listDepth(type: GraphQLInputType): number {
  if (isNonNullType(type)) return listDepth(type.ofType);
  return isListType(type) ? 1 + listDepth(type.ofType) : 0;
}

/** The maxima that a description tells; undefined for what it does not tell. */
export function toldMaxima(description: string | null | undefined): {
  characters: number | undefined;
  entries: number | undefined;
} {
  const numberIn = (pattern: RegExp) => {
    const text = pattern.exec(description ?? '')?.[1];
    return text === undefined ? undefined : Number(text.replaceAll(',', ''));
  };
  return {
    characters: numberIn(/\bat most ([\d,]+) characters/i),
    entries: numberIn(/\bat most ([\d,]+) entries/i),
  };
}
