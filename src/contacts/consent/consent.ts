/**
 * Whether people want campaign messages. What was said is kept as words, each with its source and
 * moment, by an identity of a person (a number, or WhatsApp's id of a user), of a contact, or both.
 * The newest word counts, over all identities of the person: the SQL function consentOf. A word by
 * an identity that nobody knows yet counts as soon as it is known whose it is.
 *
 * The room: this file says what somebody wants and stores what was said; opt-outs.ts lists who
 * wants nothing.
 */
import { type RawBuilder, type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { anyOf, anyText } from '../../platform/database/arrays.ts';
import { prepare } from '../../platform/database/prepared.ts';
import type { TenantTransaction } from '../../platform/database/tenant-database.ts';
import { query, TENANT, type TenantTables } from '../../platform/database/tenant-scope.ts';
import { notFound } from '../../platform/errors.ts';
import { idOf, NOTES_LENGTH, text } from '../../platform/input.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Viewer } from '../../schema-builder/context.ts';
import { contactsById } from '../contacts.ts';
import { lockContacts } from '../locks.ts';

/** What is known of whether a contact wants campaign messages. */
export const CONSENT_STATES = ['OPTED_IN', 'OPTED_OUT', 'UNKNOWN'] as const;
/** One of CONSENT_STATES. */
export type ConsentState = (typeof CONSENT_STATES)[number];

/** What a contact can decide. */
export const CONSENT_CHOICES = ['OPTED_IN', 'OPTED_OUT'] as const;

/** The newest word. */
export type Word = Pick<
  Selectable<TenantTables['consent_word']>,
  'id' | 'optedOut' | 'source' | 'at' | 'note'
>;

/** The newest word of a contact, known by a column with its number and one with its id. */
export function newestWord(phone: RawBuilder<unknown>, contactId: RawBuilder<unknown>) {
  return sql<Word>`"consentOf"(${TENANT}::uuid, ${phone}, ${contactId})`.as('word');
}

/** Whether a contact has opted out, by columns as `newestWord` takes them. */
export function hasOptedOut(phone: RawBuilder<unknown>, contactId: RawBuilder<unknown>) {
  const word = query.selectFrom(newestWord(phone, contactId)).select('word.optedOut');
  return sql<boolean>`coalesce((${word}), false)`;
}

/** The same for many contacts, of whom few have said anything: only these are looked at. */
export function hasOptedOutOfMany(): RawBuilder<boolean> {
  const [phone, id] = [sql.ref('contact.phoneE164'), sql.ref('contact.id')];
  return sql<boolean>`(${id} in (${whoSaidAnything()}) and ${hasOptedOut(phone, id)})`;
}

/** A condition on `contact`: their consent is one of these. */
export function consentIsOneOf(states: readonly ConsentState[]): RawBuilder<boolean> {
  const id = sql.ref('contact.id');
  const said = sql`${id} in (${whoSaidAnything()})`;
  const conditions = [
    ...(states.includes('UNKNOWN') ? [sql`not ${said}`] : []),
    ...(states.includes('OPTED_OUT') ? [hasOptedOutOfMany()] : []),
    ...(states.includes('OPTED_IN')
      ? [sql`(${said} and not ${hasOptedOut(sql.ref('contact.phoneE164'), id)})`]
      : []),
  ];
  return conditions.length === 0
    ? sql<boolean>`false`
    : sql<boolean>`(${sql.join(conditions, sql` or `)})`;
}

/** The ids of all contacts of whom a word is known. */
function whoSaidAnything() {
  const identities = query
    .selectFrom('consent_word')
    .select(sql<string>`"consent_word"."identity"`.as('identity'))
    .where('consent_word.identity', 'is not', null)
    .union(
      query
        .selectFrom('consent_word')
        .innerJoin('recipient_identity as known', 'known.identity', 'consent_word.identity')
        .innerJoin('recipient_identity as other', 'other.person', 'known.person')
        .select(sql<string>`"other"."identity"`.as('identity')),
    );
  return query
    .selectFrom('contact_point as spoken')
    .select('spoken.contactId as id')
    .where('spoken.kind', '=', sql.lit('PHONE'))
    .where('spoken.key', 'in', identities)
    .union(
      query
        .selectFrom('consent_word')
        .select(sql<string>`"consent_word"."contactId"`.as('id'))
        .where('consent_word.contactId', 'is not', null),
    );
}

/** Reads the newest word of contacts, by their ids; those of whom nothing is known are missing. */
export const consentOfContacts = prepare((p: { ids: string[] }) =>
  query
    .selectFrom('contact')
    .innerJoinLateral(newestWord(sql.ref('contact.phoneE164'), sql.ref('contact.id')), (join) =>
      join.onTrue(),
    )
    .select(['contact.id as contactId', 'word.optedOut', 'word.source', 'word.at', 'word.note'])
    .where('contact.id', '=', anyOf(p.ids)),
);

/** What somebody said, as it is stored. */
export interface NewWord {
  identity: string;
  optedOut: boolean;
  source: Word['source'];
  at: string;
}

/** Stores what people said, in one statement; what is known already changes nothing. */
export async function storeWords(tx: TenantTransaction, words: readonly NewWord[]): Promise<void> {
  if (words.length === 0) return;
  await tx.run(
    query
      .insertInto('consent_word')
      .values([...words])
      .onConflict((conflict) => conflict.doNothing()),
  );
}

/** The input of setMarketingConsent. */
export const SetMarketingConsent = z
  .object({
    contactId: idOf('Contact').describe('The contact who said so.'),
    state: z.enum(CONSENT_CHOICES).describe('Whether the contact wants campaign messages.'),
    note: text(NOTES_LENGTH).nullish().describe('How you know, as plain text.'),
  })
  .describe('What a contact told you about campaign messages.');

/**
 * Stores what a contact told a user. It is newer than all that was known, also where WhatsApp's
 * clock is ahead, and goes with the contact as well as with its number.
 */
export async function setMarketingConsent(
  platform: Platform,
  viewer: Viewer,
  { contactId, state, note }: z.output<typeof SetMarketingConsent>,
) {
  return platform.database.forTenant(viewer).change(['contact', contactId], async (tx) => {
    const [contact] = (await lockContacts(tx, [contactId])).contacts;
    if (!contact) throw notFound(['contactId']);
    const { phoneE164: identity } = contact;
    const known = query
      .selectFrom(newestWord(sql`${identity}::text`, sql`${contactId}::uuid`))
      .select(sql`"word"."at" + interval '1 millisecond'`.as('after'));
    await tx.run(
      query.insertInto('consent_word').values({
        identity,
        contactId,
        optedOut: state === 'OPTED_OUT',
        source: 'USER',
        at: sql<string>`greatest(clock_timestamp(), (${known}))`,
        note: note ?? null,
      }),
    );
    const [row] = await tx.runPrepared(contactsById, { ids: [contactId], portalContactId: null });
    return { contact: row };
  });
}

/**
 * What the contacts of a merge said is the target's from now on. A stop of any of them stays one,
 * whatever the others said later: it is as new as the newest word.
 */
export async function mergeConsent(
  tx: TenantTransaction,
  { sourceIds, targetId: contactId }: { sourceIds: readonly string[]; targetId: string },
): Promise<void> {
  const words = await tx.runPrepared(consentOfContacts, { ids: [...sourceIds, contactId] });
  await tx.run(
    query.updateTable('consent_word').set({ contactId }).where('contactId', '=', anyOf(sourceIds)),
  );
  const stop = words.find(({ optedOut }) => optedOut);
  if (!stop) return;
  const moments = words.map(({ at }) => at);
  await tx.run(
    query.insertInto('consent_word').values({
      contactId,
      optedOut: true,
      source: stop.source,
      at: sql<string>`(select max(moment) from unnest(${moments}::timestamptz[]) as said(moment))`,
      note: stop.note,
    }),
  );
}

/** A person who is erased: all of their identities, and those that nobody else has. */
interface ForgottenConsent {
  contactId: string;
  identities: readonly string[];
  own: readonly string[];
}

/**
 * Forgets what somebody said. That they want no messages, if that is so, is kept with hashes of
 * their own identities, and counts again when one of them comes back.
 */
export async function forgetConsent(
  tx: TenantTransaction,
  { contactId, identities, own }: ForgottenConsent,
): Promise<void> {
  const [word] = await tx.run(
    query
      .selectFrom('consent_word')
      .select(['optedOut', 'source', 'at'])
      .where((eb) =>
        eb.or([eb('contactId', '=', contactId), eb('identity', '=', anyText(identities))]),
      )
      .orderBy('at', 'desc')
      .orderBy('optedOut', 'desc')
      .limit(1),
  );
  if (!word) return;
  const hash = sql<string>`"erasedHash"(${TENANT}::uuid, 'RECIPIENT', identity)`;
  const hashes = query
    .selectFrom(sql<{ identity: string }>`unnest(${own}::text[])`.as<'own'>(sql`own(identity)`))
    .select(hash.as('hash'));
  await tx.run(
    query.deleteFrom('erased_identity').where('kind', '=', 'RECIPIENT').where('hash', 'in', hashes),
  );
  if (word.optedOut)
    await tx.run(
      query
        .insertInto('erased_identity')
        .columns(['hash', 'kind', 'source', 'optedOutAt'])
        .expression(
          hashes.select([
            sql<'RECIPIENT'>`'RECIPIENT'::"ErasedIdentityKind"`.as('kind'),
            sql`${word.source}::"ConsentSource"`.as('source'),
            sql`${word.at}::timestamptz`.as('optedOutAt'),
          ]),
        ),
    );
  const isOwn = sql<boolean>`"identity" = any(${own}::text[])`;
  await tx.run(
    query
      .deleteFrom('consent_word')
      .where(sql<boolean>`(${isOwn} or "contactId" = ${contactId}::uuid and "identity" is null)`),
  );
  // What was said by a number that others have too is theirs.
  await tx.run(
    query
      .updateTable('consent_word')
      .set({ contactId: null, note: null })
      .where('contactId', '=', contactId),
  );
}
