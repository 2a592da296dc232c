/**
 * What an operation costs: about the number of objects that it can load, known before it runs.
 *
 * object 1 + its selection; 20 scalars and enums are included, every 5 begun beyond them cost 1
 * list with ids the number of ids × an object list with first, last or limit that number × an
 * object list stored in a column an object (extension `storedWhole`: it is read with its row) other
 * list 10 × an object XConnection an object, where `edges` and `nodes` are lists of its page size
 * interface, union its own fields + the dearest of the possible types introspection a tenth of the
 * fields that it resolves (introspection-cost.ts) weights what a field, or an argument that is
 * given, costs besides (schema-builder/weights.ts)
 *
 * It is an upper bound: a field selected twice or under @skip counts each time. A size of 0 loads
 * no objects; one that is no whole number from 0 on counts as 0, for the check of arguments refuses
 * it before anything is loaded.
 *
 * A document is analysed once, which can be kept with it; a call then only computes what depends on
 * variables: measured 0.1 µs with two page sizes in variables, 2 to 6 µs for the analysis.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLArgument,
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
  isScalarType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { weightOf, weightsOf } from '../schema-builder/weights.ts';
import {
  type CostProgram,
  evaluator,
  maximumOf,
  productOf,
  sumOf,
  type Term,
  type Variables,
  variableTerm,
} from './cost-program.ts';
import { introspectionCost } from './introspection-cost.ts';

/** Most selections have fewer. */
const SCALARS_INCLUDED = 20;
/** Resolved and written they take as long as an object: 2 to 4 µs each. */
const SCALARS_PER_POINT = 5;
const DEFAULT_PAGE = 20;
const UNPAGED_LIST = 10;
const PAGE_ARGUMENTS: readonly string[] = ['first', 'last', 'limit'];

/**
 * The cost of one operation of an analysed document, at most Number.MAX_SAFE_INTEGER. Without a
 * name, or with one that the document lacks, that of its dearest operation.
 */
export type OperationCost = (variables: Variables, operationName?: string | null) => number;

/** Analyses a document; one that is not valid for the schema costs something, and never throws. */
export function costOf(schema: GraphQLSchema, document: DocumentNode): OperationCost {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition);
  }
  const operations = new Map<string, (variables: Variables) => number>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    operations.set(definition.name?.value ?? '', operationCost({ schema, fragments }, definition));
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
 * selection is on, `scalars` are how many the object has to tell.
 */
interface Cost {
  fixed: Term;
  perElement: Term;
  scalars: number;
}

const FREE: Cost = { fixed: 0, perElement: 0, scalars: 0 };

interface Definitions {
  schema: GraphQLSchema;
  fragments: Map<string, FragmentDefinitionNode>;
}

/** Of one operation: its variables' defaults make a fragment's cost its own. */
interface Analysis extends Definitions {
  variableDefaults: Map<string, unknown>;
  /**
   * By fragment name. A fragment being analysed is here as free, which ends cycles: validation
   * refuses them.
   */
  fragmentCosts: Map<string, Cost>;
  program: CostProgram;
}

/**
 * What a fragment adds to a selection, and the type that it is for; undefined where the schema
 * lacks that type.
 */
interface Branch {
  type: GraphQLNamedType | undefined;
  cost: Cost;
}

function operationCost(
  definitions: Definitions,
  operation: OperationDefinitionNode,
): (variables: Variables) => number {
  const variableDefaults = new Map<string, unknown>();
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue) variableDefaults.set(variable.name.value, valueFromASTUntyped(defaultValue));
  }
  const analysis: Analysis = {
    ...definitions,
    variableDefaults,
    fragmentCosts: new Map(),
    program: [],
  };
  const root = definitions.schema.getRootType(operation.operation) ?? undefined;
  return evaluator(analysis.program, selectionCost(analysis, operation.selectionSet, root).fixed);
}

