/** What contacts themselves hold about a person, and what earlier domains do. */
import { sql } from 'kysely';
import { forgetPerson } from '../../notifications/index.ts';
import { anyOf } from '../../platform/database/arrays.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query } from '../../platform/database/tenant-scope.ts';
import { USER_CHANGED } from '../../tenancy/index.ts';
import { type ErasedPerson, onContactErasure } from './steps.ts';
import { distinctWords, isAbout, withoutWords } from './words.ts';

/** Rows that a transaction erases at once. */
const ROWS = 500;
/** The title of a deal that stays with its organization. */
export const ERASED_DEAL = 'Deal of an erased contact';

onContactErasure({
  scans: true,
  erase: (_platform, tx, person) =>
    forgetPerson(tx, { subject: { type: 'Contact', id: person.id }, words: distinctWords(person) }),
});

onContactErasure({
  scans: true,
  erase: (_platform, tx, person) =>
    withoutWords(tx, {
      table: 'activity',
      columns: ['subject', 'note'],
      words: distinctWords(person),
    }),
});

/** Portal users lose their access with the first step that finds them. */
onContactErasure({
  erase: async (platform, tx, { id }) => {
    const users = (
      await tx.run(
        query
          .selectFrom('user')
          .select('id')
          .where('contactId', '=', id)
          .orderBy('id')
          .limit(ROWS)
          .forUpdate(),
      )
    ).map((user) => user.id);
    if (users.length === 0) return 'DONE';
    USER_CHANGED.publishAfterCommit(platform, tx, users);
    await tx.run(
      query
        .updateTable('user')
        .set({
          role: 'MEMBER',
          active: false,
          contactId: null,
          name: 'Erased',
          email: sql<string>`'erased-' || "id" || '@invalid'`,
          externalId: null,
          phone: null,
          searchText: '',
        })
        .where('id', '=', anyOf(users)),
    );
    await tx.run(query.deleteFrom('notification').where('userId', '=', anyOf(users)));
    return users.length === ROWS ? 'MORE' : 'DONE';
  },
});

onContactErasure({
  erase: async (_platform, tx, { id }) => {
    await tx.run(
      query.deleteFrom('deal').where('contactId', '=', id).where('organizationId', 'is', null),
    );
    await tx.run(
      query
        .updateTable('deal')
        .set({ contactId: null, title: ERASED_DEAL, updatedAt: sql<Date>`statement_timestamp()` })
        .where('contactId', '=', id),
    );
    const some = query.selectFrom('activity').select('id').where('contactId', '=', id).limit(ROWS);
    const erased = await tx.run(
      query.deleteFrom('activity').where('id', 'in', some).returning('id'),
    );
    return erased.length === ROWS ? 'MORE' : 'DONE';
  },
});

/**
 * Bad rows of imports lose their cells: those with an address of the person, and those with all
 * words of the name, which may be in several cells. An import that is under way may add more.
 */
onContactErasure({
  scans: true,
  erase: async (_platform, tx, person) => {
    const underWay = await tx.run(
      query
        .selectFrom('contact_import')
        .select('id')
        .where('status', 'in', ['QUEUED', 'RUNNING'])
        .limit(1),
    );
    if (underWay.length > 0) return 'WAIT';
    await tx.run(
      query
        .updateTable('contact_import_problem')
        .set({ row: null })
        .where(isAbout(sql.ref('contact_import_problem.row'), person)),
    );
    return 'DONE';
  },
});

/** Removes the contact, about which nothing else is held any more. */
export async function removeContact(
  tx: TenantTransaction,
  { id, searchText }: ErasedPerson,
): Promise<void> {
  await tx.run(query.deleteFrom('consent_word').where('contactId', '=', id));
  await tx.run(query.deleteFrom('contact').where('id', '=', id));
  await forgetWords(tx, searchText);
}

/** Words that no other contact has. */
async function forgetWords(tx: TenantTransaction, searchText: string): Promise<void> {
  const words = [...new Set(searchText.split(' '))]
    .filter((word) => word !== '' && word !== '|')
    .map((word) => word.slice(0, WORD_LENGTH));
  const word = sql.ref('search_word.word');
  const others = query
    .selectFrom('contact')
    .select('contact.id')
    .where(
      sql<boolean>`to_tsvector('simple', "contact"."searchText") @@ ('''' || ${word} || ''':*')::tsquery`,
    );
  await tx.run(
    query
      .deleteFrom('search_word')
      .where(sql<boolean>`${word} = any(${words}::text[])`)
      .where((eb) => eb.not(eb.exists(others))),
  );
}

/** As the trigger of contact cuts them. */
const WORD_LENGTH = 64;
