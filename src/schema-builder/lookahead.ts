/** What is selected below a field, so that a resolver can read at once what will be asked for next. */
import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/** Documents are kept and executed many times; their nodes stay the same. */
const known = new WeakMap<FieldNode, Map<string, boolean>>();

/** Whether the selection of the field that is being resolved has `name` on its first level, in fragments too. */
export function selectsField(info: GraphQLResolveInfo, name: string): boolean {
  return info.fieldNodes.some((node) => {
    const answers = known.get(node) ?? new Map<string, boolean>();
    known.set(node, answers);
    let answer = answers.get(name);
    if (answer === undefined) {
      answer = node.selectionSet !== undefined && contains(node.selectionSet, name, info);
      answers.set(name, answer);
    }
    return answer;
  });
}

function contains(selections: SelectionSetNode, name: string, info: GraphQLResolveInfo): boolean {
  return selections.selections.some((selection) => {
    if (selection.kind === Kind.FIELD) return selection.name.value === name;
    if (selection.kind === Kind.INLINE_FRAGMENT) return contains(selection.selectionSet, name, info);
    const fragment = info.fragments[selection.name.value];
    return fragment !== undefined && contains(fragment.selectionSet, name, info);
  });
}
