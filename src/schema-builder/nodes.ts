/**
 * Objects with a global id: the Node interface, `node` and `nodes`, which read through the domains'
 * loaders, one batch a type.
 */

import { encodeGlobalId } from '../platform/global-id.ts';
import { anyId, parseArgument } from '../platform/input.ts';
import { forClients } from './access.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { maxItems } from './maxima.ts';

const MAX_NODES = 500;

type NodeLoader = (context: Context, id: string) => Promise<object | null>;
const loaders = new Map<string, NodeLoader>();
const typeOfNode = new WeakMap<object, string>();

/**
 * Makes the objects of a type reachable by `node`; the loader answers null for what the viewer may
 * not see.
 */
export function registerNode(type: string, load: NodeLoader): void {
  loaders.set(type, load);
}

export const Node = builder.interfaceRef<object>('Node');
Node.implement({
  resolveType: (value) => typeOfNode.get(value),
  fields: (t) => ({ id: t.id({ resolve: () => '' }) }),
});

/**
 * A row as GraphQL reads it: `id` is the global id, `uuid` the database's own. Compiled queries
 * read a property in a tenth of the time that a resolver for the id takes.
 */
export type NodeOf<Row extends { id: string }> = Row & { uuid: string };

/** Presents a row; the row itself stays as it is. */
export function asNode<Row extends { id: string }>(type: string, row: Row): NodeOf<Row> {
  return { ...row, uuid: row.id, id: encodeGlobalId(type, row.id) };
}

/**
 * Resolves the `id` of a type whose rows are not presented as nodes: `id: t.id({ resolve:
 * nodeId('User') })`.
 */
export function nodeId<Row extends { id: string }>(type: string): (row: Row) => string {
  return (row) => encodeGlobalId(type, row.id);
}

/**
 * The node of an id that a domain has stored; null for what the viewer may not see, and what is
 * gone.
 */
export async function loadNode(
  context: Context,
  id: { type: string; id: string },
): Promise<object | null> {
  const node = (await loaders.get(id.type)?.(context, id.id)) ?? null;
  if (node !== null) typeOfNode.set(node, id.type);
  return node;
}

builder.queryFields((t) => ({
  node: t.field({
    ...forClients,
    type: Node,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, context) => loadNode(context, parseArgument(anyId(), 'id', args.id)),
  }),
  nodes: t.field({
    ...forClients,
    type: [Node],
    nullable: { list: false, items: true },
    args: { ids: t.arg.idList({ required: true, ...maxItems(MAX_NODES) }) },
    resolve: (_root, { ids }, context) =>
      ids.map((id, index) => loadNode(context, parseArgument(anyId(), `ids.${index}`, id))),
  }),
}));
