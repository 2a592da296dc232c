/**
 * What graphql-jit must not compile: operations whose result would differ from that of graphql-js,
 * and those that take too long to compile.
 */
import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  ValidationContext,
} from 'graphql';
import { appliesTo } from './cost.ts';
import { type Fragments, fragmentsOf } from './fragments.ts';

/**
 * Compiling takes 0.03 to 0.1 ms for each of them and blocks the event loop. A whole package has
 * 86, the example app's largest document 81.
 */
const MAX_FIELDS = 500;

/**
 * Arguments are written into the code wherever their field is: this many characters count as a
 * field.
 */
const ARGUMENT_CHARACTERS = 100;

/**
 * How many fields the compiler has to write code for: fragments are written out at each spread,
 * selections on an interface or union for each possible type, so 1.4 kB of text can select
 * thousands. A selection set is visited once for each type that it is on.
 */
export function selectedFieldCount(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): number {
  return countOn(
    { schema, fragments: fragmentsOf(document), counted: new Map() },
    operation.selectionSet,
    schema.getRootType(operation.operation) ?? undefined,
  );
}

interface Count {
  schema: GraphQLSchema;
  fragments: Fragments;
  /**
   * By selection set and type. A selection set that is being counted has the value 0, which ends
   * cycles (validation refuses them).
   */
  counted: Map<SelectionSetNode, Map<GraphQLNamedType, number>>;
}

function countOn(
  count: Count,
  set: SelectionSetNode | undefined,
  type: GraphQLNamedType | undefined,
): number {
  if (set === undefined || type === undefined) return 0;
  const counted = count.counted.get(set) ?? new Map<GraphQLNamedType, number>();
  count.counted.set(set, counted);
  const known = counted.get(type);
  if (known !== undefined) return known;
  counted.set(type, 0);
  const parts = isAbstractType(type)
    ? count.schema.getPossibleTypes(type).map((possible) => countOn(count, set, possible))
    : set.selections.map((selection) => countSelection(count, selection, type));
  const sum = parts.reduce((total, part) => Math.min(total + part, Number.MAX_SAFE_INTEGER), 0);
  counted.set(type, sum);
  return sum;
}

function countSelection(count: Count, selection: SelectionNode, type: GraphQLNamedType): number {
  if (selection.kind === Kind.FIELD) {
    const field = isObjectType(type) ? type.getFields()[selection.name.value] : undefined;
    const characters = (selection.arguments ?? []).reduce(
      (sum, { loc }) => sum + (loc ? loc.end - loc.start : 0),
      0,
    );
    return (
      1 +
      Math.floor(characters / ARGUMENT_CHARACTERS) +
      countOn(count, selection.selectionSet, field && getNamedType(field.type))
    );
  }
  const fragment =
    selection.kind === Kind.INLINE_FRAGMENT ? selection : count.fragments.get(selection.name.value);
  const condition =
    fragment?.typeCondition && count.schema.getType(fragment.typeCondition.name.value);
  return condition === undefined || appliesTo(count.schema, condition, type)
    ? countOn(count, fragment?.selectionSet, type)
    : 0;
}

/** Whether to compile an operation with this many fields. */
export function isCompilable(
  schema: GraphQLSchema,
  {
    document,
    operation,
    fields,
  }: { document: DocumentNode; operation: OperationDefinitionNode; fields: number },
): boolean {
  return fields <= MAX_FIELDS && !takesNullWhereForbidden(schema, document, operation);
}

/**
 * Whether a nullable variable stands where null is forbidden. Validation allows that where there is
 * a default; graphql-js then refuses a null at run time, compiled code would accept it.
 */
function takesNullWhereForbidden(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): boolean {
  const nullable = new Set(
    operation.variableDefinitions
      ?.filter(({ type }) => type.kind !== Kind.NON_NULL_TYPE)
      .map(({ variable }) => variable.name.value),
  );
  if (nullable.size === 0) return false;
  const usages = new ValidationContext(
    schema,
    document,
    new TypeInfo(schema),
    () => undefined,
  ).getRecursiveVariableUsages(operation);
  return usages.some(({ node, type }) => nullable.has(node.name.value) && isNonNullType(type));
}
