/**
 * Lists of contacts: filtered, searched, in priority order unless said otherwise, each with columns
 * of its organization.
 */
import { type RawBuilder, sql } from 'kysely';
import type { LeadStatus } from '../../../generated/kysely.ts';
import {
  applyPage,
  countRows,
  isAtEnd,
  type PageArguments,
  type PageRequest,
  parsePage,
  preparedEnds,
  toPage,
} from '../../platform/database/keyset.ts';
import type { TenantQueries } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { parseDetail, parseId, parseMoment, parseSearch } from '../../platform/input.ts';
import {
  ORGANIZATION_COLUMNS,
  type OrganizationColumn,
  type OrganizationRow,
} from '../organizations/organizations.ts';
import { CONTACT_COLUMNS, type ContactColumn, type ContactRow } from '../rows.ts';
import { cachedCount, cachedRows, type ListScope } from './list-cache.ts';
import {
  BEST_FIRST,
  BY_NAME,
  BY_SIMILAR_NAME,
  type ContactOrderField,
  campaignFirst,
  contactOrdering,
  neverFirst,
  type Order,
} from './orders.ts';
import { type ContactSearch, isFound, readSearch, tiersOf } from './search.ts';

/** The most contacts that are sorted rather than looked for in the index of names. */
const FEW = 3_000;

/** A column of a contact, or of its organization as `organization.name`. */
export type ContactListColumn = ContactColumn | `organization.${OrganizationColumn}`;

const LIST_COLUMNS: readonly ContactListColumn[] = [
  ...CONTACT_COLUMNS,
  ...ORGANIZATION_COLUMNS.map((column) => `organization.${column}` as const),
];

export interface ContactFilter {
  search?: string | null;
  ownerId?: string | null;
  organizationId?: string | null;
  industry?: string | null;
  country?: string | null;
  leadStatus?: LeadStatus[] | null;
  addedToCampaign?: boolean | null;
  minWarmness?: number | null;
  maxWarmness?: number | null;
  notContactedSince?: string | null;
}

export interface ContactListArguments extends PageArguments {
  filter?: ContactFilter | null;
  orderBy?: Order<ContactOrderField>[] | null;
  /**
   * The only columns that the caller will look at, beside those of the order; all of the contact's
   * own when absent.
   */
  columns?: readonly ContactListColumn[];
}

/** A contact of a list; its organization is there when columns of it were asked for. */
export type ListedContact = ContactRow & { organization?: OrganizationRow | null };

/** A filter that was checked, as a condition on `contact`. */
export interface ContactCondition {
  where: RawBuilder<boolean> | null;
  /** The text that is searched for, which still has to be read. */
  search: string | null;
}

/** Checks a filter; throws BAD_USER_INPUT naming what is wrong. */
export function parseContactFilter(
  filter: ContactFilter | null | undefined,
  argument = 'filter',
): ContactCondition {
  const {
    ownerId,
    organizationId,
    industry,
    country,
    leadStatus,
    addedToCampaign,
    minWarmness,
    maxWarmness,
    notContactedSince,
  } = filter ?? {};
  const column = (name: string) => sql.ref(`contact.${name}`);
  const conditions: RawBuilder<unknown>[] = [];
  if (ownerId != null)
    conditions.push(
      sql`${column('ownerId')} = ${parseId(['User'], `${argument}.ownerId`, ownerId)}::uuid`,
    );
  if (organizationId != null)
    conditions.push(
      sql`${column('organizationId')} = ${parseId(['Organization'], `${argument}.organizationId`, organizationId)}::uuid`,
    );
  const details = {
    industry: parseDetail(`${argument}.industry`, industry),
    country: parseDetail(`${argument}.country`, country),
  };
  if (industry != null || country != null)
    conditions.push(sql`${column('organizationId')} in (${organizationsOf(details)})`);
  if (leadStatus != null)
    conditions.push(sql`${column('leadStatus')} = any(${leadStatus}::"LeadStatus"[])`);
  if (addedToCampaign != null)
    conditions.push(
      sql`${campaignFirst(column('addedToCampaign'))} = ${addedToCampaign ? 0 : 1}::int`,
    );
  if (minWarmness != null) conditions.push(sql`${column('warmnessScore')} >= ${minWarmness}::int`);
  if (maxWarmness != null) conditions.push(sql`${column('warmnessScore')} <= ${maxWarmness}::int`);
  if (notContactedSince != null) {
    const moment = parseMoment(`${argument}.notContactedSince`, notContactedSince);
    conditions.push(sql`${neverFirst(column('lastContactedAt'))} < ${moment}::timestamptz`);
  }
  const where =
    conditions.length === 0 ? null : sql<boolean>`(${sql.join(conditions, sql` and `)})`;
  return { where, search: parseSearch(`${argument}.search`, filter?.search) };
}

