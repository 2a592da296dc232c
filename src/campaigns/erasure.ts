/**
 * When a person is erased, what campaigns count stays, without the person: rows of the queue have no
 * contact and no number any more, and messages belong to somebody with a made-up name, so that what
 * is kept and what is counted from these rows stay equal. Messages that wait fail; one that is being
 * sent at the moment is waited for.
 */
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import {
  type ErasedPerson,
  forgetConsent,
  numbersOf,
  onContactErasure,
  type StepResult,
} from '../contacts/index.ts';
import { anyOf, anyText } from '../platform/database/arrays.ts';
import type { TenantTransaction } from '../platform/database/tenant-database.ts';
import { query, TENANT } from '../platform/database/tenant-scope.ts';
import type { Platform } from '../platform/platform.ts';
import { countContacts } from './audience.ts';
import { foldAll } from './ingest/fold.ts';
import { failMessages } from './sending/queue.ts';

/** Rows of the queue that a transaction erases. */
const ROWS = 500;
/** Why a message that waited fails. */
const ERASED = 'The contact was erased.';

onContactErasure({
  // Events about the person that wait would name them again.
  prepare: foldAll,
  erase: eraseFromCampaigns,
});

/** Locks in everyone's order: campaigns, the folder, the queue, messages, figures. */
async function eraseFromCampaigns(
  platform: Platform,
  tx: TenantTransaction,
  person: ErasedPerson,
): Promise<StepResult> {
  const campaignIds = await lockCampaigns(tx, person.id);
  await tx.run(
    query.selectNoFrom(
      sql`pg_advisory_xact_lock(hashtextextended('fold ' || ${TENANT}::uuid::text, 0))`.as('held'),
    ),
  );
  const rows = await tx.run(
    query
      .selectFrom('send_queue')
      .select(['id', 'campaignId', 'templateId', 'status', 'phone'])
      .where('contactId', '=', person.id)
      .orderBy('id')
      .limit(ROWS)
      .forUpdate(),
  );
  const queued = rows.filter(({ status }) => status === 'QUEUED');
  if (rows.some(({ status }) => status === 'SENDING')) {
    await failMessages(platform, tx, { messages: queued, reason: ERASED });
    return 'WAIT';
  }
  const ids = rows.map(({ id }) => id);
  await eraseIdentities(tx, person, {
    numbers: [...numbersOf(person.points), ...rows.flatMap(({ phone }) => phone ?? [])],
    sendIds: ids,
  });
  await tx.run(
    query
      .updateTable('send_queue')
      .set({ contactId: null, phone: null })
      .where('id', '=', anyOf(ids)),
  );
  if (rows.length < ROWS && campaignIds.length > 0) {
    await tx.run(query.deleteFrom('campaign_contact').where('contactId', '=', person.id));
    await countContacts(tx, campaignIds);
  }
  await failMessages(platform, tx, { messages: queued, reason: ERASED });
  return rows.length < ROWS ? 'DONE' : 'MORE';
}

/** The campaigns that the contact is in, locked: whoever changes an audience holds the row. */
async function lockCampaigns(tx: TenantTransaction, contactId: string): Promise<string[]> {
  const campaigns = await tx.run(
    query
      .selectFrom('campaign')
      .select('id')
      .where(
        'id',
        'in',
        query
          .selectFrom('campaign_contact')
          .select('campaignId')
          .where('contactId', '=', contactId),
      )
      .orderBy('id')
      .forUpdate(),
  );
  return campaigns.map(({ id }) => id);
}

interface Addresses {
  numbers: readonly string[];
  sendIds: readonly string[];
}

async function eraseIdentities(
  tx: TenantTransaction,
  person: ErasedPerson,
  { numbers, sendIds }: Addresses,
): Promise<void> {
  const identities = await identitiesOf(tx, person.id, numbers);
  const own = identities.filter(({ isShared }) => !isShared);
  const ownIdentities = own.map(({ identity }) => identity);
  await forgetConsent(tx, {
    contactId: person.id,
    identities: identities.map(({ identity }) => identity),
    own: ownIdentities,
  });
  const names = [...new Set(own.map(({ person: name }) => name))];
  const renamed = sql`unnest(${names}::text[], ${names.map(() => `erased:${uuidv7()}`)}::text[])`;
  await tx.run(
    query
      .updateTable('message')
      .from(renamed.as<'renamed'>(sql`renamed("before", "after")`))
      .set({ person: sql<string>`renamed."after"`, phone: null, userId: null, text: null })
      .where(sql<boolean>`"message"."person" = renamed."before"`),
  );
  await eraseReplies(tx, sendIds);
  for (const [table, column] of IDENTITIES)
    await tx.run(
      query
        .deleteFrom(table as 'unknown_recipient')
        .where(sql<boolean>`${sql.ref(column)} = any(${ownIdentities}::text[])`),
    );
}

/** Where identities stand besides messages. */
const IDENTITIES = [
  ['recipient_identity', 'identity'],
  ['unknown_recipient', 'identity'],
  ['number_change', 'oldNumber'],
  ['number_change', 'newNumber'],
] as const;

/**
 * Of a number that other contacts have too, what was written to it stays with them, but for what
 * quotes a message to this contact.
 */
async function eraseReplies(tx: TenantTransaction, sendIds: readonly string[]): Promise<void> {
  if (sendIds.length === 0) return;
  const quoted = query
    .selectFrom('message as outgoing')
    .select('outgoing.whatsappMessageId')
    .where('outgoing.id', '=', anyOf(sendIds));
  await tx.run(
    query
      .updateTable('message')
      .set({ text: null })
      .where('direction', '=', 'IN')
      .where('quotedMessageId', 'in', quoted)
      .where('text', 'is not', null),
  );
}

/**
 * All identities of the people who have these numbers: who each belongs to, and whether another
 * contact has a number of theirs.
 */
async function identitiesOf(
  tx: TenantTransaction,
  contactId: string,
  numbers: readonly string[],
): Promise<{ identity: string; person: string; isShared: boolean }[]> {
  const known = await tx.run(
    query
      .selectFrom('recipient_identity as known')
      .innerJoin('recipient_identity as other', 'other.person', 'known.person')
      .select(['other.identity', 'other.person'])
      .distinct()
      .where(sql<boolean>`"known"."identity" = any(${numbers}::text[])`),
  );
  const persons = new Map(known.map(({ identity, person }) => [identity, person]));
  for (const number of numbers) if (!persons.has(number)) persons.set(number, number);
  const taken = await tx.run(
    query
      .selectFrom('contact_point')
      .select('key')
      .where('kind', '=', sql.lit('PHONE'))
      .where('key', '=', anyText([...persons.keys()]))
      .where('contactId', '<>', contactId),
  );
  const shared = new Set(taken.map(({ key }) => persons.get(key)));
  return [...persons].map(([identity, person]) => ({
    identity,
    person,
    isShared: shared.has(person),
  }));
}
