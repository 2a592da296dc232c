/**
 * Finds the parts of a schema that have no description, or one that only repeats the name. For most
 * people, the schema in GraphiQL is all they have to go by.
 */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';

interface Described {
  coordinate: string;
  description: string | null | undefined;
}

/**
 * The coordinates of all types, fields, arguments, input fields and enum values without a
 * description of their own, such as `Contact.email`, `Query.contacts(filter:)` or `Role.OWNER`,
 * each with what is wrong.
 */
export function missingDescriptions(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap(partsOf)
    .flatMap(({ coordinate, description }) => {
      if (!description?.trim()) return [`${coordinate} has no description`];
      return repeatsName(coordinate, description)
        ? [`${coordinate} only repeats its name: ${description}`]
        : [];
    });
}

function partsOf(type: GraphQLNamedType): Described[] {
  const own = { coordinate: type.name, description: type.description };
  if (isEnumType(type)) return [own, ...type.getValues().map((value) => memberOf(type, value))];
  if (isInputObjectType(type))
    return [own, ...Object.values(type.getFields()).map((field) => memberOf(type, field))];
  if (!isObjectType(type) && !isInterfaceType(type)) return [own];
  return [own, ...Object.values(type.getFields()).flatMap((field) => fieldParts(type, field))];
}

function memberOf(
  { name: type }: GraphQLNamedType,
  { name, description }: Pick<GraphQLInputField, 'name' | 'description'>,
): Described {
  return { coordinate: `${type}.${name}`, description };
}

function fieldParts(type: GraphQLNamedType, field: GraphQLField<unknown, unknown>): Described[] {
  const own = memberOf(type, field);
  return [
    own,
    ...field.args.map(({ name, description }: GraphQLArgument) => ({
      coordinate: `${own.coordinate}(${name}:)`,
      description,
    })),
  ];
}

/** Words without a meaning of their own. */
const EMPTY_WORDS = new Set(
  'a an and are as at by for from has in is it its of on one or own that the their this to which with at most character entry each'.split(
    ' ',
  ),
);

/** Whether a description has no word that its coordinate lacks; maximum lengths do not count. */
function repeatsName(coordinate: string, description: string): boolean {
  const named = new Set(wordsOf(coordinate));
  const own = description.replaceAll(/At most [\d,]+[^.]*\./g, '');
  return wordsOf(own).every((word) => named.has(word) || EMPTY_WORDS.has(word));
}

/** WorkPackage.phaseNames: work, package, phase, name. */
function wordsOf(text: string): string[] {
  const words = text.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, ' ').toLowerCase();
  return (words.match(/[a-z\d]+/g) ?? []).map((word) => word.replace(/(?<=..)(ies|s)$/, singular));
}

function singular(ending: string): string {
  return ending === 'ies' ? 'y' : '';
}
