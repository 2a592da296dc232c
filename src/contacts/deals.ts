/** Deals: what a relationship is worth. They come from the CRM; its syncs write them. */
import { sql } from 'kysely';
import { anyOf } from '../platform/database/arrays.ts';
import { columnsOf, type RowOf } from '../platform/database/columns.ts';
import { applyPage, type PageRequest } from '../platform/database/keyset.ts';
import { prepare } from '../platform/database/prepared.ts';
import { query } from '../platform/database/tenant-scope.ts';

const DEAL_COLUMNS = columnsOf('deal', []);
/** A row of `deal`. */
export type DealRow = RowOf<'deal', never>;

/** What deals belong to, by its column. */
export type DealParent = 'contactId' | 'organizationId';

/** Deals by id. */
export const dealsById = prepare((p: { ids: string[] }) =>
  query.selectFrom('deal').select(DEAL_COLUMNS).where('id', '=', anyOf(p.ids)),
);

/** The pages of the deals of some contacts or organizations, each in the order of `page`. */
export function dealsOf(parent: DealParent, ids: string[], page: PageRequest) {
  return query
    .selectFrom(sql<{ id: string }>`unnest(${ids}::uuid[])`.as<'parent'>(sql`parent("id")`))
    .innerJoinLateral(
      (eb) =>
        applyPage(
          eb
            .selectFrom('deal')
            .select(DEAL_COLUMNS)
            .where(`deal.${parent}`, '=', sql.ref<string>('parent.id')),
          'deal',
          page,
        ).as('found'),
      (join) => join.onTrue(),
    )
    .selectAll('found')
    .$castTo<DealRow>();
}

/** The number of deals of each contact or organization; those without one are missing. */
export function dealCounts(parent: DealParent, ids: string[]) {
  return query
    .selectFrom('deal')
    .select((eb) => [`${parent} as parentId` as const, eb.fn.countAll<number>().as('count')])
    .where(parent, '=', anyOf(ids))
    .groupBy(parent);
}