function selectionCost(
  analysis: Analysis,
  set: SelectionSetNode,
  parent: GraphQLNamedType | undefined,
): Cost {
  const costs: Cost[] = [];
  const branches: Branch[] = [];
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) costs.push(fieldCost(analysis, selection, parent));
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      branches.push(inlineBranch(analysis, selection, parent));
    else branches.push(fragmentBranch(analysis, selection.name.value));
  }
  if (isAbstractType(parent))
    costs.push(dearestType(analysis, branches, analysis.schema.getPossibleTypes(parent)));
  else for (const branch of branches) costs.push(branch.cost);
  return totalCost(analysis, costs);
}

function inlineBranch(
  analysis: Analysis,
  fragment: InlineFragmentNode,
  parent: GraphQLNamedType | undefined,
): Branch {
  const type = fragment.typeCondition
    ? analysis.schema.getType(fragment.typeCondition.name.value)
    : parent;
  return { type, cost: selectionCost(analysis, fragment.selectionSet, type) };
}

function fragmentBranch(analysis: Analysis, name: string): Branch {
  const fragment = analysis.fragments.get(name);
  if (!fragment) return { type: undefined, cost: FREE };
  const type = analysis.schema.getType(fragment.typeCondition.name.value);
  const known = analysis.fragmentCosts.get(name);
  if (known) return { type, cost: known };
  analysis.fragmentCosts.set(name, FREE);
  const cost = selectionCost(analysis, fragment.selectionSet, type);
  analysis.fragmentCosts.set(name, cost);
  return { type, cost };
}

function totalCost(analysis: Analysis, costs: readonly Cost[]): Cost {
  return {
    fixed: sumOf(
      analysis.program,
      costs.map((cost) => cost.fixed),
    ),
    perElement: sumOf(
      analysis.program,
      costs.map((cost) => cost.perElement),
    ),
    scalars: costs.reduce((sum, cost) => Math.min(sum + cost.scalars, Number.MAX_SAFE_INTEGER), 0),
  };
}

function dearestType(
  analysis: Analysis,
  branches: readonly Branch[],
  types: readonly GraphQLNamedType[],
): Cost {
  const totals = new Map<string, Cost>();
  for (const type of types) {
    const applicable = branches.filter((branch) => appliesTo(analysis.schema, branch.type, type));
    // Types that the same fragments apply to cost the same: of 40 implementations of Node a query
    // names a few.
    const key = applicable.map((branch) => branches.indexOf(branch)).join();
    if (totals.has(key)) continue;
    const costs = applicable.map((branch) => branch.cost);
    totals.set(key, totalCost(analysis, costs));
  }
  const costs = [...totals.values()];
  return {
    fixed: maximumOf(
      analysis.program,
      costs.map((cost) => cost.fixed),
    ),
    perElement: maximumOf(
      analysis.program,
      costs.map((cost) => cost.perElement),
    ),
    scalars: Math.max(0, ...costs.map((cost) => cost.scalars)),
  };
}

/** Whether what is selected on `condition` is selected of an object type. */
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

function fieldCost(
  analysis: Analysis,
  field: FieldNode,
  parent: GraphQLNamedType | undefined,
): Cost {
  const name = field.name.value;
  if (name === '__schema' || name === '__type')
    return { ...FREE, fixed: introspectionCost(analysis.schema, analysis.fragments, field) };
  const definition = fieldDefinition(parent, name);
  const weight = definition ? fieldWeight(analysis, field, definition) : 0;
  if (!definition || !field.selectionSet) return { ...FREE, fixed: weight, scalars: 1 };
  const { program } = analysis;
  const below = selectionCost(analysis, field.selectionSet, getNamedType(definition.type));
  const isList = isListType(getNullableType(definition.type));
  const size = isList || below.perElement !== 0 ? listSize(analysis, field, definition) : 1;
  const object = 1 + Math.ceil(Math.max(0, below.scalars - SCALARS_INCLUDED) / SCALARS_PER_POINT);
  const one = sumOf(program, [object, below.fixed, productOf(program, size, below.perElement)]);
  if (
    isList &&
    isConnection(parent) &&
    (definition.name === 'edges' || definition.name === 'nodes')
  ) {
    return { ...FREE, fixed: weight, perElement: one };
  }
  return { ...FREE, fixed: sumOf(program, [weight, isList ? productOf(program, size, one) : one]) };
}

