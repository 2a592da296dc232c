/**
 * A page of Pipedrive's deals, which count for the warmness of their contacts. One that was deleted
 * there goes here too.
 */
import { type Selectable, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { lockContacts, refreshFigures } from '../../contacts/index.ts';
import { anyOf, wantedTexts } from '../../platform/database/arrays.ts';
import { prepare, type TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, type TenantTables } from '../../platform/database/tenant-scope.ts';
import { type ColumnTypes, valuesTable } from '../../platform/database/values-table.ts';
import type { PipedriveDeal } from '../pipedrive/records.ts';
import {
  contactIds,
  nothingDone,
  organizationIds,
  type PageOutcome,
  withoutRepetitions,
} from './page.ts';

type Deal = Pick<
  Selectable<TenantTables['deal']>,
  'id' | 'contactId' | 'organizationId' | 'title' | 'currency' | 'status' | 'pipedriveDealId'
> & {
  value: number;
};

const DEAL_TYPES: ColumnTypes<Deal> = {
  id: 'uuid',
  contactId: 'uuid',
  organizationId: 'uuid',
  title: 'text',
  value: 'numeric',
  currency: 'text',
  status: 'text',
  pipedriveDealId: 'text',
};
const COLUMNS = Object.keys(DEAL_TYPES) as (keyof Deal)[];

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
): Promise<PageOutcome> {
  const outcome = nothingDone();
  const records = withoutRepetitions(page, outcome);
  const stored = await storedDeals(tx, records);
  const persons = await contactIds(
    tx,
    records.map(({ personId }) => personId),
  );
  const orgIds = await organizationIds(
    tx,
    records.map(({ orgId }) => orgId),
  );
  const { contacts, organizations } = await lockContacts(
    tx,
    [...persons.values(), ...[...stored.values()].flatMap(({ contactId }) => contactId ?? [])],
    [
      ...orgIds.values(),
      ...[...stored.values()].flatMap(({ organizationId }) => organizationId ?? []),
    ],
  );
  const present = new Set([...contacts.map(({ id }) => id), ...organizations.keys()]);
  /** Whom Pipedrive names, or whom the deal has here where nobody is linked to that any more. */
  const linked = (
    given: string | null,
    found: string | undefined,
    stored: string | null | undefined,
  ) => {
    const id = given === null ? null : (found ?? stored ?? null);
    return id !== null && present.has(id) ? id : null;
  };
  const changed: Deal[] = [];
  const added: Deal[] = [];
  const gone: Deal[] = [];
  for (const record of records) {
    const deal = stored.get(record.id);
    const { status } = record;
    if (record.isDeleted || status === null) {
      if (deal) gone.push(deal);
      outcome[deal ? 'updated' : 'unchanged'] += 1;
      continue;
    }
    const next: Deal = {
      id: deal?.id ?? uuidv7(),
      contactId: linked(record.personId, persons.get(record.personId ?? ''), deal?.contactId),
      organizationId: linked(record.orgId, orgIds.get(record.orgId ?? ''), deal?.organizationId),
      title: record.title,
      value: record.value,
      currency: record.currency,
      status,
      pipedriveDealId: record.id,
    };
    const differs = deal === undefined || COLUMNS.some((column) => next[column] !== deal[column]);
    if (differs) (deal ? changed : added).push(next);
    outcome[deal ? (differs ? 'updated' : 'unchanged') : 'created'] += 1;
  }
  await write(tx, { changed, added, gone });
  const before = [...changed, ...gone].flatMap(
    (deal) => stored.get(deal.pipedriveDealId ?? '')?.contactId ?? [],
  );
  await refreshFigures(tx, [
    ...new Set([...before, ...[...changed, ...added].flatMap(({ contactId }) => contactId ?? [])]),
  ]);
  return outcome;
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
  { changed, added, gone }: { changed: Deal[]; added: Deal[]; gone: Deal[] },
): Promise<void> {
  if (gone.length > 0)
    await tx.run(query.deleteFrom('deal').where('id', '=', anyOf(gone.map(({ id }) => id))));
  if (added.length > 0) await tx.run(query.insertInto('deal').values(added));
  if (changed.length === 0) return;
  const columns = COLUMNS.filter((column) => column !== 'id' && column !== 'status');
  await tx.run(
    query
      .updateTable('deal')
      .from(valuesTable(changed, DEAL_TYPES))
      .set({
        ...Object.fromEntries(columns.map((column) => [column, sql.ref(`v.${column}`)])),
        status: sql`v.status::"DealStatus"`,
        updatedAt: sql<Date>`statement_timestamp()`,
      } as object)
      .whereRef('deal.id', '=', 'v.id'),
  );
}
