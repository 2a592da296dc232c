/** Lists of organizations, those with the most contacts first by default. */
import { sql } from 'kysely';
import { z } from 'zod';
import { whereGiven } from '../../platform/database/filters.ts';
import {
  applyPage,
  countRows,
  type PageArguments,
  parsePage,
  toPage,
} from '../../platform/database/keyset.ts';
import { matchesSearch } from '../../platform/database/search.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { type Given, givenId, parseDetail, parseId, parseSearch } from '../../platform/input.ts';
import { searchFilter } from '../../schema-builder/weights.ts';
import { ORGANIZATION_COLUMNS, type OrganizationColumn, type OrganizationRow } from '../rows.ts';
import { detailFilter } from './contact-filter.ts';
import { cachedCount, cachedRows, type ListScope } from './list-cache.ts';
import { type OrganizationOrder, organizationOrdering } from './orders.ts';

/** Which organizations a list shows. */
export const OrganizationFilter = z
  .object({
    search: searchFilter().describe(
      'Organizations with words in their name that begin with the words of this text.',
    ),
    industry: detailFilter().describe('Organizations of exactly this industry.'),
    country: detailFilter().describe('Organizations in exactly this country, as it was entered.'),
    city: detailFilter().describe('Organizations in exactly this town or city, as it was entered.'),
    size: detailFilter().describe('Organizations of exactly this size, as it was entered.'),
    ownerId: givenId().nullish().describe('Organizations with a contact that this user owns.'),
  })
  .describe('Which organizations to list. What is left out or null does not restrict the list.');

/** The arguments of a list of organizations. */
export interface OrganizationListArguments extends PageArguments {
  filter?: Given<typeof OrganizationFilter> | null;
  orderBy?: Given<typeof OrganizationOrder> | null;
  /** The only columns, besides those of the order, that the rows will have; all by default. */
  columns?: readonly OrganizationColumn[];
}

/**
 * A page of the tenant's organizations, cached by the versions of the scope. Throws BAD_USER_INPUT
 * for a wrong filter or page.
 */
export async function listOrganizations(
  scope: ListScope,
  { columns: wanted = ORGANIZATION_COLUMNS, ...args }: OrganizationListArguments,
) {
  const database = scope.platform.database.forTenant(scope.viewer);
  const page = parsePage(args, organizationOrdering(args.orderBy));
  const matching = matchingOrganizations(args.filter);
  const ordered = page.ordering.columns.map(({ column }) => column);
  const columns = ORGANIZATION_COLUMNS.filter(
    (column) => wanted.includes(column) || ordered.includes(column),
  );
  const read = () =>
    database.run(
      applyPage(matching.select(columns), 'organization', page).$castTo<OrganizationRow>(),
    );
  return {
    ...toPage(
      [...(await cachedRows('organizations', { ...scope, key: [columns, args] }, read))],
      page,
    ),
    count: () =>
      cachedCount('organizations', { ...scope, key: args.filter ?? null }, () =>
        countRows(database, matching),
      ),
  };
}

function matchingOrganizations(filter: OrganizationListArguments['filter']) {
  const search = parseSearch('filter.search', filter?.search);
  const industry = parseDetail('filter.industry', filter?.industry);
  const country = parseDetail('filter.country', filter?.country);
  const city = parseDetail('filter.city', filter?.city);
  const size = parseDetail('filter.size', filter?.size);
  return query
    .selectFrom('organization')
    .$call(whereGiven(industry, (name, eb) => eb('industry', '=', name)))
    .$call(whereGiven(country, (name, eb) => eb('country', '=', name)))
    .$call(whereGiven(city, (name, eb) => eb('city', '=', name)))
    .$call(whereGiven(size, (name, eb) => eb('size', '=', name)))
    .$call(
      whereGiven(filter?.ownerId, (id, eb) => {
        const ownerId = parseId(['User'], 'filter.ownerId', id);
        return eb.exists(
          query
            .selectFrom('contact')
            .select('contact.id')
            .whereRef('contact.organizationId', '=', sql.ref('organization.id'))
            .where('contact.ownerId', '=', ownerId),
        );
      }),
    )
    .$call(whereGiven(search, (text) => matchesSearch('organization', text)));
}
