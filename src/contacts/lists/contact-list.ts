/**
 * Lists of contacts: filtered, searched, in priority order by default, each with the columns of its
 * organization that the caller wants. This is the head of the room `lists`; from outside it, use
 * `listContacts`, the filter (contact-filter.ts) and the orders (orders.ts).
 */
import { sql } from 'kysely';
import {
  applyPage,
  countRows,
  isAtEnd,
  type PageArguments,
  type PageRequest,
  parsePage,
  preparedEndPages,
  toPage,
} from '../../platform/database/keyset.ts';
import type { TenantQueries } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Given } from '../../platform/input.ts';
import {
  CONTACT_COLUMNS,
  type ContactColumn,
  type ContactRow,
  ORGANIZATION_COLUMNS,
  type OrganizationColumn,
  type OrganizationRow,
} from '../rows.ts';
import {
  type ContactCondition,
  type ContactFilter,
  matchingContacts,
  parseContactFilter,
  type SearchReader,
} from './contact-filter.ts';
import { cachedCount, cachedRows, type ListScope } from './list-cache.ts';
import { BEST_FIRST, type ContactOrder, contactOrdering } from './orders.ts';
import { readSearchPage } from './search-pages.ts';

/** A column of a contact, or of its organization as `organization.name`. */
export type ContactListColumn = ContactColumn | `organization.${OrganizationColumn}`;

const OF_ORGANIZATION = 'organization.';
const LIST_COLUMNS: readonly ContactListColumn[] = [
  ...CONTACT_COLUMNS,
  ...ORGANIZATION_COLUMNS.map((column) => `organization.${column}` as const),
];

/** The arguments of a list of contacts. */
export interface ContactListArguments extends PageArguments {
  filter?: ContactFilter | null;
  orderBy?: Given<typeof ContactOrder>[] | null;
  /**
   * The only columns, besides those of the order, that the rows will have; all of the contact's own
   * by default.
   */
  columns?: readonly ContactListColumn[];
}

/** A contact of a list; `organization` is present if columns of it were asked for. */
export type ListedContact = ContactRow & { organization?: OrganizationRow | null };

/** Whose contacts are listed, at which versions, and how search texts are read. */
export interface ContactListScope extends ListScope {
  readSearch: SearchReader;
}

/**
 * A page of the tenant's contacts, in priority order unless ordered otherwise; a search without an
 * order lists the best matches first. Cached by the versions of the scope. Throws BAD_USER_INPUT
 * for a wrong filter or page.
 */
export async function listContacts(
  scope: ContactListScope,
  { columns: wanted = CONTACT_COLUMNS, ...args }: ContactListArguments,
) {
  const database = scope.platform.database.forTenant(scope.viewer);
  const condition = parseContactFilter(args.filter);
  const bestFirst =
    condition.search !== null && (args.orderBy == null || args.orderBy.length === 0);
  const page = parsePage(args, bestFirst ? BEST_FIRST : contactOrdering(args.orderBy));
  const ordered = page.ordering.columns.map(({ column }) => column);
  const columns = LIST_COLUMNS.filter(
    (column) => wanted.includes(column) || ordered.includes(column),
  );
  const { readSearch } = scope;
  const said = args.filter?.marketingConsent == null ? null : scope.versions.of('CONSENT');
  const read = async () =>
    gatherOrganizations(
      await readRows(database, { condition, page, columns, bestFirst, readSearch }),
      columns,
    );
  const count = async () =>
    countRows(database, (await matchingContacts(database, condition, readSearch)).contacts);
  // Messages of campaigns change too often to have versions, so that nothing tells when a page is stale.
  if (args.filter?.campaign != null || args.filter?.notCampaign != null)
    return { ...toPage(await read(), page), count };
  const rows = await cachedRows('contacts', { ...scope, key: [columns, args, said] }, read);
  return {
    ...toPage([...rows], page),
    count: () => cachedCount('contacts', { ...scope, key: [args.filter ?? null, said] }, count),
  };
}

interface WantedRows {
  condition: ContactCondition;
  page: PageRequest;
  columns: readonly ContactListColumn[];
  bestFirst: boolean;
  readSearch: SearchReader;
}

/** Rows as PostgreSQL returns them: columns of the organization have their prefix. */
type FlatRow = Record<string, unknown>;

async function readRows(
  database: TenantQueries,
  { condition, page, columns, bestFirst, readSearch }: WantedRows,
): Promise<FlatRow[]> {
  if (condition.where === null && condition.search === null && isAtEnd(page))
    return database.runPrepared(endsOfAll(page, columns), page);
  const { contacts, search } = await matchingContacts(database, condition, readSearch);
  if (!bestFirst) return database.run(applyPage(withColumns(contacts, columns), 'contact', page));
  const select = (matching: Contacts) => withColumns(matching, columns);
  return readSearchPage(database, { condition, search, page, select });
}

const endsOfAll = preparedEndPages((page, columns: readonly ContactListColumn[]) =>
  applyPage(withColumns(query.selectFrom('contact'), columns), 'contact', page),
);

type Contacts = Awaited<ReturnType<typeof matchingContacts>>['contacts'];

/** Selects columns of contacts, joining their organizations if columns of these are among them. */
export function withColumns(contacts: Contacts, columns: readonly ContactListColumn[]) {
  const joins = columns.some((column) => column.startsWith(OF_ORGANIZATION));
  return contacts
    .$if(joins, (one) => one.leftJoin('organization', 'organization.id', 'contact.organizationId'))
    .select(
      columns.map((column) =>
        sql.ref(column.startsWith(OF_ORGANIZATION) ? column : `contact.${column}`).as(column),
      ),
    )
    .$castTo<FlatRow>();
}

/**
 * Gathers the columns of each row's organization into one object, in place. Reading organizations
 * with a second statement would take a quarter longer.
 */
export function gatherOrganizations(
  rows: FlatRow[],
  columns: readonly ContactListColumn[],
): ListedContact[] {
  const joined = columns
    .filter((column) => column.startsWith(OF_ORGANIZATION))
    .map((column) => [column, column.slice(OF_ORGANIZATION.length)] as const);
  for (const row of joined.length > 0 ? rows : []) {
    const organization: FlatRow = {};
    for (const [column, name] of joined) {
      organization[name] = row[column];
      delete row[column];
    }
    row['organization'] = organization['id'] === null ? null : organization;
  }
  // Columns that nobody asked for are missing: see ContactListArguments.columns.
  return rows as unknown as ListedContact[];
}

/** The pages of the contacts of some organizations, by priority. One statement. */
export function contactsOfOrganizations(organizationIds: string[], page: PageRequest) {
  return query
    .selectFrom(
      sql<{ organizationId: string }>`unnest(${organizationIds}::uuid[])`.as<'parent'>(
        sql`parent("organizationId")`,
      ),
    )
    .innerJoinLateral(
      (eb) =>
        applyPage(
          eb
            .selectFrom('contact')
            .select(CONTACT_COLUMNS)
            .whereRef('contact.organizationId', '=', 'parent.organizationId'),
          'contact',
          page,
        ).as('found'),
      (join) => join.onTrue(),
    )
    .selectAll('found')
    .$castTo<ContactRow>();
}
