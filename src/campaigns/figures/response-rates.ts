/**
 * The share of delivered campaign messages that a contact replied to, handed to contacts some
 * seconds after the events: within the fold it would cost most of the rate at which events are
 * taken.
 */
import { sql } from 'kysely';
import { setResponseRates } from '../../contacts/index.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { delay, MINUTE } from '../../platform/time.ts';

/** Contacts in one transaction: each of them and their organization is locked until it ends. */
const BATCH = 500;
/** Folds whose messages are looked at together. */
const CHANGES = 100;
/** Schedules tick every minute, and a contact's rate is to follow within one. */
const PASSES = 3;

/** Brings the rates of all tenants up to date, a few times within the minute. */
export async function handOverResponseRates(
  platform: Platform,
  signal: AbortSignal,
): Promise<void> {
  for (let pass = 1; !signal.aborted; pass += 1) {
    const tenants = await platform.database.prisma.responseChange.groupBy({ by: ['tenantId'] });
    for (const { tenantId } of tenants) await handOver(platform, tenantId, signal);
    if (pass === PASSES) return;
    await delay(MINUTE / PASSES, signal);
  }
}

async function handOver(platform: Platform, tenantId: string, signal: AbortSignal): Promise<void> {
  const database = platform.database.forTenant({ tenantId });
  const oldest = query.selectFrom('response_change').select('id').orderBy('id').limit(CHANGES);
  while (!signal.aborted) {
    const changes = await database.run(oldest);
    if (changes.length === 0) return;
    const ids = changes.map(({ id }) => id);
    const contacts = await database.run(changedContacts(ids));
    for (let first = 0; first < contacts.length; first += BATCH) {
      const some = contacts.slice(first, first + BATCH).map(({ contactId }) => contactId);
      await database.transaction((tx) => updateRates(tx, some));
    }
    // Last, so that nothing is lost when the process dies: doing it twice changes nothing.
    await database.run(
      query.deleteFrom('response_change').where(sql<boolean>`id = any(${ids}::bigint[])`),
    );
  }
}

function changedContacts(ids: readonly number[]) {
  return query
    .selectFrom('response_change')
    .innerJoin('send_queue', (join) =>
      join.on(sql<boolean>`"send_queue"."id" = any("response_change"."messageIds")`),
    )
    .select('send_queue.contactId')
    .distinct()
    .where(sql<boolean>`"response_change"."id" = any(${ids}::bigint[])`)
    .orderBy('send_queue.contactId');
}

async function updateRates(tx: TenantTransaction, contactIds: readonly string[]): Promise<void> {
  const rates = await tx.run(
    query
      .selectFrom('send_queue')
      .innerJoin('message', 'message.id', 'send_queue.id')
      .select('send_queue.contactId')
      .select(
        sql<number>`least(1, count("message"."repliedAt") / nullif(count(*) filter (where "message"."status" >= 'DELIVERED'), 0)::float8)`.as(
          'responseRate',
        ),
      )
      .where('send_queue.contactId', '=', sql<string>`any(${contactIds}::uuid[])`)
      .groupBy('send_queue.contactId'),
  );
  await setResponseRates(
    tx,
    rates.map(({ contactId, responseRate }) => ({ contactId, responseRate: responseRate ?? 0 })),
  );
}
