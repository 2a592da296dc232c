/** What was written to a person and what they wrote back, in the file about them. */
import { sql } from 'kysely';
import { onPersonFile } from '../contacts/index.ts';
import { anyText } from '../platform/database/arrays.ts';
import { query } from '../platform/database/tenant-scope.ts';

onPersonFile({
  name: 'campaignMessages',
  id: sql.ref('send_queue.id'),
  rows: ({ id }) =>
    query
      .selectFrom('send_queue')
      .innerJoin('campaign', 'campaign.id', 'send_queue.campaignId')
      .leftJoin('message', 'message.id', 'send_queue.id')
      .select(['send_queue.id', 'send_queue.phone', 'send_queue.sentAt', 'send_queue.status'])
      .select(['campaign.name as campaign', 'message.deliveredAt', 'message.readAt'])
      .select(['message.repliedAt', 'send_queue.errorMessage'])
      .where('send_queue.contactId', '=', id),
});

/** The names under which messages and identities of these numbers are kept. */
function personsOf(numbers: readonly string[]) {
  return query
    .selectFrom('recipient_identity as known')
    .select('known.person')
    .where('known.identity', '=', anyText(numbers));
}

onPersonFile({
  name: 'receivedMessages',
  id: sql.ref('message.id'),
  rows: ({ numbers }) =>
    query
      .selectFrom('message')
      .select(['id', 'at', 'phone', 'userId', 'type', 'text'])
      .where('direction', '=', 'IN')
      .where((eb) =>
        eb.or([eb('person', '=', anyText(numbers)), eb('person', 'in', personsOf(numbers))]),
      ),
});

const IDENTITY = sql<string>`md5("recipient_identity"."identity")::uuid`;

onPersonFile({
  name: 'identities',
  id: IDENTITY,
  rows: ({ numbers }) =>
    query
      .selectFrom('recipient_identity')
      .select([IDENTITY.as('id'), 'identity', 'learnedAt'])
      .where('person', 'in', personsOf(numbers)),
});
