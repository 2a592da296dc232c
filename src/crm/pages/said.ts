/**
 * What the CRM said last, record by record (`crm_record`): what a record is compared with when it
 * comes again, and what it refers to. A reference whose other end is not here yet is kept as it
 * came, and is completed when that end appears (settle.ts).
 */
import { anyText, wantedTexts } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { PipedriveKind, PipedriveRecords } from '../pipedrive/records.ts';

/** What the references of a record are here; null: nothing, or not here yet. */
export interface Links {
  contactId: string | null;
  organizationId: string | null;
  userId: string | null;
}

/** The links of a record that refers to nothing that is here. */
export const UNLINKED: Links = { contactId: null, organizationId: null, userId: null };

/** A record as the CRM said it last, and what its references were here then. */
export interface Said<Kind extends PipedriveKind> extends Links {
  externalId: string;
  /** Null if it was synced before records were kept. */
  record: PipedriveRecords[Kind] | null;
}

const saidByIds = prepare((p: { kind: PipedriveKind; externalIds: string[] }) =>
  query
    .selectFrom(wantedTexts(p.externalIds))
    .innerJoin('crm_record', (join) =>
      join.onRef('externalId', '=', 'wanted.value').on('kind', '=', p.kind),
    )
    .select(['externalId', 'record', 'contactId', 'organizationId', 'userId']),
);

/** What was said of these records before, by their ids in the CRM. */
export async function readSaid<Kind extends PipedriveKind>(
  tx: TenantTransaction,
  kind: Kind,
  externalIds: readonly string[],
): Promise<Map<string, Said<Kind>>> {
  const wanted = [...new Set(externalIds)];
  if (wanted.length === 0) return new Map();
  const rows = await tx.runPrepared(saidByIds, { kind, externalIds: wanted });
  // The column holds what `keepSaid` wrote.
  return new Map(rows.map((row) => [row.externalId, row as Said<Kind>]));
}

interface Taken<Kind extends PipedriveKind> {
  kind: Kind;
  syncId: string;
  records: readonly PipedriveRecords[Kind][];
  links: ReadonlyMap<string, Links>;
}

/** Keeps what the CRM says now; records that it deleted are forgotten. */
export async function keepSaid<Kind extends PipedriveKind>(
  tx: TenantTransaction,
  { kind, syncId, records, links }: Taken<Kind>,
): Promise<void> {
  const last = [...new Map(records.map((record) => [record.id, record])).values()];
  const deleted = last.filter(({ isDeleted }) => isDeleted).map(({ id }) => id);
  if (deleted.length > 0)
    await tx.run(
      query
        .deleteFrom('crm_record')
        .where('kind', '=', kind)
        .where('externalId', '=', anyText(deleted)),
    );
  const kept = last.filter(({ isDeleted }) => !isDeleted);
  if (kept.length === 0) return;
  const rows = kept.map((record) => ({
    kind,
    externalId: record.id,
    record: JSON.stringify(record),
    ...referencesOf(kind, record),
    ...(links.get(record.id) ?? UNLINKED),
    seenBy: syncId,
  }));
  await tx.run(
    query
      .insertInto('crm_record')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['tenantId', 'kind', 'externalId']).doUpdateSet((eb) => ({
          record: eb.ref('excluded.record'),
          personId: eb.ref('excluded.personId'),
          orgId: eb.ref('excluded.orgId'),
          ownerId: eb.ref('excluded.ownerId'),
          contactId: eb.ref('excluded.contactId'),
          organizationId: eb.ref('excluded.organizationId'),
          userId: eb.ref('excluded.userId'),
          seenBy: eb.ref('excluded.seenBy'),
        })),
      ),
  );
}

/** The ids in the CRM that a record of this kind hands over to rows here. */
function referencesOf(kind: PipedriveKind, record: PipedriveRecords[PipedriveKind]) {
  return {
    personId: 'personId' in record ? record.personId : null,
    orgId: 'orgId' in record ? record.orgId : null,
    ownerId: kind === 'persons' || kind === 'activities' ? record.ownerId : null,
  };
}

/** Notes that these records exist, though they could not be read. */
export async function markSeen(
  tx: TenantTransaction,
  kind: PipedriveKind,
  { syncId, externalIds }: { syncId: string; externalIds: readonly string[] },
): Promise<void> {
  if (externalIds.length === 0) return;
  await tx.run(
    query
      .updateTable('crm_record')
      .set({ seenBy: syncId })
      .where('kind', '=', kind)
      .where('externalId', '=', anyText(externalIds)),
  );
}
