/**
 * A list that was long and is empty now: rather a token that sees less, or a fault of the CRM, than
 * an agency that has nothing left. What is really deleted there comes one by one, marked as deleted.
 */
import { sql } from 'kysely';
import { prepare } from '../platform/database/prepared.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query } from '../platform/database/tenant-scope.ts';
import { PipedriveError } from './pipedrive/errors.ts';

/** Fewer may well have been deleted for good. */
const MANY = 20;

const emptied = prepare((p: { syncId: string }) =>
  query
    .selectFrom('crm_record')
    .select(['kind', sql<number>`count(*)::int`.as('known')])
    .groupBy('kind')
    .having(sql<boolean>`count(*) >= ${sql.lit(MANY)}`)
    .having(sql<boolean>`not coalesce(bool_or("crm_record"."seenBy" = ${p.syncId}::uuid), false)`)
    .orderBy('kind')
    .limit(1),
);

/**
 * Throws a PipedriveError if this full sync, which has read all lists, saw no record of a kind of
 * which many were synced before.
 */
export async function refuseEmptyLists(tx: TenantTransaction, syncId: string): Promise<void> {
  const [empty] = await tx.runPrepared(emptied, { syncId });
  if (empty)
    throw new PipedriveError(
      'EMPTY_LIST',
      `Pipedrive lists no ${empty.kind}, though ${empty.known} were synced from it before. Nothing was removed here. Check that the user of the API token sees them. If they are really gone, add one of them in Pipedrive, then sync again.`,
    );
}
