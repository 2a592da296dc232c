/** What is selected below a field, so that a resolver can read at once what will be asked for next. */
import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/** Documents are kept and executed many times; their nodes stay the same. */
const known = new WeakMap<FieldNode, Map<string, boolean>>();

/**
 * Whether the selection of the field that is being resolved has `path` in it, in fragments too: `selectsField(info, 'items')`,
 * `selectsField(info, 'nodes', 'organization')`.
 */
export function selectsField(info: GraphQLResolveInfo, ...path: string[]): boolean {
  const key = path.join('.');
  return info.fieldNodes.some((node) => {
    const answers = known.get(node) ?? new Map<string, boolean>();
    known.set(node, answers);
    let answer = answers.get(key);
    if (answer === undefined) {
      answer = node.selectionSet !== undefined && contains(node.selectionSet, path, info);
      answers.set(key, answer);
    }
    return answer;
  });
}

function contains(selections: SelectionSetNode, path: readonly string[], info: GraphQLResolveInfo): boolean {
  const [name, ...rest] = path;
  return selections.selections.some((selection) => {
    if (selection.kind === Kind.FIELD) {
      if (selection.name.value !== name) return false;
      return rest.length === 0 || (selection.selectionSet !== undefined && contains(selection.selectionSet, rest, info));
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) return contains(selection.selectionSet, path, info);
    const fragment = info.fragments[selection.name.value];
    return fragment !== undefined && contains(fragment.selectionSet, path, info);
  });
}
