/**
 * Tells the owners of contacts that somebody has another number now. The contact keeps its phone
 * until a person changes it; campaigns write to the new number at once.
 */
import { sql } from 'kysely';
import { notify } from '../../notifications/index.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';

/** Changes in one transaction; a fold rarely has more than one. */
const CHANGES_AT_ONCE = 100;
/** Contacts with one number whose owners are told. */
const CONTACTS_AT_ONCE = 1_000;

/** Tells all that has not been told yet. */
export async function tellNumberChanges(platform: Platform, tenantId: string): Promise<void> {
  const database = platform.database.forTenant({ tenantId });
  const waiting = query.selectFrom('number_change').select('id').limit(1);
  while ((await database.run(waiting)).length > 0)
    await database.transaction(async (tx) => {
      const changes = await tx.run(
        query
          .selectFrom('number_change')
          .select(['id', 'oldNumber', 'newNumber'])
          .orderBy('id')
          .limit(CHANGES_AT_ONCE)
          .forUpdate(),
      );
      const newNumbers = new Map(changes.map((change) => [change.oldNumber, change.newNumber]));
      const contacts = await tx.run(
        query
          .selectFrom('contact')
          .select(['id', 'name', 'ownerId', 'phoneE164'])
          .where(sql<boolean>`"phoneE164" = any(${[...newNumbers.keys()]}::text[])`)
          .orderBy('ownerId')
          .orderBy('id')
          .limit(CONTACTS_AT_ONCE),
      );
      for (const { id, name, ownerId, phoneE164 } of contacts)
        await notify(platform, tx, {
          to: { userId: ownerId },
          title: `${name} has a new phone number`,
          body: `WhatsApp reports that ${name} now uses ${newNumbers.get(phoneE164 ?? '')} instead of ${phoneE164}. Campaigns already write to the new number. Change the phone of the contact if this is right.`,
          subject: { type: 'Contact', id },
        });
      const told = changes.map(({ id }) => id);
      await tx.run(
        query.deleteFrom('number_change').where(sql<boolean>`id = any(${told}::bigint[])`),
      );
    });
}
