/**
 * How much the schema accepts. Every list and every string that comes in has a maximum, declared
 * with the argument or input field by what is spread into its options: `t.string({ required: true,
 * ...maxLength(200) })`. Ids, days and moments have theirs by their type, lists of an enum by its
 * number of values. input-limits.ts checks them and adds them to the descriptions.
 */
import {
  type GraphQLArgument,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';

/** What an argument or input field takes at most. */
export interface Maximum {
  /** Characters of a string, of each one in a list; of a JSON value, those of its text. */
  maxLength?: number;
  maxItems?: number;
  /** The property, an enum, whose value must differ between the objects of a list. */
  distinctBy?: string;
}

/** What is spread into the options of a field, an argument or an input field. */
export interface Declared {
  extensions: Readonly<Record<string, unknown>>;
}

function declared(maximum: Maximum): Declared {
  return { extensions: { maximum } };
}

/**
 * Spread into a string: its maximum in characters; into a JSON value: the maximum of its text as
 * JSON.
 */
export function maxLength(characters: number): Declared {
  return declared({ maxLength: characters });
}

/** Spread into a list: its maximum in entries, and for strings the maximum of each in characters. */
export function maxItems(items: number, each: Pick<Maximum, 'maxLength'> = {}): Declared {
  return declared({ maxItems: items, ...each });
}

/** Spread into a list of input objects: each must have a different value of `property`, an enum. */
export function eachOnce(property: string): Declared {
  return declared({ distinctBy: property });
}

/** A longer text can't be an id, a day or a moment; shorter ones are left to their own checks. */
const LENGTHS_BY_TYPE: Readonly<Record<string, number>> = { ID: 200, Date: 40, DateTime: 40 };

/** An argument or a field of an input type. */
export type Input = Pick<GraphQLArgument, 'name' | 'type' | 'extensions'>;

/** The maximum of an argument or input field: what it declares, else what follows from its type. */
export function maximumOf({ type, extensions }: Input): Maximum {
  const named = getNamedType(type);
  const own = (extensions['maximum'] ?? {}) as Maximum;
  const distinct =
    own.distinctBy !== undefined && isInputObjectType(named)
      ? named.getFields()[own.distinctBy]
      : undefined;
  const values = distinct ? getNamedType(distinct.type) : named;
  return {
    ...own,
    maxLength: own.maxLength ?? LENGTHS_BY_TYPE[named.name],
    maxItems: own.maxItems ?? (isEnumType(values) ? values.getValues().length : undefined),
  };
}

/**
 * The maximum as a sentence for a description; null where there is none, as of numbers and single
 * objects.
 */
export function maximumText(input: Input): string | null {
  const { maxLength: length, maxItems: items, distinctBy } = maximumOf(input);
  const characters =
    length === undefined
      ? null
      : `${count(length)} characters${getNamedType(input.type).name === 'JSON' ? ' of JSON' : ''}`;
  if (!isList(input.type)) return characters === null ? null : `At most ${characters}.`;
  if (items === undefined) return null;
  if (distinctBy !== undefined)
    return `At most ${count(items)} entries, each with a different ${distinctBy}.`;
  return characters === null
    ? `At most ${count(items)} entries.`
    : `At most ${count(items)} entries, each of at most ${characters}.`;
}

function isList(type: GraphQLInputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

/** A number as messages and descriptions write it: 10,000. */
export function count(value: number): string {
  return value.toLocaleString('en');
}
