/** The answers and packets of a person, in the file about them. */
import { onPersonFile, PERSON_FILE_ROWS } from '../../contacts/index.ts';
import { query } from '../../platform/database/tenant-scope.ts';

onPersonFile({
  name: 'intake',
  page: (database, { id }, after) =>
    database.run(
      query
        .selectFrom('client')
        .leftJoin('intake_progress', 'intake_progress.clientId', 'client.id')
        .select(['client.id', 'client.name', 'client.clientType', 'client.createdAt'])
        .select(['intake_progress.answers', 'intake_progress.startedAt'])
        .select('intake_progress.completedAt')
        .where('client.contactId', '=', id)
        .where('client.id', '>', after)
        .orderBy('client.id')
        .limit(PERSON_FILE_ROWS),
    ),
});

onPersonFile({
  name: 'packets',
  page: (database, { id }, after) =>
    database.run(
      query
        .selectFrom('packet')
        .innerJoin('client', 'client.id', 'packet.clientId')
        .select(['packet.id', 'packet.type', 'packet.status', 'packet.title', 'packet.sections'])
        .select(['packet.createdAt', 'packet.completedAt'])
        .where('client.contactId', '=', id)
        .where('packet.id', '>', after)
        .orderBy('packet.id')
        .limit(PERSON_FILE_ROWS),
    ),
});
