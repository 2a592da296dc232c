/**
 * A page of Pipedrive's organizations. An organization is found by its id in Pipedrive, which may
 * be an alias that a merge left, else by its normalized name. If two in Pipedrive have the same
 * name, they are one organization here, and the id of the second is an alias.
 */
import { sql } from 'kysely';
import {
  nameColumns,
  normalizeOrganizationName,
  withOrganizationText,
} from '../../contacts/index.ts';
import { anyOf, anyText, wantedTexts } from '../../platform/database/arrays.ts';
import { updateEach } from '../../platform/database/bulk-update.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { valuesTable } from '../../platform/database/values-table.ts';
import type { PipedriveOrganization } from '../pipedrive/records.ts';
import {
  type OrganizationPlan,
  planOrganizations,
  type SyncedOrganization,
} from './organization-plan.ts';
import {
  byOrgId,
  emptyOutcome,
  type PageContext,
  type PageOutcome,
  withoutRepetitions,
} from './page.ts';

type ChangedOrganization = SyncedOrganization & ReturnType<typeof nameColumns>;

const CHANGED = [
  'id',
  'name',
  'normalizedName',
  'bareName',
  'searchText',
  'address',
  'city',
  'country',
  'website',
  'pipedriveOrgId',
] as const satisfies (keyof ChangedOrganization)[];

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

/** Writes a page in the caller's transaction. */
export async function applyOrganizations(
  tx: TenantTransaction,
  page: readonly PipedriveOrganization[],
  { said }: PageContext<'organizations'>,
): Promise<PageOutcome> {
  const outcome = emptyOutcome();
  const records = withoutRepetitions(page, outcome);
  for (let rest = records; rest.length > 0; ) {
    const plan = await planPage(tx, rest, said);
    const conflicting = await write(tx, plan);
    outcome.created += plan.outcome.created;
    outcome.updated += plan.outcome.updated;
    outcome.unchanged += plan.outcome.unchanged;
    outcome.failures.push(...plan.outcome.failures);
    // Another transaction added an organization of the same name meanwhile: now it is found.
    rest = rest.filter(({ id }) => conflicting.has(id));
  }
  return outcome;
}

async function planPage(
  tx: TenantTransaction,
  records: readonly PipedriveOrganization[],
  said: OrganizationPlan['said'],
): Promise<OrganizationPlan> {
  const orgIds = records.map(({ id }) => id);
  const linked = await tx.runPrepared(byOrgId, { orgIds });
  const named = await tx.runPrepared(byName, {
    names: records.map(({ name }) => normalizeOrganizationName(name)),
  });
  const stored = await tx.runPrepared(lockRows, {
    ids: [...new Set([...linked, ...named].map(({ id }) => id))],
  });
  const aliases = await tx.runPrepared(aliasesOf, { orgIds });
  const aliasIds = new Set(aliases.map(({ pipedriveOrgId }) => pipedriveOrgId));
  return planOrganizations(records, stored, { aliases: aliasIds, said });
}

/**
 * Writes what is planned. Returns the ids in Pipedrive of the records that could not be written
 * because another transaction had added an organization of the same name; the plan's outcome no
 * longer counts them.
 */
async function write(tx: TenantTransaction, plan: OrganizationPlan): Promise<Set<string | null>> {
  if (plan.unlinked.length > 0)
    await tx.run(
      query
        .updateTable('organization')
        .set({ pipedriveOrgId: null })
        .where('id', '=', anyOf(plan.unlinked)),
    );
  if (plan.removedAliases.length > 0)
    await tx.run(
      query
        .deleteFrom('organization_alias')
        .where('pipedriveOrgId', '=', anyText(plan.removedAliases)),
    );
  await update(tx, [...plan.changed.values()].map(withNames), plan.renamed);
  const conflicting = await insert(tx, [...plan.added.values()]);
  const missing = new Set(conflicting.map(({ id }) => id));
  const aliases = plan.newAliases.filter(({ organizationId }) => !missing.has(organizationId));
  if (aliases.length > 0) await tx.run(query.insertInto('organization_alias').values(aliases));
  const unwritten = [
    ...conflicting,
    ...plan.newAliases.filter(({ organizationId }) => missing.has(organizationId)),
  ].map(({ pipedriveOrgId }) => pipedriveOrgId);
  plan.outcome.created -= conflicting.length;
  plan.outcome.updated -= unwritten.length - conflicting.length;
  return new Set(unwritten);
}

function withNames(row: SyncedOrganization): ChangedOrganization {
  return { ...row, ...nameColumns(row.name) };
}

async function update(
  tx: TenantTransaction,
  rows: ChangedOrganization[],
  renamed: ReadonlySet<string>,
): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(
    updateEach('organization', rows, CHANGED).set({ updatedAt: sql<Date>`statement_timestamp()` }),
  );
  const names = rows
    .filter(({ id }) => renamed.has(id))
    .map(({ id, searchText }) => ({ id, searchText }));
  if (names.length === 0) return;
  await tx.run(
    query
      .updateTable('contact')
      .from(valuesTable(names, { id: 'uuid', searchText: 'text' }))
      .set({ searchText: withOrganizationText(sql.ref('v.searchText')) })
      .whereRef('contact.organizationId', '=', 'v.id'),
  );
}

/** Returns those that were not inserted because their name is taken. */
async function insert(
  tx: TenantTransaction,
  rows: SyncedOrganization[],
): Promise<SyncedOrganization[]> {
  if (rows.length === 0) return [];
  const values = rows.map((row) => ({
    ...nameColumns(row.name),
    id: row.id,
    pipedriveOrgId: row.pipedriveOrgId,
    address: row.address,
    city: row.city,
    country: row.country,
    website: row.website,
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
