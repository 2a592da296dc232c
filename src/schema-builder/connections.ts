/**
 * Relay connections over keyset pages. Cursors and the total are only made when they are selected.
 */

import type { ArgBuilder, ObjectRef, OutputRef } from '@pothos/core';
import { CURSOR_LENGTH, encodeCursor, type Page } from '../platform/database/keyset.ts';
import { builder } from './builder.ts';
import { maxLength } from './maxima.ts';
import { COUNT_WEIGHT, weighs } from './weights.ts';

export const OrderDirection = builder.enumType('OrderDirection', {
  values: ['ASC', 'DESC'] as const,
});

/** A page of a list and the way to count all of it. */
export interface Connection<Row extends object> extends Page<Row> {
  /** One statement; called only when `totalCount` is selected. */
  count: () => Promise<number>;
}

const PageInfo = builder.objectRef<Page<object>>('PageInfo').implement({
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage'),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage'),
    startCursor: t.string({ nullable: true, resolve: (page) => cursorAt(page, 0) }),
    endCursor: t.string({ nullable: true, resolve: (page) => cursorAt(page, -1) }),
  }),
});

function cursorAt(page: Page<object>, index: number): string | null {
  const row = page.rows.at(index);
  return row === undefined ? null : encodeCursor(page.ordering, row);
}

/**
 * The connection type of a node type, with its edges, for example WorkPackageConnection and
 * WorkPackageEdge; `toNode` presents a row.
 */
export function connectionType<Row extends object, Node extends object = Row>(
  name: string,
  node: OutputRef<Node>,
  toNode: (row: Row) => Node = (row) => row as unknown as Node,
): ObjectRef<typeof builder.$inferSchemaTypes, Connection<Row>> {
  const Edge = builder.objectRef<{ row: Row; page: Page<Row> }>(`${name}Edge`).implement({
    fields: (t) => ({
      cursor: t.string({ resolve: (edge) => encodeCursor(edge.page.ordering, edge.row) }),
      node: t.field({ type: node, resolve: (edge) => toNode(edge.row) as never }),
    }),
  });
  return builder.objectRef<Connection<Row>>(`${name}Connection`).implement({
    fields: (t) => ({
      edges: t.field({ type: [Edge], resolve: (page) => page.rows.map((row) => ({ row, page })) }),
      nodes: t.field({ type: [node], resolve: (page) => page.rows.map(toNode) as never }),
      pageInfo: t.field({ type: PageInfo, resolve: (page) => page }),
      totalCount: t.int({ ...weighs(COUNT_WEIGHT), resolve: (page) => page.count() }),
    }),
  }) as never;
}

/** The arguments of a list that is read forward only. */
export function forwardArguments(arg: ArgBuilder<typeof builder.$inferSchemaTypes>) {
  return { first: arg.int(), after: arg.string({ ...maxLength(CURSOR_LENGTH) }) };
}

/** The arguments of a list that is read in both directions. */
export function pageArguments(arg: ArgBuilder<typeof builder.$inferSchemaTypes>) {
  const cursor = maxLength(CURSOR_LENGTH);
  return {
    first: arg.int(),
    after: arg.string({ ...cursor }),
    last: arg.int(),
    before: arg.string({ ...cursor }),
  };
}
