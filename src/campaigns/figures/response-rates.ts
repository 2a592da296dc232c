/**
 * Passes the response rates of contacts on to their warmness: the share of the campaign messages
 * delivered to a contact that it replied to. This follows the events by some seconds, because doing
 * it while folding would cost most of the throughput of events.
 */
import { type NotNull, sql } from 'kysely';
import { setResponseRates } from '../../contacts/index.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import { delay, MINUTE } from '../../platform/time.ts';
import { forEachOf, type OfTenant, tenantsWithResponseChanges } from '../../tenancy/index.ts';

/** Contacts in one transaction; each of them and its organization is locked until it ends. */
const CONTACTS_AT_ONCE = 500;
/** Rows of response_change that are read together; a fold writes one. */
const CHANGES_AT_ONCE = 100;
/** The schedule runs every minute, and a rate is to follow the events within one. */
const PASSES = 3;

/** Updates the response rates of all tenants, a few times within the minute. */
export async function updateAllResponseRates(
  platform: Platform,
  signal: AbortSignal,
): Promise<void> {
  for (let pass = 1; !signal.aborted; pass += 1) {
    const tenants = await tenantsWithResponseChanges(platform.database);
    await forEachOf(tenants, signal, (tenant) => updateTenant(platform, tenant, signal));
    if (pass === PASSES) return;
    await delay(MINUTE / PASSES, signal);
  }
}

async function updateTenant(
  platform: Platform,
  tenant: OfTenant,
  signal: AbortSignal,
): Promise<void> {
  const database = platform.database.forTenant(tenant);
  const oldest = query
    .selectFrom('response_change')
    .select('id')
    .orderBy('id')
    .limit(CHANGES_AT_ONCE);
  while (!signal.aborted) {
    const changes = await database.run(oldest);
    if (changes.length === 0) return;
    const ids = changes.map(({ id }) => id);
    const contacts = await database.run(changedContacts(ids));
    for (let first = 0; first < contacts.length; first += CONTACTS_AT_ONCE) {
      const some = contacts
        .slice(first, first + CONTACTS_AT_ONCE)
        .map(({ contactId }) => contactId);
      await database.transaction((tx) => updateResponseRates(tx, some));
    }
    // Comes last, so that nothing is lost if the process dies; doing it twice changes nothing.
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
    .where('send_queue.contactId', 'is not', null)
    .where(sql<boolean>`"response_change"."id" = any(${ids}::bigint[])`)
    .orderBy('send_queue.contactId')
    .$narrowType<{ contactId: NotNull }>();
}

/** Sets the response rates of contacts to what their messages say. */
export async function updateResponseRates(
  tx: TenantTransaction,
  contactIds: readonly string[],
): Promise<void> {
  const responseRate = sql<number>`least(1, count("message"."repliedAt")
    / nullif(count(*) filter (where "message"."status" >= 'DELIVERED'), 0)::float8)`;
  const rates = await tx.run(
    query
      .selectFrom('send_queue')
      .innerJoin('message', 'message.id', 'send_queue.id')
      .select(['send_queue.contactId', responseRate.as('responseRate')])
      .where('send_queue.contactId', '=', sql<string>`any(${contactIds}::uuid[])`)
      .groupBy('send_queue.contactId')
      .$narrowType<{ contactId: NotNull }>(),
  );
  await setResponseRates(
    tx,
    rates.map(({ contactId, responseRate: rate }) => ({ contactId, responseRate: rate ?? 0 })),
  );
}
