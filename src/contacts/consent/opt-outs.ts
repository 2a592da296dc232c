/** Who wants no campaign messages, those included who are no contact (yet). */
import { sql } from 'kysely';
import { anyOf } from '../../platform/database/arrays.ts';
import {
  applyPage,
  countRows,
  type PageArguments,
  parsePage,
  toPage,
} from '../../platform/database/keyset.ts';
import type { Ordering } from '../../platform/database/ordering.ts';
import { prepare } from '../../platform/database/prepared.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Timestamp } from '../../platform/time.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { newestWord, type Word } from './consent.ts';

const NEWEST_WORD_FIRST: Ordering = {
  name: 'newest word',
  columns: [
    { column: 'at', direction: 'desc', type: 'timestamptz' },
    { column: 'id', direction: 'desc', type: 'uuid' },
  ],
};

/** Somebody who has opted out. */
export interface OptOutRow extends Pick<Word, 'id' | 'source' | 'note'> {
  at: Timestamp;
  identity: string | null;
  contactId: string | null;
}

/** The words of people who have opted out, each the newest of its person. */
function current() {
  const phone = sql`coalesce("consent_word"."identity", "contact"."phoneE164")`;
  const newest = query
    .selectFrom(newestWord(phone, sql.ref('consent_word.contactId')))
    .select('word.id');
  return query
    .selectFrom('consent_word')
    .leftJoin('contact', 'contact.id', 'consent_word.contactId')
    .where('consent_word.optedOut', '=', true)
    .where(sql<boolean>`"consent_word"."id" = (${newest})`);
}

/** The contact of a word: its own, or the first one with a number of the same person. */
function withContact() {
  const identities = query
    .selectFrom('recipient_identity as known')
    .innerJoin('recipient_identity as other', 'other.person', 'known.person')
    .select('other.identity')
    .where(sql<boolean>`"known"."identity" = "consent_word"."identity"`);
  const byNumber = query
    .selectFrom('contact_point as reached')
    .select('reached.contactId')
    .where('reached.kind', '=', sql.lit('PHONE'))
    .where(sql<boolean>`"reached"."key" = any(array(${identities}) || "consent_word"."identity")`)
    .orderBy('reached.contactId')
    .limit(1);
  return current()
    .select([
      'consent_word.id',
      'consent_word.identity',
      'consent_word.source',
      'consent_word.at',
      'consent_word.note',
    ])
    .select(sql<string | null>`coalesce("contact"."id", (${byNumber}))`.as('contactId'))
    .$castTo<OptOutRow>();
}

/** Reads opt-outs by their `ids`; what was taken back since is missing. */
export const optOutsById = prepare((p: { ids: string[] }) =>
  withContact().where('consent_word.id', '=', anyOf(p.ids)),
);

/** Reads a page of opt-outs, the newest first. */
export async function listOptOuts(platform: Platform, viewer: Viewer, args: PageArguments) {
  const page = parsePage(args, NEWEST_WORD_FIRST);
  const database = platform.database.forTenant(viewer);
  const rows = await database.run(applyPage(withContact(), 'consent_word', page));
  return { ...toPage(rows, page), count: () => countRows(database, current()) };
}
