/**
 * What an operation costs: about the number of objects that it can load, known before it runs.
 *
 * | selection | cost |
 * |---|---|
 * | object | 1 + its selection; 20 scalars and enums are included, every further 5 cost 1 |
 * | list with ids | the number of ids × an object |
 * | list with first, last or limit | that number × an object |
 * | list stored in a column | an object (extension `storedWhole`: it is read with its row) |
 * | other list | 10 × an object |
 * | XConnection | an object, where `edges` and `nodes` are lists of its page size |
 * | interface, union | its own fields + the most expensive possible type |
 * | introspection | a tenth of the fields that it resolves (introspection-cost.ts) |
 * | weights | the extra cost of a field or a given argument (schema-builder/weights.ts) |
 *
 * It is an upper bound: a field selected twice or under @skip counts each time. A size of 0 loads
 * no objects; one that is negative or not a whole number counts as 0, because the check of
 * arguments refuses it before anything is loaded.
 *
 * Costs are capped at Number.MAX_SAFE_INTEGER. An operation with variables is walked for each
 * request: measured 1 to 15 µs for the documents of the example app, where a request takes about 1
 * ms.
 */
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  type InlineFragmentNode,
  isAbstractType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { fieldWeight, type Given, listSize, type Variables } from './argument-cost.ts';
import { type Fragments, fragmentsOf } from './fragments.ts';
import { introspectionCost } from './introspection-cost.ts';

/** Most selections have fewer. */
const SCALARS_INCLUDED = 20;
/** Resolving and serializing them takes as long as an object: 2 to 4 µs each. */
const SCALARS_PER_POINT = 5;

/**
 * The cost of one operation of a document, at most Number.MAX_SAFE_INTEGER. Without a name, or with
 * one that the document lacks, the cost of its most expensive operation.
 */
export type OperationCost = (variables: Variables, operationName?: string | null) => number;

/**
 * The costs of a document. One that is not valid for the schema has some cost, too; never throws.
 */
export function costOf(schema: GraphQLSchema, document: DocumentNode): OperationCost {
  const definitions = { schema, fragments: fragmentsOf(document) };
  const operations = new Map<string, (variables: Variables) => number>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION)
      operations.set(definition.name?.value ?? '', operationCost(definitions, definition));
  }
  return (variables, operationName) => {
    const named = operationName ? operations.get(operationName) : undefined;
    if (named) return named(variables);
    let dearest = 0;
    for (const cost of operations.values()) dearest = Math.max(dearest, cost(variables));
    return dearest;
  };
}

/**
 * The parts of a cost: `perElement` counts once for each element of the connection that the
 * selection is on, `scalars` is the number of scalars and enums of the object itself.
 */
interface Cost {
  fixed: number;
  perElement: number;
  scalars: number;
}

const FREE: Cost = { fixed: 0, perElement: 0, scalars: 0 };

interface Definitions {
  schema: GraphQLSchema;
  fragments: Fragments;
}

/** The state of a walk over one operation with its variables. */
interface Walk extends Definitions, Given {
  /**
   * By fragment name, so that a fragment is walked once. A fragment that is being walked costs
   * nothing, which ends cycles (validation refuses them).
   */
  fragmentCosts: Map<string, Cost>;
}

/** What a fragment adds to a selection, and its type; undefined where the schema lacks that type. */
interface Branch {
  type: GraphQLNamedType | undefined;
  cost: Cost;
}

function operationCost(
  definitions: Definitions,
  { operation, selectionSet, variableDefinitions = [] }: OperationDefinitionNode,
): (variables: Variables) => number {
  const variableDefaults = new Map<string, unknown>();
  for (const { variable, defaultValue } of variableDefinitions) {
    if (defaultValue) variableDefaults.set(variable.name.value, valueFromASTUntyped(defaultValue));
  }
  const root = definitions.schema.getRootType(operation) ?? undefined;
  const cost = (variables: Variables) => {
    const walk = { ...definitions, variables, variableDefaults, fragmentCosts: new Map() };
    return selectionCost(walk, selectionSet, root).fixed;
  };
  if (variableDefinitions.length > 0) return cost;
  const always = cost({});
  return () => always;
}

