/**
 * The few best contacts and organizations that a search finds, in one statement each: for a search
 * over everything, which has no pages.
 */
import { type RawBuilder, sql } from 'kysely';
import { beginsWith, MAX_ORDERED_HITS, matchesQuery } from '../../platform/database/search.ts';
import type { TenantQueries } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { ORGANIZATION_COLUMNS, type OrganizationRow } from '../rows.ts';
import {
  type ContactListColumn,
  gatherOrganizations,
  type ListedContact,
  withColumns,
} from './contact-list.ts';
import { type ContactSearch, isFound, tiersOf } from './search.ts';

interface Hits {
  search: ContactSearch;
  limit: number;
}

/** What texts other than those of contacts are searched for, and how many of them are wanted. */
export interface TextHits {
  search: { tsquery: string; words: readonly string[] };
  limit: number;
}

/**
 * The best contacts: those whose name begins with the words, then those with all words in their
 * name, then those that match by e-mail, organization or a corrected word, each by name.
 */
export async function contactHits(
  database: TenantQueries,
  { search, limit, columns }: Hits & { columns: readonly ContactListColumn[] },
): Promise<ListedContact[]> {
  const [begins = sql<boolean>`false`, isInName = sql<boolean>`false`] = tiersOf(search);
  const tiers = [begins, isInName, isFound(search)].map((condition, tier) =>
    bestOfTier(condition, tier, limit),
  );
  const [first, ...others] = tiers;
  if (first === undefined) return [];
  const found = others.reduce((all, tier) => all.unionAll(tier), first);
  const best = query
    .selectFrom(found.as('found'))
    .select(['found.id', sql<number>`min(found.tier)`.as('tier')])
    .groupBy('found.id')
    .as('best');
  const contacts = withColumns(query.selectFrom('contact'), columns)
    .innerJoin(best, 'best.id', 'contact.id')
    .orderBy('best.tier')
    .orderBy('contact.name')
    .orderBy('contact.id')
    .limit(limit);
  return gatherOrganizations(await database.run(contacts), columns);
}

/** A row that is in an earlier tier too may be among them: each tier holds the ones before it. */
function bestOfTier(condition: RawBuilder<boolean>, tier: number, limit: number) {
  const some = query
    .selectFrom('contact')
    .select(['contact.id', 'contact.name'])
    .where(condition)
    .limit(MAX_ORDERED_HITS)
    .as('some');
  const ordered = query
    .selectFrom(some)
    .select(['some.id', sql<number>`${sql.lit(tier)}`.as('tier')])
    .orderBy('some.name')
    .orderBy('some.id')
    .limit(limit)
    .as('tier');
  return query.selectFrom(ordered).select(['tier.id', 'tier.tier']);
}

/**
 * The best organizations: those whose name begins with the words first, then those with the most
 * contacts.
 */
export function organizationHits(
  database: TenantQueries,
  { search, limit }: TextHits,
): Promise<OrganizationRow[]> {
  const some = query
    .selectFrom('organization')
    .select([...ORGANIZATION_COLUMNS, 'organization.searchText'])
    .where(matchesQuery('organization', search.tsquery))
    .limit(MAX_ORDERED_HITS)
    .as('organization');
  const best = query
    .selectFrom(some)
    .select(ORGANIZATION_COLUMNS)
    .orderBy(beginsWith('organization', search.words), 'desc')
    .orderBy('organization.contactCount', 'desc')
    .orderBy('organization.id')
    .limit(limit);
  return database.run(best.$castTo<OrganizationRow>());
}
