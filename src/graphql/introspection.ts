/** Introspection where it is off, and what operations may ask for without signing in. */
import {
  type ASTVisitor,
  type DocumentNode,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { codedError } from './errors.ts';
import { fragmentsOf } from './fragments.ts';

/** Refuses `__schema` and `__type`; `__typename` reveals nothing. */
export function noIntrospectionRule(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      if (node.name.value !== '__schema' && node.name.value !== '__type') return;
      context.reportError(
        codedError('GRAPHQL_VALIDATION_FAILED', 'Introspection is off on this server.'),
      );
    },
  };
}

/** Whether all operations of a document ask for nothing but these root fields. */
export function asksOnlyFor(document: DocumentNode, fields: ReadonlySet<string>): boolean {
  const fragments = fragmentsOf(document);
  const visiting = new Set<string>();
  const harmless = (selections: SelectionSetNode): boolean =>
    selections.selections.every((selection) => {
      if (selection.kind === Kind.FIELD) return fields.has(selection.name.value);
      if (selection.kind === Kind.INLINE_FRAGMENT) return harmless(selection.selectionSet);
      const name = selection.name.value;
      if (visiting.has(name)) return true;
      visiting.add(name);
      const fragment = fragments.get(name);
      return fragment !== undefined && harmless(fragment.selectionSet);
    });
  return document.definitions.every(
    (definition) =>
      definition.kind !== Kind.OPERATION_DEFINITION ||
      (definition.operation !== 'subscription' && harmless(definition.selectionSet)),
  );
}
