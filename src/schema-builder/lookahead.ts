/** What is selected below a field, so that a resolver can read at once what will be asked for next. */
import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/** Documents are kept and executed many times; their nodes stay the same. */
const known = new WeakMap<FieldNode, Map<string, readonly string[]>>();

/**
 * The names of the fields that are selected at `path` below the field that is being resolved, in fragments too, whatever
 * their type conditions: `selectedFields(info, ['nodes'])`.
 */
export function selectedFields(info: GraphQLResolveInfo, path: readonly string[]): readonly string[] {
  const [node] = info.fieldNodes;
  if (info.fieldNodes.length > 1 || node === undefined) return info.fieldNodes.flatMap((one) => namesAt(one.selectionSet, path, info));
  const answers = known.get(node) ?? new Map<string, readonly string[]>();
  known.set(node, answers);
  const key = path.join('.');
  const answer = answers.get(key) ?? [...new Set(namesAt(node.selectionSet, path, info))];
  answers.set(key, answer);
  return answer;
}

/** Whether the selection of the field that is being resolved has `path` in it: `selectsField(info, 'nodes', 'organization')`. */
export function selectsField(info: GraphQLResolveInfo, ...path: string[]): boolean {
  return selectedFields(info, path.slice(0, -1)).includes(path.at(-1) as string);
}

function namesAt(selections: SelectionSetNode | undefined, path: readonly string[], info: GraphQLResolveInfo): string[] {
  const [next, ...rest] = path;
  return (selections?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return namesAt(selection.selectionSet, path, info);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return namesAt(info.fragments[selection.name.value]?.selectionSet, path, info);
    if (next === undefined) return [selection.name.value];
    return selection.name.value === next ? namesAt(selection.selectionSet, rest, info) : [];
  });
}
