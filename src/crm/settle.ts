/**
 * How a sync is completed after it has read all lists. A full sync removes what it has not seen, if
 * it is not found by its id either; every sync completes the references whose other end has
 * appeared, whatever the order in which records came, failed and were corrected. Both go by pages,
 * and may be repeated.
 */
import { type Expression, type SqlBool, sql } from 'kysely';
import { prepare } from '../platform/database/prepared.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { refuseEmptyLists } from './empty-lists.ts';
import type { SyncContext } from './pages/page.ts';
import type { PipedrivePage } from './pipedrive/client.ts';
import { goneRecord, type PipedriveKind, type PipedriveRecords } from './pipedrive/records.ts';
import { takeOver } from './take-over.ts';

const PAGE_SIZE = 500;
/** As many as Pipedrive reads by their ids in one request. */
const CHECKED = 100;

/** The ends of references first. */
const RESOLVED = ['persons', 'deals', 'activities'] as const;
const REMOVED = ['activities', 'deals', 'persons', 'organizations'] as const;

const unseen = prepare((p: { kind: PipedriveKind; syncId: string; after: string }) =>
  query
    .selectFrom('crm_record')
    .select('externalId')
    .where('kind', '=', p.kind)
    .where('externalId', '>', p.after)
    .where(sql<boolean>`"crm_record"."seenBy" is distinct from ${p.syncId}::uuid`)
    .orderBy('externalId')
    .limit(CHECKED),
);

interface Resolvable {
  kind: PipedriveKind;
  ownerIds: string[];
  after: string;
}

/** Each arm has a partial index of the references that are missing. */
const resolvable = prepare(({ kind, ownerIds, after }: Resolvable) => {
  const record = (column: string) => sql.ref<string>(`crm_record.${column}`);
  const missing = (reference: string, link: string, isHere: Expression<SqlBool>) =>
    query
      .selectFrom('crm_record')
      .select(['crm_record.externalId', 'crm_record.record'])
      .where('crm_record.kind', '=', kind)
      .where('crm_record.externalId', '>', after)
      .where('crm_record.record', 'is not', null)
      .where(sql<boolean>`${record(reference)} is not null and ${record(link)} is null`)
      .where(isHere)
      .orderBy('crm_record.externalId')
      .limit(PAGE_SIZE);
  const person = query
    .selectFrom('contact')
    .select('contact.id')
    .where('contact.pipedrivePersonId', '=', record('personId'));
  const personAlias = query
    .selectFrom('contact_alias')
    .select('contact_alias.contactId')
    .where('contact_alias.pipedrivePersonId', '=', record('personId'));
  const org = query
    .selectFrom('organization')
    .select('organization.id')
    .where('organization.pipedriveOrgId', '=', record('orgId'));
  const alias = query
    .selectFrom('organization_alias')
    .select('organization_alias.organizationId')
    .where('organization_alias.pipedriveOrgId', '=', record('orgId'));
  const arms = [
    missing('personId', 'contactId', sql<SqlBool>`(exists (${person}) or exists (${personAlias}))`),
    missing('orgId', 'organizationId', sql<SqlBool>`(exists (${org}) or exists (${alias}))`),
    missing('ownerId', 'userId', sql<SqlBool>`${record('ownerId')} = any(${ownerIds}::text[])`),
  ].map((arm) => query.selectFrom(arm.as('arm')).select(['arm.externalId', 'arm.record']));
  const [persons, orgs, owners] = arms as [(typeof arms)[0], (typeof arms)[0], (typeof arms)[0]];
  return query
    .selectFrom(persons.unionAll(orgs).unionAll(owners).as('missing'))
    .select(['missing.externalId', 'missing.record'])
    .distinctOn('missing.externalId')
    .orderBy('missing.externalId')
    .limit(PAGE_SIZE);
});

/** Runs one page in a transaction of the sync's job; rejects when the sync is to stop. */
export type InTransaction = <T>(work: (tx: TenantTransaction) => Promise<T>) => Promise<T>;

interface Settling {
  syncId: string;
  full: boolean;
  context: SyncContext;
  /** Reads records that exist by their ids, and says which others exist but can't be used. */
  existing: <Kind extends PipedriveKind>(
    kind: Kind,
    ids: readonly string[],
  ) => Promise<Pick<PipedrivePage<PipedriveRecords[Kind]>, 'records' | 'failures'>>;
  inTransaction: InTransaction;
}

/**
 * Completes what was read; repeating it changes nothing. Throws a PipedriveError, before anything is
 * removed, if a list is empty of which much is known.
 */
export async function settle(settling: Settling): Promise<void> {
  if (settling.full) {
    await settling.inTransaction((tx) => refuseEmptyLists(tx, settling.syncId));
    for (const kind of REMOVED) await removeUnseen(kind, settling);
  }
  for (const kind of RESOLVED) await resolveReferences(kind, settling);
}

async function removeUnseen<Kind extends PipedriveKind>(
  kind: Kind,
  { syncId, context, existing, inTransaction }: Settling,
): Promise<void> {
  for (let after = ''; ; ) {
    const rows = await inTransaction((tx) => tx.runPrepared(unseen, { kind, syncId, after }));
    const ids = rows.map(({ externalId }) => externalId);
    const last = ids.at(-1);
    if (last === undefined) return;
    const { records, failures } = await existing(kind, ids);
    const present = new Set([
      ...records.map(({ id }) => id),
      ...failures.map(({ externalId }) => externalId),
    ]);
    const found = records.filter(({ id }) => ids.includes(id));
    const gone = ids.filter((id) => !present.has(id)).map(goneRecord);
    await inTransaction((tx) =>
      takeOver(tx, { kind, records: [...found, ...gone], syncId }, context),
    );
    after = last;
  }
}

async function resolveReferences<Kind extends PipedriveKind>(
  kind: Kind,
  { syncId, context, inTransaction }: Settling,
): Promise<void> {
  const ownerIds = [...context.ownerIds.keys()];
  for (let after: string | undefined = ''; after !== undefined; ) {
    const from: string = after;
    after = await inTransaction(async (tx) => {
      const rows = await tx.runPrepared(resolvable, { kind, ownerIds, after: from });
      // The column holds what `keepSaid` wrote.
      const records = rows.map(({ record }) => record as unknown as PipedriveRecords[Kind]);
      if (records.length > 0) await takeOver(tx, { kind, records, syncId }, context);
      return rows.at(-1)?.externalId;
    });
  }
}
