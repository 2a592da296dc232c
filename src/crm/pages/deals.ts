/**
 * A page of Pipedrive's deals, which count towards the warmness of their contacts. A deal that was
 * deleted there is deleted here too.
 */
import { type Selectable, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { lockContacts, refreshFigures } from '../../contacts/index.ts';
import { anyOf, wantedTexts } from '../../platform/database/arrays.ts';
import { updateEach } from '../../platform/database/bulk-update.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import type { PipedriveDeal } from '../pipedrive/records.ts';
import {
  affectedContacts,
  contactIds,
  noChanges,
  organizationIds,
  type PageContext,
  type PageOutcome,
  planRemoval,
  planRow,
  type RowChanges,
  withoutRepetitions,
} from './page.ts';
import { UNLINKED } from './said.ts';

type Deal = Pick<
  Selectable<TenantTables['deal']>,
  'id' | 'contactId' | 'organizationId' | 'title' | 'currency' | 'status' | 'pipedriveDealId'
> & {
  value: number;
};

const COLUMNS = [
  'id',
  'contactId',
  'organizationId',
  'title',
  'value',
  'currency',
  'status',
  'pipedriveDealId',
] as const satisfies (keyof Deal)[];

const byDealId = prepare((p: { dealIds: string[] }) =>
  query
    .selectFrom(wantedTexts(p.dealIds))
    .innerJoin('deal', 'pipedriveDealId', 'wanted.value')
    .select(COLUMNS.map((column) => `deal.${column}` as const))
    .$castTo<Deal>(),
);

/** Writes a page in the caller's transaction. */
export async function applyDeals(
  tx: TenantTransaction,
  page: readonly PipedriveDeal[],
  { said }: PageContext<'deals'>,
): Promise<PageOutcome> {
  const changes = noChanges<Deal>();
  const records = withoutRepetitions(page, changes.outcome);
  const stored = await storedDeals(tx, records);
  const linked = await lockLinked(tx, records, [...stored.values()]);
  for (const record of records) {
    const deal = stored.get(record.id);
    changes.outcome.links.set(record.id, {
      ...UNLINKED,
      contactId: existingOf(linked, linked.contacts, record.personId),
      organizationId: existingOf(linked, linked.organizations, record.orgId),
    });
    if (record.isDeleted || record.status === null) planRemoval(changes, deal);
    else {
      const before = said.get(record.id)?.record ?? null;
      const given = { ...record, status: record.status, before };
      planRow(changes, mergedDeal(given, deal, linked), deal);
    }
  }
  await write(tx, changes);
  await refreshFigures(tx, affectedContacts(changes));
  return changes.outcome;
}

/** The contacts and organizations that the deals of a page belong to. */
interface Linked {
  /** Ids here by the ids in Pipedrive. */
  contacts: ReadonlyMap<string, string>;
  organizations: ReadonlyMap<string, string>;
  /** The ids of those that exist, locked. */
  existing: ReadonlySet<string>;
}

async function lockLinked(
  tx: TenantTransaction,
  records: readonly PipedriveDeal[],
  stored: readonly Deal[],
): Promise<Linked> {
  const persons = records.map(({ personId }) => personId);
  const orgs = records.map(({ orgId }) => orgId);
  const linked = {
    contacts: await contactIds(tx, persons),
    organizations: await organizationIds(tx, orgs),
  };
  const { contacts, organizations } = await lockContacts(
    tx,
    [...linked.contacts.values(), ...stored.flatMap(({ contactId }) => contactId ?? [])],
    [
      ...linked.organizations.values(),
      ...stored.flatMap(({ organizationId }) => organizationId ?? []),
    ],
  );
  return {
    ...linked,
    existing: new Set([...contacts.map(({ id }) => id), ...organizations.keys()]),
  };
}

function existingOf(
  { existing }: Linked,
  ids: Linked['contacts'],
  given: string | null,
): string | null {
  const id = given === null ? undefined : ids.get(given);
  return id !== undefined && existing.has(id) ? id : null;
}

function mergedDeal(
  record: PipedriveDeal & { status: Deal['status']; before: PipedriveDeal | null },
  stored: Deal | undefined,
  linked: Linked,
): Deal {
  const { contacts, organizations, existing } = linked;
  const { before } = record;
  /**
   * The one that Pipedrive names, or the stored one if that is still named and nothing here is
   * linked to it any more.
   */
  const link = (
    reference: 'personId' | 'orgId',
    ids: Linked['contacts'],
    current?: string | null,
  ) => {
    const given = record[reference];
    const isSame = given !== null && (before === null || before[reference] === given);
    const kept = isSame && current != null && existing.has(current) ? current : null;
    return existingOf(linked, ids, given) ?? kept;
  };
  return {
    id: stored?.id ?? uuidv7(),
    contactId: link('personId', contacts, stored?.contactId),
    organizationId: link('orgId', organizations, stored?.organizationId),
    title: record.title,
    value: record.value,
    currency: record.currency,
    status: record.status,
    pipedriveDealId: record.id,
  };
}

async function storedDeals(
  tx: TenantTransaction,
  records: readonly PipedriveDeal[],
): Promise<Map<string, Deal>> {
  const rows = await tx.runPrepared(byDealId, { dealIds: records.map(({ id }) => id) });
  return new Map(rows.map((row) => [row.pipedriveDealId ?? '', row]));
}

async function write(
  tx: TenantTransaction,
  { added, changed, removed }: RowChanges<Deal>,
): Promise<void> {
  if (removed.length > 0)
    await tx.run(query.deleteFrom('deal').where('id', '=', anyOf(removed.map(({ id }) => id))));
  if (added.length > 0) await tx.run(query.insertInto('deal').values(added));
  if (changed.length === 0) return;
  await tx.run(
    updateEach('deal', changed, COLUMNS).set({ updatedAt: sql<Date>`statement_timestamp()` }),
  );
}
