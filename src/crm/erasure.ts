/**
 * Persons of the CRM who were erased here: what is kept of their records goes, and their ids are
 * known by a hash only, so that syncs leave them out.
 */
import { sql } from 'kysely';
import {
  distinctWords,
  ERASED_DEAL,
  type ErasedPerson,
  holdOffErasures,
  onContactErasure,
  withoutWords,
} from '../contacts/index.ts';
import { anyText, wantedTexts } from '../platform/database/arrays.ts';
import { withoutMatches } from '../platform/database/erased-texts.ts';
import { prepare } from '../platform/database/prepared.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query, TENANT } from '../platform/database/tenant-scope.ts';
import type { PipedriveKind, PipedriveRecords } from './pipedrive/records.ts';

onContactErasure({
  erase: async (_platform, tx, person) => {
    const personIds = await personIdsOf(tx, person);
    if (personIds.length > 0) {
      await keepHashes(tx, personIds);
      await tx.run(
        query
          .updateTable('contact')
          .set({ pipedrivePersonId: null })
          .where('id', '=', person.id)
          .where('pipedrivePersonId', 'is not', null),
      );
      await tx.run(query.deleteFrom('contact_alias').where('contactId', '=', person.id));
    }
    await eraseRecords(tx, person.id, personIds);
    return 'DONE';
  },
});

onContactErasure({
  scans: true,
  erase: async (_platform, tx, person) => {
    const words = distinctWords(person);
    await tx.run(
      query
        .updateTable('crm_sync_failure')
        .set({ message: withoutMatches(sql.ref('crm_sync_failure.message'), words) })
        .where(sql<boolean>`"message" ~* ${words}`),
    );
    return withoutWords(tx, { table: 'deal', columns: ['title'], words });
  },
});

async function personIdsOf(
  tx: TenantTransaction,
  { id, pipedrivePersonId }: ErasedPerson,
): Promise<string[]> {
  const aliases = await tx.run(
    query.selectFrom('contact_alias').select('pipedrivePersonId').where('contactId', '=', id),
  );
  return [pipedrivePersonId, ...aliases.map((alias) => alias.pipedrivePersonId)].filter(
    (personId) => personId !== null,
  );
}

async function keepHashes(tx: TenantTransaction, personIds: readonly string[]): Promise<void> {
  const hashes = query
    .selectFrom(wantedTexts(personIds))
    .select([
      sql<string>`"erasedHash"(${TENANT}::uuid, 'PERSON', wanted.value)`.as('hash'),
      sql<'PERSON'>`'PERSON'::"ErasedIdentityKind"`.as('kind'),
    ]);
  await tx.run(
    query
      .insertInto('erased_identity')
      .columns(['hash', 'kind'])
      .expression(hashes)
      .onConflict((conflict) => conflict.doNothing()),
  );
}

/** What deals are worth stays with their organizations. */
async function eraseRecords(
  tx: TenantTransaction,
  contactId: string,
  personIds: readonly string[],
): Promise<void> {
  const isOf = sql<boolean>`("personId" = any(${personIds}::text[]) or "contactId" = ${contactId}::uuid)`;
  await tx.run(
    query
      .deleteFrom('crm_record')
      .where('kind', '=', 'persons')
      .where('externalId', '=', anyText(personIds)),
  );
  await tx.run(
    query
      .deleteFrom('crm_record')
      .where(isOf)
      .where((eb) => eb.or([eb('kind', '=', 'activities'), eb('orgId', 'is', null)])),
  );
  const change = JSON.stringify({ title: ERASED_DEAL, personId: null });
  await tx.run(
    query
      .updateTable('crm_record')
      .set({
        personId: null,
        contactId: null,
        record: sql<string>`"record" || ${change}::jsonb`,
      })
      .where(isOf),
  );
}

const erasedPersons = prepare((p: { personIds: string[] }) =>
  query
    .selectFrom(wantedTexts(p.personIds))
    .innerJoin('erased_identity', (join) =>
      join
        .on('erased_identity.kind', '=', sql.lit('PERSON'))
        .on(
          sql<boolean>`"erased_identity"."hash" = "erasedHash"(${TENANT}::uuid, 'PERSON', wanted.value)`,
        ),
    )
    .select('wanted.value as personId'),
);

/**
 * Records without those of people who were erased; their deals stay, without a title and a person,
 * if they have an organization. No erasure begins until the transaction ends.
 */
export async function withoutErased<Kind extends PipedriveKind>(
  tx: TenantTransaction,
  kind: Kind,
  records: readonly PipedriveRecords[Kind][],
): Promise<PipedriveRecords[Kind][]> {
  await holdOffErasures(tx);
  const personOf = (record: PipedriveRecords[PipedriveKind]) =>
    kind === 'persons' ? record.id : 'personId' in record ? record.personId : null;
  const personIds = [...new Set(records.map(personOf).filter((id) => id !== null))];
  if (personIds.length === 0) return [...records];
  const rows = await tx.runPrepared(erasedPersons, { personIds });
  const erased = new Set<string | null>(rows.map(({ personId }) => personId));
  return records.flatMap((record) => {
    if (!erased.has(personOf(record))) return record;
    const isKept = kind === 'deals' && (record.isDeleted || ('orgId' in record && record.orgId));
    return isKept ? { ...record, title: ERASED_DEAL, personId: null } : [];
  });
}
