/**
 * Objects with a global id: the Node interface, `node` and `nodes`, which read through the domains'
 * loaders, one batch a type; and `nodeType`, which makes a type of such objects.
 */
import type { OutputRef } from '@pothos/core';
import { encodeGlobalId } from '../platform/global-id.ts';
import { anyId, parseArgument } from '../platform/input.ts';
import { forClients } from './access.ts';
import { builder } from './builder.ts';
import { type Context, isClient } from './context.ts';
import { maxItems } from './maxima.ts';
import { type ModelName, type ModelTypeOptions, modelType } from './models.ts';

const MAX_NODES = 500;
const ID = 'Its global id, unique among all objects: `node(id:)` takes it.';

type NodeLoader = (context: Context, id: string) => Promise<object | null>;
const loaders = new Map<string, NodeLoader>();
const typeOfNode = new WeakMap<object, string>();

/** The interface of all objects with a global id. */
export const Node = builder.interfaceRef<object>('Node');
Node.implement({
  description: 'An object with a global id, by which `node` and `nodes` find it.',
  resolveType: (value) => typeOfNode.get(value),
  fields: (t) => ({ id: t.id({ description: ID, resolve: () => '' }) }),
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

/** A type, and how a row becomes an object of it: connections and payloads are made from these. */
export type Presented<Row, Shape> = OutputRef<Shape> & {
  readonly name: string;
  readonly present: (row: Row) => Shape;
};

/** Ties a type to the function that presents its rows. */
export function presented<Ref extends OutputRef<unknown>, Row, Shape>(
  ref: Ref & OutputRef<Shape>,
  present: (row: Row) => Shape,
): Ref & { readonly present: (row: Row) => Shape } {
  return Object.assign(ref, { present });
}

interface NodeTypeOptions<
  Model extends ModelName,
  Shape extends { id: string; uuid: string },
  Row extends { id: string },
> extends ModelTypeOptions<Model, Shape> {
  /** Finds the object of a uuid, or null: most often the type's loader, as it is. */
  load: (context: Context) => { load: (uuid: string) => Promise<Shape | null> };
  /** `node` finds none for portal users. */
  closedToClients?: boolean;
  /** Presents a row; asNode, unless another function is given. */
  present?: (row: Row) => Shape;
}

/**
 * A type of objects with a global id, whose rows are those of a Prisma model. It has the field
 * `id`, implements Node, and is found by `node`; its shape is what `load` returns.
 */
export function nodeType<
  Model extends ModelName,
  Shape extends { id: string; uuid: string },
  Row extends { id: string } = Omit<Shape, 'uuid'>,
>(model: Model, options: NodeTypeOptions<Model, Shape, Row>) {
  const { load, closedToClients = false, present, fields, ...type } = options;
  const name = type.name ?? model;
  loaders.set(name, async (context, uuid) =>
    closedToClients && isClient(context.viewer) ? null : load(context).load(uuid),
  );
  // A closed type that portal users reach by fields of their own has its id for them too.
  const idAccess = closedToClients || type.extensions === undefined ? {} : forClients;
  const ref = modelType<Model, Shape>(model, {
    ...type,
    interfaces: [Node, ...(type.interfaces ?? [])],
    fields: (t) => ({
      id: t.exposeID('id' as never, { ...idAccess, description: ID } as never),
      ...fields(t),
    }),
  });
  // A row with its uuid, and a global id, is the shape unless `present` makes another of it.
  return presented(ref, present ?? ((row: Row) => asNode(name, row) as object as Shape));
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
    description: 'An object of any type, by its id; null when there is none that you may see.',
    type: Node,
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'The `id` of an object.' }) },
    resolve: (_root, args, context) => loadNode(context, parseArgument(anyId(), 'id', args.id)),
  }),
  nodes: t.field({
    ...forClients,
    description:
      'Objects of any types, by their ids and in the same order; null stands for each that does not exist or that you may not see.',
    type: [Node],
    nullable: { list: false, items: true },
    args: {
      ids: t.arg.idList({
        required: true,
        description: 'The `id`s of objects, of one type or of several.',
        ...maxItems(MAX_NODES),
      }),
    },
    resolve: (_root, { ids }, context) =>
      ids.map((id, index) => loadNode(context, parseArgument(anyId(), `ids.${index}`, id))),
  }),
}));
