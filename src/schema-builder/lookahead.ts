/**
 * What is selected below a field, so that a resolver can read at once what will be asked for next.
 */
import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/** Documents are kept and executed many times; their nodes stay the same. */
const known = new WeakMap<FieldNode, Map<string, readonly string[]>>();

/**
 * The names of the fields that are selected at `path` below the field that is being resolved, in
 * fragments too, whatever their type conditions: `selectedFields(info, ['nodes'])`.
 */
export function selectedFields(
  info: GraphQLResolveInfo,
  path: readonly string[],
): readonly string[] {
  const [node] = info.fieldNodes;
  if (info.fieldNodes.length > 1 || node === undefined)
    return info.fieldNodes.flatMap((one) => namesAt(one.selectionSet, path, info));
  const names = known.get(node) ?? new Map<string, readonly string[]>();
  known.set(node, names);
  const key = path.join('.');
  const found = names.get(key) ?? [...new Set(namesAt(node.selectionSet, path, info))];
  names.set(key, found);
  return found;
}

/**
 * Whether the selection of the field that is being resolved has `path` in it: `selectsField(info,
 * 'nodes', 'organization')`.
 */
export function selectsField(info: GraphQLResolveInfo, ...path: string[]): boolean {
  return selectedFields(info, path.slice(0, -1)).some((name) => name === path.at(-1));
}

function namesAt(
  selections: SelectionSetNode | undefined,
  path: readonly string[],
  info: GraphQLResolveInfo,
): string[] {
  let level = fieldsOf([selections], info);
  for (const step of path) {
    const below = level
      .filter((field) => field.name.value === step)
      .map((field) => field.selectionSet);
    level = fieldsOf(below, info);
  }
  return level.map((field) => field.name.value);
}

/**
 * The fields of selections that belong together, with those of their fragments. Each fragment is
 * gone into once: 20 that each spread the next one twice would be a million.
 */
function fieldsOf(
  selections: readonly (SelectionSetNode | undefined)[],
  info: GraphQLResolveInfo,
): FieldNode[] {
  const fields: FieldNode[] = [];
  const seen = new Set<string>();
  const collect = (set: SelectionSetNode | undefined): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) fields.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value);
        collect(info.fragments[selection.name.value]?.selectionSet);
      }
    }
  };
  for (const set of selections) collect(set);
  return fields;
}
