/**
 * A page of Pipedrive's organizations. One is found by Pipedrive's id, which may be an alias left
 * by a merge, else by its normalised name. Where two of Pipedrive's have one name, the second is an
 * alias of the first: they are one organization here.
 */
import { type Selectable, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { nameColumns, normalizeOrganizationName } from '../../contacts/index.ts';
import { anyOf, anyText, wantedTexts } from '../../platform/database/arrays.ts';
import { listsChanged } from '../../platform/database/list-versions.ts';
import { prepare, type TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import { type ColumnTypes, valuesTable } from '../../platform/database/values-table.ts';
import type { PipedriveOrganization } from '../pipedrive/records.ts';
import { byOrgId, nothingDone, type PageOutcome, prefer, withoutRepetitions } from './page.ts';

type Stored = Pick<
  Selectable<TenantTables['organization']>,
  'id' | 'name' | 'normalizedName' | 'address' | 'city' | 'country' | 'website' | 'pipedriveOrgId'
>;
type Changed = Stored & ReturnType<typeof nameColumns>;

const CHANGED_TYPES: ColumnTypes<Changed> = {
  id: 'uuid',
  name: 'text',
  normalizedName: 'text',
  bareName: 'text',
  searchText: 'text',
  address: 'text',
  city: 'text',
  country: 'text',
  website: 'text',
  pipedriveOrgId: 'text',
};

const DETAILS = ['address', 'city', 'country', 'website'] as const;

const byName = prepare((p: { names: string[] }) =>
  query
    .selectFrom(wantedTexts(p.names))
    .innerJoin('organization', 'normalizedName', 'wanted.value')
    .select('organization.id'),
);
const lockRows = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('organization')
    .select([
      'id',
      'name',
      'normalizedName',
      'address',
      'city',
      'country',
      'website',
      'pipedriveOrgId',
    ])
    .where('id', '=', anyOf(p.ids))
    .orderBy('id')
    .forNoKeyUpdate(),
);
const aliasesOf = prepare((p: { orgIds: string[] }) =>
  query
    .selectFrom(wantedTexts(p.orgIds))
    .innerJoin('organization_alias', 'pipedriveOrgId', 'wanted.value')
    .select('pipedriveOrgId'),
);

/** What a page does to the organizations; filled record by record, written set-based. */
interface Plan {
  byOrgId: Map<string, Stored>;
  byName: Map<string, Stored>;
  aliases: Set<string>;
  unlinked: string[];
  lostAliases: string[];
  newAliases: { pipedriveOrgId: string; organizationId: string }[];
  changed: Map<string, Stored>;
  renamed: Set<string>;
  added: Map<string, Stored>;
  outcome: PageOutcome;
}

/** Writes a page in the caller's transaction. */
export async function applyOrganizations(
  tx: TenantTransaction,
  page: readonly PipedriveOrganization[],
): Promise<PageOutcome> {
  const outcome = nothingDone();
  const records = withoutRepetitions(page, outcome);
  for (let left = records; left.length > 0; ) left = await applyOnce(tx, left, outcome);
  return outcome;
}

/**
 * Answers those that could not be added since somebody else added one of that name meanwhile: it is
 * found the next time.
 */
async function applyOnce(
  tx: TenantTransaction,
  records: readonly PipedriveOrganization[],
  outcome: PageOutcome,
): Promise<PipedriveOrganization[]> {
  const orgIds = records.map(({ id }) => id);
  const linked = await tx.runPrepared(byOrgId, { orgIds });
  const named = await tx.runPrepared(byName, {
    names: records.map(({ name }) => normalizeOrganizationName(name)),
  });
  const stored = await tx.runPrepared(lockRows, {
    ids: [...new Set([...linked, ...named].map(({ id }) => id))],
  });
  const aliases = await tx.runPrepared(aliasesOf, { orgIds });
  const plan: Plan = {
    byOrgId: new Map(
      stored.flatMap((row) => (row.pipedriveOrgId === null ? [] : [[row.pipedriveOrgId, row]])),
    ),
    byName: new Map(stored.map((row) => [row.normalizedName, row])),
    aliases: new Set(aliases.map(({ pipedriveOrgId }) => pipedriveOrgId)),
    unlinked: [],
    lostAliases: [],
    newAliases: [],
    changed: new Map(),
    renamed: new Set(),
    added: new Map(),
    outcome,
  };
  for (const record of records) (record.isDeleted ? planDeletion : planRecord)(plan, record);
  return write(tx, plan, records);
}

function planDeletion(plan: Plan, { id }: PipedriveOrganization): void {
  const linked = plan.byOrgId.get(id);
  if (linked) plan.unlinked.push(linked.id);
  else if (plan.aliases.has(id)) plan.lostAliases.push(id);
  plan.outcome[linked || plan.aliases.has(id) ? 'updated' : 'unchanged'] += 1;
}

function planRecord(plan: Plan, record: PipedriveOrganization): void {
  const normalizedName = normalizeOrganizationName(record.name);
  const linked = plan.byOrgId.get(record.id);
  const named = plan.byName.get(normalizedName);
  if (linked) planChange(plan, linked, record);
  // What it is called there is the business of the organization that it was merged into.
  else if (plan.aliases.has(record.id)) plan.outcome.unchanged += 1;
  else if (normalizedName === '')
    plan.outcome.failures.push({
      externalId: record.id,
      message: 'This organization has a name of nothing but punctuation.',
    });
  else if (named && named.pipedriveOrgId === null) planChange(plan, named, record);
  else if (named) {
    plan.newAliases.push({ pipedriveOrgId: record.id, organizationId: named.id });
    plan.outcome.updated += 1;
  } else {
    const added: Stored = { ...record, id: uuidv7(), normalizedName, pipedriveOrgId: record.id };
    plan.added.set(added.id, added);
    plan.byName.set(normalizedName, added);
    plan.outcome.created += 1;
  }
}

function planChange(plan: Plan, stored: Stored, record: PipedriveOrganization): void {
  const next: Stored = { ...stored, pipedriveOrgId: record.id };
  for (const detail of DETAILS) next[detail] = prefer(record[detail], stored[detail]);
  const normalizedName = normalizeOrganizationName(record.name);
  const holder = plan.byName.get(normalizedName);
  // A name that another one has here stays as it is: two organizations never have one name.
  const isFree = normalizedName !== '' && (holder === undefined || holder.id === stored.id);
  if (isFree && record.name !== stored.name) {
    Object.assign(next, { name: record.name, normalizedName });
    plan.byName.set(normalizedName, next);
    plan.renamed.add(stored.id);
  }
  const differs =
    next.name !== stored.name ||
    next.pipedriveOrgId !== stored.pipedriveOrgId ||
    DETAILS.some((detail) => next[detail] !== stored[detail]);
  if (differs) {
    plan.changed.set(next.id, next);
    plan.byOrgId.set(record.id, next);
    plan.byName.set(next.normalizedName, next);
  }
  plan.outcome[differs ? 'updated' : 'unchanged'] += 1;
}

async function write(
  tx: TenantTransaction,
  plan: Plan,
  records: readonly PipedriveOrganization[],
): Promise<PipedriveOrganization[]> {
  if (plan.unlinked.length > 0)
    await tx.run(
      query
        .updateTable('organization')
        .set({ pipedriveOrgId: null })
        .where('id', '=', anyOf(plan.unlinked)),
    );
  if (plan.lostAliases.length > 0)
    await tx.run(
      query
        .deleteFrom('organization_alias')
        .where('pipedriveOrgId', '=', anyText(plan.lostAliases)),
    );
  await update(tx, [...plan.changed.values()].map(withNames), plan.renamed);
  const missing = await insert(tx, [...plan.added.values()]);
  const lost = new Set(missing.map(({ id }) => id));
  const aliases = plan.newAliases.filter(({ organizationId }) => !lost.has(organizationId));
  if (aliases.length > 0) await tx.run(query.insertInto('organization_alias').values(aliases));
  if (plan.changed.size + plan.added.size + plan.unlinked.length > 0)
    listsChanged(tx, 'ORGANIZATION');
  const undone = new Set([
    ...missing.map(({ pipedriveOrgId }) => pipedriveOrgId),
    ...plan.newAliases
      .filter(({ organizationId }) => lost.has(organizationId))
      .map(({ pipedriveOrgId }) => pipedriveOrgId),
  ]);
  plan.outcome.created -= missing.length;
  plan.outcome.updated -= undone.size - missing.length;
  return records.filter(({ id }) => undone.has(id));
}

function withNames(row: Stored): Changed {
  return { ...row, ...nameColumns(row.name) };
}

async function update(
  tx: TenantTransaction,
  rows: Changed[],
  renamed: ReadonlySet<string>,
): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.keys(CHANGED_TYPES).filter((column) => column !== 'id');
  await tx.run(
    query
      .updateTable('organization')
      .from(valuesTable(rows, CHANGED_TYPES))
      .set({
        ...Object.fromEntries(columns.map((column) => [column, sql.ref(`v.${column}`)])),
        updatedAt: sql<Date>`statement_timestamp()`,
      } as object)
      .whereRef('organization.id', '=', 'v.id'),
  );
  const names = rows
    .filter(({ id }) => renamed.has(id))
    .map(({ id, searchText }) => ({ id, searchText }));
  if (names.length === 0) return;
  await tx.run(
    query
      .updateTable('contact')
      .from(valuesTable(names, { id: 'uuid', searchText: 'text' }))
      // The organization is the last part of what a contact is found by.
      .set({
        searchText: sql<string>`regexp_replace(${sql.ref('contact.searchText')}, '[^|]*$', ' ' || ${sql.ref('v.searchText')})`,
      })
      .whereRef('contact.organizationId', '=', 'v.id'),
  );
  listsChanged(tx, 'CONTACT');
}

/** Answers those whose names were taken meanwhile. */
async function insert(tx: TenantTransaction, rows: Stored[]): Promise<Stored[]> {
  if (rows.length === 0) return [];
  const values = rows.map((row) => ({
    ...nameColumns(row.name),
    id: row.id,
    pipedriveOrgId: row.pipedriveOrgId,
    ...detailsOf(row),
  }));
  const inserted = await tx.run(
    query
      .insertInto('organization')
      .values(values)
      .onConflict((conflict) => conflict.columns(['tenantId', 'normalizedName']).doNothing())
      .returning('id'),
  );
  const ids = new Set(inserted.map(({ id }) => id));
  return rows.filter(({ id }) => !ids.has(id));
}

function detailsOf({ address, city, country, website }: Stored) {
  return { address, city, country, website };
}
