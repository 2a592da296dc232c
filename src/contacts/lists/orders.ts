/**
 * The orders of lists of contacts and organizations. Their keys are, letter for letter, the
 * expressions of the indexes in the migrations: another spelling would not use them.
 */
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import {
  byName,
  MISSING_LAST,
  type OrderColumn,
  type Ordering,
} from '../../platform/database/ordering.ts';
import type { Given } from '../../platform/input.ts';
import { ORDER_DIRECTIONS } from '../../schema-builder/connections.ts';

/** What contacts can be ordered by. */
export const CONTACT_ORDER_FIELDS = [
  'PRIORITY',
  'NAME',
  'WARMNESS',
  'LAST_CONTACTED',
  'CREATED_AT',
] as const;
/** What organizations can be ordered by. */
export const ORGANIZATION_ORDER_FIELDS = ['NAME', 'CONTACT_COUNT', 'LAST_ACTIVITY'] as const;
type ContactOrderField = (typeof CONTACT_ORDER_FIELDS)[number];
type OrganizationOrderField = (typeof ORGANIZATION_ORDER_FIELDS)[number];

const direction = z
  .enum(ORDER_DIRECTIONS)
  .default('ASC')
  .describe('Whether the order is ascending or descending.');

/** A field that contacts are ordered by. */
export const ContactOrder = z
  .object({ field: z.enum(CONTACT_ORDER_FIELDS).describe('What is compared.'), direction })
  .describe('One step of the order of a list of contacts.');

/** A field that organizations are ordered by. */
export const OrganizationOrder = z
  .object({ field: z.enum(ORGANIZATION_ORDER_FIELDS).describe('What is compared.'), direction })
  .describe('The order of a list of organizations; equal ones are in order of their ids.');

/** GraphQL fills in the direction. */
interface Order<Field> {
  field: Field;
  direction?: 'ASC' | 'DESC' | null | undefined;
}

type Value = RawBuilder<unknown>;
interface UndirectedColumn extends Omit<OrderColumn, 'direction'> {
  /** Rows without a value come last, whatever the direction. */
  missingLast?: boolean;
}

/**
 * Contacts that were added to a campaign come first. An integer, because the planner rewrites
 * conditions on a boolean into forms that no index serves.
 */
export function campaignFirst(value: Value): Value {
  return sql`(case when ${value} then 0 else 1 end)`;
}

/** Contacts that were never contacted come before all others. */
export function neverFirst(moment: Value): Value {
  return sql`coalesce(${moment}, '-infinity'::timestamptz)`;
}

const newestFirst = (moment: Value) => sql`('2200-01-01 00:00:00+00'::timestamptz - ${moment})`;

const ID: UndirectedColumn = { column: 'id', type: 'uuid' };
const LAST_CONTACTED: UndirectedColumn = {
  column: 'lastContactedAt',
  type: 'timestamptz',
  nullable: true,
  key: neverFirst,
};
const NAME: UndirectedColumn = { column: 'name', type: 'text', key: byName };
const WARMNESS: UndirectedColumn = { column: 'warmnessScore', type: 'integer' };

const CONTACT_ORDERS: Record<ContactOrderField, readonly UndirectedColumn[]> = {
  PRIORITY: [
    { column: 'addedToCampaign', type: 'boolean', key: campaignFirst },
    WARMNESS,
    LAST_CONTACTED,
    { column: 'createdAt', type: 'timestamptz', key: newestFirst },
  ],
  NAME: [NAME],
  WARMNESS: [WARMNESS],
  LAST_CONTACTED: [{ ...LAST_CONTACTED, missingLast: true }],
  CREATED_AT: [{ column: 'createdAt', type: 'timestamptz' }],
};

const ORGANIZATION_ORDERS: Record<OrganizationOrderField, readonly UndirectedColumn[]> = {
  NAME: [NAME],
  CONTACT_COUNT: [
    { column: 'contactCount', type: 'integer', key: (count) => sql`(-${count})` },
    NAME,
  ],
  LAST_ACTIVITY: [
    { column: 'lastActivityAt', type: 'timestamptz', nullable: true, missingLast: true },
  ],
};

/** Orders by several fields, one after the other, and then by id; repeated columns are dropped. */
function combined<Field extends string>(
  orders: Record<Field, readonly UndirectedColumn[]>,
  wanted: readonly Order<Field>[],
): Ordering {
  const columns: OrderColumn[] = [];
  for (const { field, direction: given } of wanted) {
    const direction = given === 'DESC' ? 'desc' : 'asc';
    for (const { missingLast, ...column } of orders[field]) {
      if (columns.some((earlier) => earlier.column === column.column)) continue;
      const key = missingLast ? MISSING_LAST.timestamptz[direction] : column.key;
      columns.push({ ...column, direction, ...(key ? { key } : {}) });
    }
  }
  columns.push({ ...ID, direction: columns[0]?.direction ?? 'asc' });
  return {
    name: wanted.map(({ field, direction }) => `${field} ${direction ?? 'ASC'}`).join(),
    columns,
  };
}

/** The order of contacts by default: whom to contact next. */
export const PRIORITY = combined(CONTACT_ORDERS, [{ field: 'PRIORITY', direction: 'ASC' }]);

/** The order of a list of contacts; `PRIORITY` if nothing is given. */
export function contactOrdering(
  orderBy: readonly Given<typeof ContactOrder>[] | null | undefined,
): Ordering {
  return orderBy == null || orderBy.length === 0 ? PRIORITY : combined(CONTACT_ORDERS, orderBy);
}

/** The order of a list of organizations; most contacts first if nothing is given. */
export function organizationOrdering(
  orderBy: Given<typeof OrganizationOrder> | null | undefined,
): Ordering {
  const { field, direction } = orderBy ?? { field: 'CONTACT_COUNT', direction: 'DESC' };
  // The key of CONTACT_COUNT is negative, so it falls where the number rises.
  const flipped =
    field === 'CONTACT_COUNT'
      ? { field, direction: direction === 'DESC' ? ('ASC' as const) : ('DESC' as const) }
      : { field, direction };
  return combined(ORGANIZATION_ORDERS, [flipped]);
}

/** The order of the contacts within a tier of a search. */
export const BY_NAME = combined(CONTACT_ORDERS, [{ field: 'NAME', direction: 'ASC' }]);

/**
 * The same order by an expression that no index has, so that the planner sorts the matches.
 * Contacts whose names begin alike stand side by side in the index of names, which the planner does
 * not know: it would read half of that index to find the first of them.
 */
export const BY_NAME_UNINDEXED: Ordering = {
  ...BY_NAME,
  columns: BY_NAME.columns.map((column) =>
    column.column === 'name'
      ? { ...column, key: (name: Value) => byName(sql`(${name} || '')`) }
      : column,
  ),
};

/**
 * The order of the contacts that a search finds: by tier, 0 being the best. `searchTier` is not a
 * column of the table; readSearchPage adds it to the rows.
 */
export const BEST_FIRST: Ordering = {
  name: 'best',
  columns: [{ column: 'searchTier', type: 'integer', direction: 'asc' }, ...BY_NAME.columns],
};

/** The order of the activities of a contact. */
export const NEWEST_ACTIVITY_FIRST: Ordering = {
  name: 'newest activity',
  columns: [
    { column: 'occurredAt', type: 'timestamptz', direction: 'desc' },
    { column: 'id', type: 'uuid', direction: 'desc' },
  ],
};
