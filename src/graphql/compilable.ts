/** What graphql-jit must not compile: what it would answer otherwise than graphql-js, and what takes it too long. */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  TypeInfo,
  ValidationContext,
} from 'graphql';

/** Compiling takes 0.03 to 0.1 ms for each of them, in one stretch. The detail of a whole package selects 90, the example app's largest page 70. */
const MAX_FIELDS = 500;

/**
 * How many fields an operation selects with its fragments written out at each spread, as the compiler does: 1.4 kB of text can select
 * thousands. Each fragment is looked at once, so the count is linear in the document.
 */
export function selectedFieldCount(document: DocumentNode, operation: OperationDefinitionNode): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const counted = new Map<string, number>();
  const ofFragment = (name: string): number => {
    const known = counted.get(name);
    if (known !== undefined) return known;
    counted.set(name, 0);
    const count = countIn(fragments.get(name)?.selectionSet);
    counted.set(name, count);
    return count;
  };
  const countIn = (set: SelectionSetNode | undefined): number =>
    (set?.selections ?? []).reduce((sum, selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return Math.min(sum + ofFragment(selection.name.value), Number.MAX_SAFE_INTEGER);
      return Math.min(sum + (selection.kind === Kind.FIELD ? 1 : 0) + countIn(selection.selectionSet), Number.MAX_SAFE_INTEGER);
    }, 0);
  return countIn(operation.selectionSet);
}

/** Whether the compiler is given an operation at all. */
export function isCompilable(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): boolean {
  return selectedFieldCount(document, operation) <= MAX_FIELDS && !takesNullWhereForbidden(schema, document, operation);
}

/**
 * Whether a nullable variable stands where null is forbidden. Validation lets it pass where the place has a default;
 * graphql-js then refuses a null at run time, compiled code would take it.
 */
function takesNullWhereForbidden(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): boolean {
  const nullable = new Set(operation.variableDefinitions?.filter(({ type }) => type.kind !== Kind.NON_NULL_TYPE).map(({ variable }) => variable.name.value));
  if (nullable.size === 0) return false;
  const usages = new ValidationContext(schema, document, new TypeInfo(schema), () => undefined).getRecursiveVariableUsages(operation);
  return usages.some(({ node, type }) => nullable.has(node.name.value) && isNonNullType(type));
}
