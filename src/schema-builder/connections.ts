/**
 * Relay connections over keyset pages. Cursors and the total are only made when they are selected.
 */
import type { ArgBuilder, ObjectRef, OutputRef } from '@pothos/core';
import { CURSOR_LENGTH, encodeCursor } from '../platform/database/cursors.ts';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, type Page } from '../platform/database/keyset.ts';
import { builder } from './builder.ts';
import { enumOf } from './enums.ts';
import { maxLength } from './maxima.ts';
import type { Presented } from './nodes.ts';
import { COUNT_WEIGHT, weighs } from './weights.ts';

/** The directions of an order, as GraphQL names them. */
export const ORDER_DIRECTIONS = ['ASC', 'DESC'] as const;
enumOf('OrderDirection', ORDER_DIRECTIONS, {
  description: 'Whether a list is in ascending or descending order.',
  values: {
    ASC: 'From the smallest to the largest: A to Z, the oldest first.',
    DESC: 'From the largest to the smallest: Z to A, the newest first.',
  },
});

/** A page of a list and the way to count all of it. */
export interface Connection<Row extends object> extends Page<Row> {
  /** One statement; called only when `totalCount` is selected. */
  count: () => Promise<number>;
}

const PageInfo = builder.objectRef<Page<object>>('PageInfo').implement({
  description: 'Whether there are pages before and after a page, and the cursors to get them with.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      description: 'Whether the list goes on after this page.',
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      description: 'Whether the list has anything before this page.',
    }),
    startCursor: t.string({
      description:
        'Where this page begins: pass it as `before` to get the previous page. Null when empty.',
      nullable: true,
      resolve: (page) => cursorAt(page, 0),
    }),
    endCursor: t.string({
      description:
        'Where this page ends: pass it as `after` to get the next page. Null when empty.',
      nullable: true,
      resolve: (page) => cursorAt(page, -1),
    }),
  }),
});

function cursorAt(page: Page<object>, index: number): string | null {
  const row = page.rows.at(index);
  return row === undefined ? null : encodeCursor(page.ordering, row);
}

type ConnectionRef<Row extends object> = ObjectRef<
  typeof builder.$inferSchemaTypes,
  Connection<Row>
>;

interface Listed<Row, Shape> {
  name: string;
  type: OutputRef<Shape>;
  present: (row: Row) => Shape;
  description?: string | undefined;
}

/**
 * The connection type of a type, with its edges: `connectionOf(Contact)` makes ContactConnection and
 * ContactEdge.
 */
export function connectionOf<Row extends object, Shape extends object>(
  type: Presented<Row, Shape>,
  { description }: { description?: string } = {},
): ConnectionRef<Row> {
  const { name, present } = type;
  return makeConnection({ name, type, present, description });
}

function makeConnection<Row extends object, Shape extends object>(
  listed: Listed<Row, Shape>,
): ConnectionRef<Row> {
  const { name, type, present, description = `A page of a list of \`${name}\` objects.` } = listed;
  const Edge = edgeOf(listed);
  return builder.objectRef<Connection<Row>>(`${name}Connection`).implement({
    description,
    fields: (t) => ({
      edges: t.field({
        description: 'The objects of the page, each with its cursor.',
        type: [Edge],
        resolve: (page) => page.rows.map((row) => ({ row, page })),
      }),
      nodes: t.field({
        description: 'The objects of the page: shorter than `edges` where no cursors are needed.',
        type: [type],
        resolve: (page) => page.rows.map((row) => present(row)) as never,
      }),
      pageInfo: t.field({
        description: 'Whether there are pages before and after this one, and how to get them.',
        type: PageInfo,
        resolve: (page) => page,
      }),
      totalCount: t.int({
        ...weighs(COUNT_WEIGHT),
        description: 'The number of objects on all pages together, counted only when selected.',
        resolve: (page) => page.count(),
      }),
    }),
  });
}

function edgeOf<Row extends object, Shape>({ name, type, present }: Listed<Row, Shape>) {
  return builder.objectRef<{ row: Row; page: Page<Row> }>(`${name}Edge`).implement({
    description: `One \`${name}\` of a page, with its place in the list.`,
    fields: (t) => ({
      cursor: t.string({
        description:
          'The place in the list, for `after` and `before`. Opaque; valid in this order only.',
        resolve: ({ row, page }) => encodeCursor(page.ordering, row),
      }),
      node: t.field({
        description: 'The object at this place.',
        type,
        resolve: ({ row }) => present(row) as never,
      }),
    }),
  });
}

type Arguments = ArgBuilder<typeof builder.$inferSchemaTypes>;

/** The arguments of a list that is read in both directions. */
export function pageArguments(arg: Arguments) {
  return {
    first: arg.int({ description: FIRST }),
    after: arg.string({ ...maxLength(CURSOR_LENGTH), description: AFTER }),
    last: arg.int({ description: LAST }),
    before: arg.string({ ...maxLength(CURSOR_LENGTH), description: BEFORE }),
  };
}

const FIRST = `How many to list, from the start or after \`after\`. At most ${MAX_PAGE_SIZE}; ${DEFAULT_PAGE_SIZE} unless given.`;
const LAST = `How many to list, back from the end or before \`before\`. At most ${MAX_PAGE_SIZE}. Not together with \`first\`.`;
const AFTER = 'A cursor of this list: the page begins right after it.';
const BEFORE = 'A cursor of this list: the page ends right before it.';
