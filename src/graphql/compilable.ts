/** What graphql-jit would answer otherwise than graphql-js, and therefore must not compile. */
import { type DocumentNode, type GraphQLSchema, isNonNullType, Kind, type OperationDefinitionNode, TypeInfo, ValidationContext } from 'graphql';

/**
 * Whether no nullable variable stands where null is forbidden. Validation lets it pass where the place has a default;
 * graphql-js then refuses a null at run time, compiled code would take it.
 */
export function isCompilable(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): boolean {
  const nullable = new Set(operation.variableDefinitions?.filter(({ type }) => type.kind !== Kind.NON_NULL_TYPE).map(({ variable }) => variable.name.value));
  if (nullable.size === 0) return true;
  const usages = new ValidationContext(schema, document, new TypeInfo(schema), () => undefined).getRecursiveVariableUsages(operation);
  return !usages.some(({ node, type }) => nullable.has(node.name.value) && isNonNullType(type));
}
