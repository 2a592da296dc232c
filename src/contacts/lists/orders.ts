/**
 * The orders of lists of contacts and organizations. Their keys are those of the indexes in the
 * migration, letter by letter.
 */
import { type RawBuilder, sql } from 'kysely';
import type { OrderColumn, Ordering } from '../../platform/database/keyset.ts';

export type ContactOrderField = 'PRIORITY' | 'NAME' | 'WARMNESS' | 'LAST_CONTACTED' | 'CREATED_AT';
export type OrganizationOrderField = 'NAME' | 'CONTACT_COUNT' | 'LAST_ACTIVITY';
export interface Order<Field> {
  field: Field;
  direction: 'ASC' | 'DESC';
}

type Value = RawBuilder<unknown>;
type RisingColumn = Omit<OrderColumn, 'direction'>;

/**
 * Contacts of campaigns come first. No boolean, for the planner would rewrite a condition on one
 * until no index fits it.
 */
export function campaignFirst(value: Value): Value {
  return sql`(case when ${value} then 0 else 1 end)`;
}

/** Never comes before every moment. */
export function neverFirst(moment: Value): Value {
  return sql`coalesce(${moment}, '-infinity'::timestamptz)`;
}

const newestFirst = (moment: Value) => sql`('2200-01-01 00:00:00+00'::timestamptz - ${moment})`;

const ID: RisingColumn = { column: 'id', type: 'uuid' };
const LAST_CONTACTED: RisingColumn = {
  column: 'lastContactedAt',
  type: 'timestamptz',
  nullable: true,
  key: neverFirst,
};
const WARMNESS: RisingColumn = { column: 'warmnessScore', type: 'integer' };

const CONTACT_ORDERS: Record<ContactOrderField, readonly RisingColumn[]> = {
  PRIORITY: [
    { column: 'addedToCampaign', type: 'boolean', key: campaignFirst },
    WARMNESS,
    LAST_CONTACTED,
    { column: 'createdAt', type: 'timestamptz', key: newestFirst },
  ],
  NAME: [{ column: 'name', type: 'text' }],
  WARMNESS: [WARMNESS],
  LAST_CONTACTED: [LAST_CONTACTED],
  CREATED_AT: [{ column: 'createdAt', type: 'timestamptz' }],
};

const ORGANIZATION_ORDERS: Record<OrganizationOrderField, readonly RisingColumn[]> = {
  NAME: [{ column: 'name', type: 'text' }],
  CONTACT_COUNT: [
    { column: 'contactCount', type: 'integer', key: (count) => sql`(-${count})` },
    { column: 'name', type: 'text' },
  ],
  LAST_ACTIVITY: [
    { column: 'lastActivityAt', type: 'timestamptz', nullable: true, key: neverFirst },
  ],
};

/**
 * The order that several orders make one after the other, with the id at its end; a column counts
 * where it comes first.
 */
function combined<Field extends string>(
  orders: Record<Field, readonly RisingColumn[]>,
  wanted: readonly Order<Field>[],
): Ordering {
  const columns: OrderColumn[] = [];
  for (const { field, direction } of wanted) {
    for (const column of orders[field]) {
      if (!columns.some((earlier) => earlier.column === column.column))
        columns.push({ ...column, direction: direction === 'ASC' ? 'asc' : 'desc' });
    }
  }
  columns.push({ ...ID, direction: columns[0]?.direction ?? 'asc' });
  return { name: wanted.map(({ field, direction }) => `${field} ${direction}`).join(), columns };
}

export const PRIORITY = combined(CONTACT_ORDERS, [{ field: 'PRIORITY', direction: 'ASC' }]);

/** By what contacts are ordered; their priority unless said otherwise. */
export function contactOrdering(
  orderBy: readonly Order<ContactOrderField>[] | null | undefined,
): Ordering {
  return orderBy == null || orderBy.length === 0 ? PRIORITY : combined(CONTACT_ORDERS, orderBy);
}

/** By what organizations are ordered; the one with most contacts first unless said otherwise. */
export function organizationOrdering(
  orderBy: Order<OrganizationOrderField> | null | undefined,
): Ordering {
  const { field, direction } = orderBy ?? { field: 'CONTACT_COUNT', direction: 'DESC' };
  // Its key falls where the number rises.
  const flipped =
    field === 'CONTACT_COUNT'
      ? { field, direction: direction === 'ASC' ? ('DESC' as const) : ('ASC' as const) }
      : { field, direction };
  return combined(ORGANIZATION_ORDERS, [flipped]);
}

/** The order of the contacts of one tier of a search. */
export const BY_NAME = combined(CONTACT_ORDERS, [{ field: 'NAME', direction: 'ASC' }]);

/**
 * The same for contacts whose names begin alike, which lie together in the index of names: the
 * planner, who does not know that, would read half of that index to find the first of them. No
 * index has this expression.
 */
export const BY_SIMILAR_NAME: Ordering = {
  ...BY_NAME,
  columns: BY_NAME.columns.map((column) =>
    column.column === 'name' ? { ...column, key: (name: Value) => sql`(${name} || '')` } : column,
  ),
};

/** The order of the contacts of a search: 0 is the best tier, which is no column. */
export const BEST_FIRST: Ordering = {
  name: 'best',
  columns: [{ column: 'searchTier', type: 'integer', direction: 'asc' }, ...BY_NAME.columns],
};

export const NEWEST_ACTIVITY_FIRST: Ordering = {
  name: 'newest activity',
  columns: [
    { column: 'occurredAt', type: 'timestamptz', direction: 'desc' },
    { column: 'id', type: 'uuid', direction: 'desc' },
  ],
};