function fieldWeight(
  analysis: Analysis,
  field: FieldNode,
  definition: GraphQLField<unknown, unknown>,
): Term {
  const weights = definition.args.map((argument) => argumentWeight(analysis, field, argument));
  return sumOf(analysis.program, [weightOf(definition), ...weights]);
}

function argumentWeight(analysis: Analysis, field: FieldNode, argument: GraphQLArgument): Term {
  const weights = weightsOf(argument);
  if (weights === null) return 0;
  const given = field.arguments?.find((node) => node.name.value === argument.name)?.value;
  if (given?.kind !== Kind.VARIABLE) return given ? weights.ofNode(given) : 0;
  const value = argumentValue(analysis, field, argument);
  return variableTerm(analysis.program, (variables) =>
    weights.ofValue(givenValue(value, variables)),
  );
}

// `__typename` is not among a type's own.
function fieldDefinition(
  parent: GraphQLNamedType | undefined,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}

function isConnection(type: GraphQLNamedType | undefined): boolean {
  return isObjectType(type) && type.name.endsWith('Connection');
}

/** An argument's value, known or in a variable; undefined and null mean that it is not given. */
interface ArgumentValue {
  variable: string | undefined;
  /** The value where there is no variable, or none was sent. */
  otherwise: unknown;
}

function listSize(
  analysis: Analysis,
  field: FieldNode,
  definition: GraphQLField<unknown, unknown>,
): Term {
  const idsArgument = definition.args.find((argument) => argument.name === 'ids');
  const ids = idsArgument && argumentValue(analysis, field, idsArgument);
  const pages = definition.args
    .filter(
      (argument) =>
        PAGE_ARGUMENTS.includes(argument.name) && isScalarType(getNullableType(argument.type)),
    )
    .map((argument) => argumentValue(analysis, field, argument));
  const unpaged = definition.extensions['storedWhole'] === true ? 1 : UNPAGED_LIST;
  const read = (variables: Variables): number => {
    const list = ids && givenValue(ids, variables);
    if (list !== undefined && list !== null) return Array.isArray(list) ? list.length : 1;
    return pages.length === 0 ? unpaged : pageSize(pages, variables);
  };
  const isKnown = ids?.variable === undefined && pages.every((page) => page.variable === undefined);
  return isKnown ? read({}) : variableTerm(analysis.program, read);
}

function argumentValue(
  analysis: Analysis,
  field: FieldNode,
  argument: GraphQLArgument,
): ArgumentValue {
  const given = field.arguments?.find((node) => node.name.value === argument.name)?.value;
  if (!given) return { variable: undefined, otherwise: argument.defaultValue };
  if (given.kind !== Kind.VARIABLE)
    return { variable: undefined, otherwise: valueFromASTUntyped(given) };
  const variable = given.name.value;
  const { variableDefaults } = analysis;
  return {
    variable,
    otherwise: variableDefaults.has(variable)
      ? variableDefaults.get(variable)
      : argument.defaultValue,
  };
}

function givenValue({ variable, otherwise }: ArgumentValue, variables: Variables): unknown {
  // hasOwn, for a variable may be named as what every object inherits: $constructor.
  if (variable === undefined || !Object.hasOwn(variables, variable)) return otherwise;
  const value = variables[variable];
  return value === undefined ? otherwise : value;
}

// Of first and last the larger, and never below 0: both at once are refused later. An explicit null
// takes the default page.
function pageSize(pages: readonly ArgumentValue[], variables: Variables): number {
  let size: number | undefined;
  for (const page of pages) {
    const value = givenValue(page, variables);
    if (value !== undefined && value !== null) size = Math.max(size ?? 0, countOf(value));
  }
  return size ?? DEFAULT_PAGE;
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value)
    ? Math.min(value, Number.MAX_SAFE_INTEGER)
    : 0;
}
