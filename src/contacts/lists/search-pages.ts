/**
 * A page of the contacts that a search finds, best first: tier after tier (see `tiersOf`), each by
 * name, until the page is full.
 */
import type { SelectQueryBuilder } from 'kysely';
import { applyPage, countRows, type PageRequest } from '../../platform/database/keyset.ts';
import type { TenantQueries } from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import { type ContactCondition, filteredContacts } from './contact-filter.ts';
import { BY_NAME, BY_NAME_UNINDEXED } from './orders.ts';
import { type ContactSearch, isFound, tiersOf } from './search.ts';
import { isRun } from './search-runs.ts';

/** Up to this many matches are sorted rather than looked up along the index of names. */
const MAX_SORTED_MATCHES = 3_000;

interface SearchPage<Row> {
  condition: ContactCondition;
  /** Null if the search text has no word, and therefore finds nothing. */
  search: ContactSearch | null;
  page: PageRequest;
  select: (
    contacts: SelectQueryBuilder<TenantTables, 'contact', object>,
  ) => SelectQueryBuilder<TenantTables, 'contact', Row>;
}

/**
 * Reads one row more than the page's size, as `applyPage` does; each row has its `searchTier`. One
 * statement for each tier that is needed to fill the page.
 */
export async function readSearchPage<Row extends object>(
  database: TenantQueries,
  { condition, search, page, select }: SearchPage<Row>,
): Promise<Row[]> {
  if (search === null) return [];
  const rows: Row[] = [];
  const tiers = [...tiersOf(search).entries()];
  let isSorted: boolean | undefined;
  for (const [tier, isOfTier] of page.backward ? tiers.reverse() : tiers) {
    if (rows.length === page.limit) break;
    if (tier > 0) isSorted ??= await hasFewMatches(database, search);
    const ordering = tier === 0 || isSorted ? BY_NAME_UNINDEXED : BY_NAME;
    const rest = { ...page, ordering, limit: page.limit - rows.length };
    const part = pageOfTier(rest, tier);
    if (part === null) continue;
    const contacts = select(filteredContacts(condition).where(isOfTier));
    const read = await database.run(applyPage(contacts, 'contact', part));
    for (const row of read) rows.push(Object.assign(row, { searchTier: tier }));
  }
  return rows;
}

/**
 * Whether sorting all matches is cheaper than reading along the index of names until enough are
 * found. The planner assumes matches to be spread evenly over all names, but contacts that share
 * one of several words in their name stand side by side in the index: among 100,000 contacts it
 * read for 0.5 s before it reached the first "emma example". Of what stands inside of runs it knows
 * even less. Sorting is slower only for many matches.
 */
async function hasFewMatches(database: TenantQueries, search: ContactSearch): Promise<boolean> {
  const [word = '', ...others] = search.words;
  if (others.length === 0 && !isRun(word)) return false;
  const some = query
    .selectFrom('contact')
    .select('contact.id')
    .where(isFound(search))
    .limit(MAX_SORTED_MATCHES + 1);
  const matches = await countRows(database, query.selectFrom(some.as('some')));
  return matches <= MAX_SORTED_MATCHES;
}

/** The part of a page that lies in a tier; null if its cursors leave nothing of the tier. */
function pageOfTier(page: PageRequest, tier: number): PageRequest | null {
  const [afterTier = 0, ...after] = page.after ?? [];
  const [beforeTier = Number.POSITIVE_INFINITY, ...before] = page.before ?? [];
  if (Number(afterTier) > tier || Number(beforeTier) < tier) return null;
  return {
    ...page,
    after: page.after && afterTier === tier ? after : null,
    before: page.before && beforeTier === tier ? before : null,
  };
}
