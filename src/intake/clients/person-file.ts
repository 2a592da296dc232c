/** The answers and packets of a person, in the file about them. */
import { sql } from 'kysely';
import { onPersonFile } from '../../contacts/index.ts';
import { query } from '../../platform/database/tenant-scope.ts';

onPersonFile({
  name: 'intake',
  id: sql.ref('client.id'),
  rows: ({ id }) =>
    query
      .selectFrom('client')
      .leftJoin('intake_progress', 'intake_progress.clientId', 'client.id')
      .select(['client.id', 'client.name', 'client.clientType', 'client.createdAt'])
      .select(['intake_progress.answers', 'intake_progress.startedAt'])
      .select('intake_progress.completedAt')
      .where('client.contactId', '=', id),
});

onPersonFile({
  name: 'packets',
  id: sql.ref('packet.id'),
  rows: ({ id }) =>
    query
      .selectFrom('packet')
      .innerJoin('client', 'client.id', 'packet.clientId')
      .select(['packet.id', 'packet.type', 'packet.status', 'packet.title', 'packet.sections'])
      .select(['packet.createdAt', 'packet.completedAt'])
      .where('client.contactId', '=', id),
});
