/** What the rows of a list are ordered by. */
import { type RawBuilder, sql } from 'kysely';

/** A column that a list is ordered by. */
export interface OrderColumn {
  column: string;
  direction: 'asc' | 'desc';
  type: 'timestamptz' | 'date' | 'uuid' | 'text' | 'integer' | 'boolean';
  /**
   * NULL counts as greater than every value, as in PostgreSQL's own default order, unless `key`
   * says otherwise.
   */
  nullable?: boolean;
  /**
   * What is compared instead of the column's value: an indexed expression that is never NULL. With
   * it, descending columns and columns with NULLs can be compared in ascending order like the
   * others, so that one range of the index serves a cursor.
   */
  key?: (value: RawBuilder<unknown>) => RawBuilder<unknown>;
}

/** A total order: its last column must be unique among the rows of the list. */
export interface Ordering {
  /** Unique among the orders of the list. */
  name: string;
  columns: readonly OrderColumn[];
}

/** By createdAt, then id, both descending. */
export const NEWEST_FIRST: Ordering = {
  name: 'newest',
  columns: [
    { column: 'createdAt', direction: 'desc', type: 'timestamptz' },
    { column: 'id', direction: 'desc', type: 'uuid' },
  ],
};

/**
 * The key that orders names as people expect it: letters before case and accents, and numbers in a
 * name by their size (item 9, item 10).
 */
export function byName(value: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(${value} collate "natural")`;
}

/** The keys that put rows without a moment last, in either direction. */
export const MISSING_LAST = {
  timestamptz: {
    asc: (value: RawBuilder<unknown>) => sql`coalesce(${value}, 'infinity'::timestamptz)`,
    desc: (value: RawBuilder<unknown>) => sql`coalesce(${value}, '-infinity'::timestamptz)`,
  },
  date: {
    asc: (value: RawBuilder<unknown>) => sql`coalesce(${value}, 'infinity'::date)`,
    desc: (value: RawBuilder<unknown>) => sql`coalesce(${value}, '-infinity'::date)`,
  },
};