function organizationsOf({
  industry,
  country,
}: {
  industry: string | null;
  country: string | null;
}) {
  let organizations = query.selectFrom('organization').select('organization.id');
  if (industry !== null) organizations = organizations.where('industry', '=', industry);
  if (country !== null) organizations = organizations.where('country', '=', country);
  return organizations;
}

/** Reads a search text: `readSearch`, or a loader that reads those of a request at once. */
type SearchReader = (text: string) => Promise<ContactSearch | null>;

/** What lists of contacts are read by. */
export interface ContactListScope extends ListScope {
  readSearch: SearchReader;
}

/**
 * The contacts that a filter finds; its search text is read, so that misspelt words are found too.
 */
export async function matchingContacts(
  database: TenantQueries,
  { where, search }: ContactCondition,
  read: SearchReader = (text) => readSearch(database, text),
) {
  const found = search === null ? null : await read(search);
  return {
    contacts: search === null ? ofFilter({ where }) : ofFilter({ where }).where(isFound(found)),
    found,
  };
}

/** The contacts that a filter finds, whatever it searches for. */
function ofFilter({ where }: Pick<ContactCondition, 'where'>) {
  const contacts = query.selectFrom('contact');
  return where === null ? contacts : contacts.where(where);
}

function selected(columns: readonly ContactListColumn[]) {
  return columns.map((column) =>
    (
      sql.ref(
        column.startsWith('organization.') ? column : `contact.${column}`,
      ) as RawBuilder<unknown>
    ).as(column),
  );
}

type Contacts = Awaited<ReturnType<typeof matchingContacts>>['contacts'];

function withColumns(contacts: Contacts, columns: readonly ContactListColumn[]) {
  const joins = columns.some((column) => column.startsWith('organization.'));
  return contacts
    .$if(joins, (one) => one.leftJoin('organization', 'organization.id', 'contact.organizationId'))
    .select(selected(columns))
    .$castTo<Record<string, unknown>>();
}

/**
 * Gathers the columns of the organization into one, in place. A second statement and its keys would
 * cost a quarter of the request.
 */
function gatherOrganizations(
  rows: Record<string, unknown>[],
  columns: readonly ContactListColumn[],
): ListedContact[] {
  const joined = columns
    .filter((column) => column.startsWith('organization.'))
    .map((column) => [column, column.slice('organization.'.length)] as const);
  for (const row of joined.length > 0 ? rows : []) {
    const organization: Record<string, unknown> = {};
    for (const [column, name] of joined) {
      organization[name] = row[column];
      delete row[column];
    }
    row['organization'] = organization['id'] === null ? null : organization;
  }
  return rows as unknown as ListedContact[];
}

const endsOfAll = preparedEnds((page, columns: readonly ContactListColumn[]) =>
  applyPage(withColumns(query.selectFrom('contact'), columns), 'contact', page),
);

/**
 * A page of the tenant's contacts: by priority unless ordered otherwise, those of a search the best
 * first.
 */
