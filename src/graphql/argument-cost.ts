/** What the arguments of a field add to its cost: the length of its list, and their weights. */
import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  getNullableType,
  isScalarType,
  Kind,
  valueFromASTUntyped,
} from 'graphql';
import { nodeWeight, valueWeight, weightOf } from '../schema-builder/weights.ts';

const DEFAULT_PAGE = 20;
const UNPAGED_LIST = 10;
const PAGE_ARGUMENTS: readonly string[] = ['first', 'last', 'limit'];

/** The values of an operation's variables, as the client sent them. */
export type Variables = Readonly<Record<string, unknown>>;

/** The variables of an operation whose cost is computed, and their defaults. */
export interface Given {
  variables: Variables;
  variableDefaults: ReadonlyMap<string, unknown>;
}

type Definition = GraphQLField<unknown, unknown>;

/** The points of a field and of the arguments that are given. */
export function fieldWeight(given: Given, field: FieldNode, definition: Definition): number {
  return definition.args.reduce((sum, argument) => {
    const node = nodeOf(field, argument.name);
    if (node === undefined) return sum;
    return node.kind === Kind.VARIABLE
      ? sum + valueWeight(argument, argumentValue(given, field, argument))
      : sum + nodeWeight(argument, node);
  }, weightOf(definition));
}

/** How many objects a list has at most: the ids that are asked for, or the size of the page. */
export function listSize(given: Given, field: FieldNode, definition: Definition): number {
  const ids = definition.args.find(({ name }) => name === 'ids');
  const list = ids && argumentValue(given, field, ids);
  if (list !== undefined && list !== null) return Array.isArray(list) ? list.length : 1;
  const pages = definition.args.filter(
    ({ name, type }) => PAGE_ARGUMENTS.includes(name) && isScalarType(getNullableType(type)),
  );
  if (pages.length > 0) return pageSize(pages.map((page) => argumentValue(given, field, page)));
  return definition.extensions['storedWhole'] === true ? 1 : UNPAGED_LIST;
}

/** An argument's value; undefined and null mean that it is not given. */
function argumentValue(given: Given, field: FieldNode, argument: GraphQLArgument): unknown {
  const node = nodeOf(field, argument.name);
  if (!node) return argument.defaultValue;
  if (node.kind !== Kind.VARIABLE) return valueFromASTUntyped(node);
  const { value: name } = node.name;
  const { variables, variableDefaults } = given;
  // hasOwn, because a variable may have the name of an inherited property: $constructor.
  const sent = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (sent !== undefined) return sent;
  return variableDefaults.has(name) ? variableDefaults.get(name) : argument.defaultValue;
}

function nodeOf({ arguments: nodes = [] }: FieldNode, name: string) {
  return nodes.find((node) => node.name.value === name)?.value;
}

// The larger of first and last, and never below 0: both at once are refused later. An explicit null
// takes the default page.
function pageSize(values: readonly unknown[]): number {
  let size: number | undefined;
  for (const value of values) {
    if (value !== undefined && value !== null) size = Math.max(size ?? 0, countOf(value));
  }
  return size ?? DEFAULT_PAGE;
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value)
    ? Math.min(value, Number.MAX_SAFE_INTEGER)
    : 0;
}
