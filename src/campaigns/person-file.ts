/** What was written to a person and what they wrote back, in the file about them. */
import { sql } from 'kysely';
import { onPersonFile, PERSON_FILE_ROWS } from '../contacts/index.ts';
import { query } from '../platform/database/tenant-scope.ts';

onPersonFile({
  name: 'campaignMessages',
  page: (database, { id }, after) =>
    database.run(
      query
        .selectFrom('send_queue')
        .innerJoin('campaign', 'campaign.id', 'send_queue.campaignId')
        .leftJoin('message', 'message.id', 'send_queue.id')
        .select(['send_queue.id', 'send_queue.phone', 'send_queue.sentAt', 'send_queue.status'])
        .select(['campaign.name as campaign', 'message.deliveredAt', 'message.readAt'])
        .select(['message.repliedAt', 'send_queue.errorMessage'])
        .where('send_queue.contactId', '=', id)
        .where('send_queue.id', '>', after)
        .orderBy('send_queue.id')
        .limit(PERSON_FILE_ROWS),
    ),
});

onPersonFile({
  name: 'receivedMessages',
  page: (database, { phoneE164 }, after) => {
    const known = query
      .selectFrom('recipient_identity')
      .select('recipient_identity.person')
      .where('recipient_identity.identity', '=', phoneE164);
    return database.run(
      query
        .selectFrom('message')
        .select(['id', 'at', 'phone', 'userId', 'type', 'text'])
        .where('direction', '=', 'IN')
        .where(sql<boolean>`"message"."person" = coalesce((${known}), ${phoneE164})`)
        .where('id', '>', after)
        .orderBy('id')
        .limit(PERSON_FILE_ROWS),
    );
  },
});

onPersonFile({
  name: 'identities',
  page: (database, { phoneE164 }, after) => {
    const key = sql<string>`md5("other"."identity")::uuid`;
    return database.run(
      query
        .selectFrom('recipient_identity as known')
        .innerJoin('recipient_identity as other', 'other.person', 'known.person')
        .select([key.as('id'), 'other.identity', 'other.learnedAt'])
        .where('known.identity', '=', phoneE164)
        .where(sql<boolean>`${key} > ${after}::uuid`)
        .orderBy(key)
        .limit(PERSON_FILE_ROWS),
    );
  },
});