export async function listContacts(
  scope: ContactListScope,
  { columns: wanted = CONTACT_COLUMNS, ...args }: ContactListArguments,
) {
  const database = scope.platform.database.forTenant(scope.viewer);
  const condition = parseContactFilter(args.filter);
  const byTier = condition.search !== null && (args.orderBy == null || args.orderBy.length === 0);
  const page = parsePage(args, byTier ? BEST_FIRST : contactOrdering(args.orderBy));
  const ordered = page.ordering.columns.map(({ column }) => column);
  const columns = LIST_COLUMNS.filter(
    (column) => wanted.includes(column) || ordered.includes(column),
  );
  const rows = await cachedRows('contacts', { ...scope, key: [columns, args] }, async () => {
    const all = condition.where === null && condition.search === null && isAtEnd(page);
    const read = all
      ? await database.runPrepared(endsOfAll(page, columns), page)
      : await readMatching(database, {
          condition,
          page,
          columns,
          byTier,
          readSearch: scope.readSearch,
        });
    return gatherOrganizations(read, columns);
  });
  return {
    ...toPage([...rows], page),
    count: () =>
      cachedCount('contacts', { ...scope, key: args.filter ?? null }, async () =>
        countRows(
          database,
          (await matchingContacts(database, condition, scope.readSearch)).contacts,
        ),
      ),
  };
}

interface Wanted {
  condition: ContactCondition;
  page: PageRequest;
  columns: readonly ContactListColumn[];
  byTier: boolean;
  readSearch: SearchReader;
}

async function readMatching(
  database: TenantQueries,
  { condition, page, columns, byTier, readSearch: read }: Wanted,
): Promise<Record<string, unknown>[]> {
  const { contacts, found } = await matchingContacts(database, condition, read);
  if (!byTier) return database.run(applyPage(withColumns(contacts, columns), 'contact', page));
  const rows: Record<string, unknown>[] = [];
  const tiers = found === null ? [] : [...tiersOf(found).entries()];
  let together: boolean | undefined;
  for (const [tier, isOfTier] of page.backward ? tiers.reverse() : tiers) {
    if (rows.length === page.limit) break;
    if (tier > 0) together ??= await lieTogether(database, found);
    const part = pageOfTier(
      { ...page, limit: page.limit - rows.length },
      tier,
      tier === 0 || together === true,
    );
    if (part === null) continue;
    const read = await database.run(
      applyPage(withColumns(ofFilter(condition).where(isOfTier), columns), 'contact', part),
    );
    for (const row of read) rows.push(Object.assign(row, { searchTier: tier }));
  }
  return rows;
}

/**
 * Whether the planner would read too much of the index of names before it came to the first contact
 * of a search. It takes them to be spread over all names, but who has one of several words in the
 * name lies beside the others who have: among 100,000 contacts 0.5 s passed until it came to "emma
 * example". Sorting all that are found takes longer only where they are many.
 */
async function lieTogether(database: TenantQueries, found: ContactSearch | null): Promise<boolean> {
  if (found === null || found.words.length === 1) return false;
  const some = query
    .selectFrom('contact')
    .select('contact.id')
    .where(isFound(found))
    .limit(FEW + 1);
  return (await countRows(database, query.selectFrom(some.as('some')))) <= FEW;
}

/** What of a page of a search lies in a tier; null where nothing can. */
function pageOfTier(page: PageRequest, tier: number, together: boolean): PageRequest | null {
  const [afterTier = 0, ...after] = page.after ?? [];
  const [beforeTier = Number.POSITIVE_INFINITY, ...before] = page.before ?? [];
  if (Number(afterTier) > tier || Number(beforeTier) < tier) return null;
  const ordering = together ? BY_SIMILAR_NAME : BY_NAME;
  return {
    ...page,
    ordering,
    after: page.after && afterTier === tier ? after : null,
    before: page.before && beforeTier === tier ? before : null,
  };
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
