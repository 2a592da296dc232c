/**
 * What a file says about whether people want campaign messages. A stop counts from now on. That
 * somebody wants messages is believed without a date only of people who have said nothing yet: a
 * list of last year must not lift the stop of last week.
 */
import { sql } from 'kysely';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { type Timestamp, toIso } from '../../platform/time.ts';
import { contactsById } from '../contacts.ts';
import { consentOfContacts } from './consent.ts';

/** What a file says of a contact. */
interface ImportedWord {
  contactId: string;
  optedOut: boolean;
  /** When it was said; null if the file doesn't say so. */
  at: string | null;
}

/**
 * Stores what a file says of contacts that the caller has locked; of several words of one contact
 * the last counts. Resolves to the ids of those of whom something new is known.
 */
export async function importWords(
  tx: TenantTransaction,
  words: readonly ImportedWord[],
): Promise<Set<string>> {
  const last = new Map(words.map((word) => [word.contactId, word]));
  if (last.size === 0) return new Set();
  const ids = [...last.keys()];
  const newest = await tx.runPrepared(consentOfContacts, { ids });
  const known = new Map(newest.map((word) => [word.contactId, word]));
  const contacts = await tx.runPrepared(contactsById, { ids, portalContactId: null });
  const identities = new Map(contacts.map(({ id, phoneE164 }) => [id, phoneE164]));
  const rows = [...last.values()].flatMap(({ contactId, optedOut, at }) => {
    const before = known.get(contactId);
    if (before && (before.optedOut === optedOut || !isNewer(before.at, { optedOut, at })))
      return [];
    return {
      identity: identities.get(contactId) ?? null,
      contactId,
      optedOut,
      source: 'IMPORT' as const,
      // Also where WhatsApp's clock is ahead.
      at:
        at ??
        sql<string>`greatest(clock_timestamp(), ${before?.at ?? null}::timestamptz + interval '1 millisecond')`,
    };
  });
  if (rows.length === 0) return new Set();
  const stored = await tx.run(
    query
      .insertInto('consent_word')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .returning('contactId'),
  );
  return new Set(stored.flatMap(({ contactId }) => contactId ?? []));
}

function isNewer(
  known: Timestamp,
  { optedOut, at }: Pick<ImportedWord, 'optedOut' | 'at'>,
): boolean {
  return at === null ? optedOut : Date.parse(at) > Date.parse(toIso(known));
}