function selectionCost(
  walk: Walk,
  set: SelectionSetNode,
  parent: GraphQLNamedType | undefined,
): Cost {
  const costs: Cost[] = [];
  const branches: Branch[] = [];
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) costs.push(fieldCost(walk, selection, parent));
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      branches.push(inlineBranch(walk, selection, parent));
    else branches.push(fragmentBranch(walk, selection.name.value));
  }
  if (isAbstractType(parent) && branches.length > 0)
    costs.push(dearestType(walk.schema, branches, walk.schema.getPossibleTypes(parent)));
  else for (const { cost } of branches) costs.push(cost);
  return totalOf(costs);
}

function inlineBranch(
  walk: Walk,
  { typeCondition, selectionSet }: InlineFragmentNode,
  parent: GraphQLNamedType | undefined,
): Branch {
  const type = typeCondition ? walk.schema.getType(typeCondition.name.value) : parent;
  return { type, cost: selectionCost(walk, selectionSet, type) };
}

function fragmentBranch(walk: Walk, name: string): Branch {
  const fragment = walk.fragments.get(name);
  if (!fragment) return { type: undefined, cost: FREE };
  const type = walk.schema.getType(fragment.typeCondition.name.value);
  const known = walk.fragmentCosts.get(name);
  if (known) return { type, cost: known };
  walk.fragmentCosts.set(name, FREE);
  const cost = selectionCost(walk, fragment.selectionSet, type);
  walk.fragmentCosts.set(name, cost);
  return { type, cost };
}

/** Each part at its most expensive type: a query names only a few of the 40 that implement Node. */
function dearestType(
  schema: GraphQLSchema,
  branches: readonly Branch[],
  types: readonly GraphQLNamedType[],
): Cost {
  let dearest = FREE;
  for (const type of types) {
    const applicable = branches.filter((branch) => appliesTo(schema, branch.type, type));
    if (applicable.length === 0) continue;
    const { fixed, perElement, scalars } = totalOf(applicable.map(({ cost }) => cost));
    dearest = {
      fixed: Math.max(dearest.fixed, fixed),
      perElement: Math.max(dearest.perElement, perElement),
      scalars: Math.max(dearest.scalars, scalars),
    };
  }
  return dearest;
}

/** Whether a selection on `condition` applies to an object type. */
export function appliesTo(
  schema: GraphQLSchema,
  condition: GraphQLNamedType | undefined,
  type: GraphQLNamedType,
): boolean {
  return (
    condition === type ||
    (isAbstractType(condition) && isObjectType(type) && schema.isSubType(condition, type))
  );
}

function fieldCost(walk: Walk, field: FieldNode, parent: GraphQLNamedType | undefined): Cost {
  const name = field.name.value;
  if (name === '__schema' || name === '__type')
    return { ...FREE, fixed: introspectionCost(walk.schema, walk.fragments, field) };
  const definition = fieldDefinition(parent, name);
  const weight = definition ? fieldWeight(walk, field, definition) : 0;
  if (!definition || !field.selectionSet) return { ...FREE, fixed: weight, scalars: 1 };
  const below = selectionCost(walk, field.selectionSet, getNamedType(definition.type));
  const isList = isListType(getNullableType(definition.type));
  const size = isList || below.perElement !== 0 ? listSize(walk, field, definition) : 1;
  const object = 1 + Math.ceil(Math.max(0, below.scalars - SCALARS_INCLUDED) / SCALARS_PER_POINT);
  const one = saturate(object + below.fixed + saturate(size * below.perElement));
  if (isList && isConnection(parent) && (name === 'edges' || name === 'nodes'))
    return { ...FREE, fixed: weight, perElement: one };
  return { ...FREE, fixed: saturate(weight + (isList ? saturate(size * one) : one)) };
}

// `__typename` is not among a type's own fields.
function fieldDefinition(
  parent: GraphQLNamedType | undefined,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}

function isConnection(type: GraphQLNamedType | undefined): boolean {
  return isObjectType(type) && type.name.endsWith('Connection');
}

function totalOf(costs: readonly Cost[]): Cost {
  const total = { ...FREE };
  for (const { fixed, perElement, scalars } of costs) {
    total.fixed = saturate(total.fixed + fixed);
    total.perElement = saturate(total.perElement + perElement);
    total.scalars = saturate(total.scalars + scalars);
  }
  return total;
}

function saturate(value: number): number {
  return Math.min(value, Number.MAX_SAFE_INTEGER);
}
