/** What people wrote back: the replies to a message, and all messages of a contact. */
import { type RawBuilder, sql } from 'kysely';
import { anyOf } from '../platform/database/arrays.ts';
import { applyPage, type PageRequest } from '../platform/database/keyset.ts';
import type { Ordering } from '../platform/database/ordering.ts';
import { prepare } from '../platform/database/prepared.ts';
import { query } from '../platform/database/tenant-scope.ts';
import type { Timestamp } from '../platform/time.ts';

/** The order of received messages. */
export const NEWEST_MESSAGE_FIRST: Ordering = {
  name: 'newest message',
  columns: [
    { column: 'at', direction: 'desc', type: 'timestamptz' },
    { column: 'id', direction: 'desc', type: 'uuid' },
  ],
};

/** A message that somebody sent to one of the tenant's numbers. */
export interface ReceivedMessageRow {
  id: string;
  at: Timestamp;
  type: string | null;
  text: string | null;
}

/** With the contact or the campaign's message that it was read for. */
type OfParent = ReceivedMessageRow & { parentId: string };

function received() {
  return query
    .selectFrom('message')
    .select(['message.id', 'message.at', 'message.type', 'message.text'])
    .where('message.direction', '=', 'IN');
}

/** Reads received messages by their `ids`. */
export const receivedById = prepare((p: { ids: string[] }) =>
  received().where('message.id', '=', anyOf(p.ids)),
);

/** Reads the same page of replies for each of several messages of campaigns, by their ids. */
export function repliesTo(ids: readonly string[], page: PageRequest) {
  return query
    .selectFrom('message as outgoing')
    .innerJoinLateral(
      () => applyPage(received().where(REPLIES), 'message', page).as('reply'),
      (join) => join.onTrue(),
    )
    .select('outgoing.id as parentId')
    .selectAll('reply')
    .where('outgoing.id', '=', anyOf(ids))
    .orderBy('reply.at', page.backward ? 'asc' : 'desc')
    .orderBy('reply.id', page.backward ? 'asc' : 'desc')
    .$castTo<OfParent>();
}

/** What counts as a reply, as in the SQL function countCampaign. */
const REPLIES: RawBuilder<boolean> = sql<boolean>`"message"."phoneNumberId" = "outgoing"."phoneNumberId"
  and "message"."at" >= date_trunc('second', "outgoing"."at")
  and ("message"."quotedMessageId" = "outgoing"."whatsappMessageId"
    or "message"."quotedMessageId" is null and "message"."person" = "outgoing"."person"
      and "message"."at" <= "outgoing"."repliesUntil")`;

/** Reads the same page of the messages of each of several contacts, by their ids. */
export function messagesOfContacts(ids: readonly string[], page: PageRequest) {
  const person = sql`coalesce("recipient_identity"."person", "contact"."phoneE164")`;
  const ofContact = received().where(sql<boolean>`"message"."person" = ${person}`);
  return query
    .selectFrom('contact')
    .leftJoin('recipient_identity', 'recipient_identity.identity', 'contact.phoneE164')
    .innerJoinLateral(
      () => applyPage(ofContact, 'message', page).as('received'),
      (join) => join.onTrue(),
    )
    .select('contact.id as parentId')
    .selectAll('received')
    .where('contact.id', '=', anyOf(ids))
    .orderBy('received.at', page.backward ? 'asc' : 'desc')
    .orderBy('received.id', page.backward ? 'asc' : 'desc')
    .$castTo<OfParent>();
}

/** Counts the replies to each of several messages of campaigns. */
export function countOfReplies(ids: readonly string[]) {
  return query
    .selectFrom('message as outgoing')
    .innerJoinLateral(
      () => received().where(REPLIES).as('reply'),
      (join) => join.onTrue(),
    )
    .select((eb) => ['outgoing.id as parentId', eb.fn.countAll<number>().as('count')])
    .where('outgoing.id', '=', anyOf(ids))
    .groupBy('outgoing.id');
}

/** Counts the messages of each of several contacts. */
export function countOfContacts(ids: readonly string[]) {
  const person = sql`coalesce("recipient_identity"."person", "contact"."phoneE164")`;
  return query
    .selectFrom('contact')
    .leftJoin('recipient_identity', 'recipient_identity.identity', 'contact.phoneE164')
    .innerJoinLateral(
      () => received().where(sql<boolean>`"message"."person" = ${person}`).as('received'),
      (join) => join.onTrue(),
    )
    .select((eb) => ['contact.id as parentId', eb.fn.countAll<number>().as('count')])
    .where('contact.id', '=', anyOf(ids))
    .groupBy('contact.id');
}
